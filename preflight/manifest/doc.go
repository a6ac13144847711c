// Package manifest owns what the deployment descriptions of a repository say.
// Each of them (.railway/railway.ts, railway.json and .toml, render.yaml,
// fly.toml, Dockerfiles, compose files, Procfile, app.yaml, vercel.json,
// netlify.toml, GitHub workflows, nginx and Caddy configurations, env files)
// becomes one or more deployment paths: which platform runs which command of
// which image, with which variables, volumes, processes, port and health check.
//
// It refuses to guess. A value that a manifest does not hold is unknown, and
// unknown is a value of its own that no check may fail on. It executes nothing
// and follows no reference out of the tree.
//
// Invariant: a file that cannot be parsed gives one Problem with its line; all
// others are read as if it were not there. Parsers are bounded in size, depth
// and aliases, and return for any bytes. A Set does not change after Load.
package manifest
