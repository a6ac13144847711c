// Prints what the SDK of Railway makes of a railway.ts: node railway.mjs FILE
import { createRequire } from "node:module";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";

// The file imports railway/iac, which is found from here only.
const here = path.dirname(createRequire(import.meta.url).resolve("./package.json"));
const dir = await mkdtemp(path.join(here, "railway-"));
try {
  const file = path.join(dir, "railway.ts");
  await copyFile(process.argv[2], file);
  const read = await import(file);
  const program = read.default?.default ?? read.default;
  console.log(JSON.stringify(await program({ environment: "production" })));
} finally {
  await rm(dir, { recursive: true });
}
