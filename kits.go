// Package kits holds the deployment kits as they lie in the repository, so that
// "ba init" can write them. They are the files that the platforms read, not
// templates: each works as it is, and is the subject of preflight in the tests.
package kits

import "embed"

// FS holds the kits under their paths in the repository.
//
//go:embed Dockerfile .dockerignore render.yaml fly.toml .railway/railway.ts
//go:embed deploy/compose/compose.yaml deploy/compose/compose.postgres.yaml deploy/compose/compose.instances.yaml
//go:embed deploy/compose/Caddyfile deploy/compose/Caddyfile.instances deploy/docker/compose.yaml
//go:embed deploy/hosting/Dockerfile deploy/systemd/ba.service deploy/systemd/tls.conf deploy/nginx/ba.conf deploy/caddy/Caddyfile
var FS embed.FS
