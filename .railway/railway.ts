// BA Assistant on Railway: "railway config plan", then "railway config apply".
// docs/deploy/railway.md goes through it step by step. railway.json and
// railway.toml are not read any more from 1 December 2026.
import { defineRailway, github, preserve, project, service, volume } from "railway/iac";

export default defineRailway(() => {
  const data = volume("ba-data", { region: "europe-west4", sizeMB: 5120 });
  const ba = service("ba", {
    source: github("ba-assistant/ba-assistant", { branch: "main" }),
    healthcheck: "/health",
    healthcheckTimeout: 120,
    volumeMounts: { "/data": data },
    env: {
      ENVIRONMENT: "production",
      DATA_DIR: "/data",
      SHUTDOWN_TIMEOUT: "25s",
      RAILWAY_DEPLOYMENT_DRAINING_SECONDS: "30",
      // Volumes belong to root here: the program takes DATA_DIR, then becomes RUN_AS.
      RAILWAY_RUN_UID: "0",
      RUN_AS: "10001:10001",
      // Values that you set in the dashboard. One that is there and not here would
      // be deleted by the next "apply": add a line for each that you set.
      SECRET_KEY: preserve(),
      MASTER_KEY: preserve(),
      GOOGLE_CLIENT_ID: preserve(),
      GOOGLE_CLIENT_SECRET: preserve(),
      INSTALLATION_ID: preserve(),
    },
  });
  return project("ba-assistant", { resources: [ba, data] });
});
