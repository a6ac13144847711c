package kit

import (
	"fmt"
	"io/fs"
	"path"
)

// signIn is the file for what only the operator knows.
const signIn = `# Sign-in: at least one provider. docs/oauth/ says where these come from.
GOOGLE_CLIENT_ID=
GOOGLE_CLIENT_SECRET=
#MICROSOFT_CLIENT_ID=
#MICROSOFT_CLIENT_SECRET=
#MICROSOFT_TENANT=
# Printed by the first start: with it, a start on a lost volume is refused.
#INSTALLATION_ID=
# An AI provider. Without one the built-in analyst answers.
#ANTHROPIC_API_KEY=
`

// files returns the kit of the platform.
func (o *Options) files() ([]file, error) {
	var out []file
	var failed error
	add := func(name string, replace ...string) {
		f, err := shipped(name, replace...)
		if err != nil && failed == nil {
			failed = err
		}
		out = append(out, f)
	}
	switch o.Platform {
	case "docker", "compose":
		add("Dockerfile")
		add(".dockerignore")
		out = append(out, o.compose(add)...)
	case "railway":
		add("Dockerfile")
		add(".dockerignore")
		add(".railway/railway.ts", `github("ba-assistant/ba-assistant"`, `github("`+o.Repo+`"`)
		out = append(out, o.keys(".env.railway"))
	case "render":
		add("deploy/hosting/Dockerfile")
		add(".dockerignore")
		if o.Host == "" {
			add("render.yaml")
		} else {
			add("render.yaml", "      - key: DATA_DIR\n", "      - key: PUBLIC_URL\n        value: https://"+o.Host+"\n      - key: DATA_DIR\n", "    disk:\n", "    domains: ["+o.Host+"]\n    disk:\n")
		}
	case "fly":
		add("deploy/hosting/Dockerfile")
		add(".dockerignore")
		if o.Host == "" {
			add("fly.toml", `app = "ba-assistant"`, `app = "`+o.Name+`"`)
		} else {
			add("fly.toml", `app = "ba-assistant"`, `app = "`+o.Name+`"`, "[env]\n", "[env]\n  PUBLIC_URL = \"https://"+o.Host+"\"\n")
		}
		out = append(out, o.keys(".env.fly"))
	case "systemd":
		add("deploy/systemd/ba.service")
		if o.TLS {
			add("deploy/systemd/tls.conf")
		} else {
			add("deploy/nginx/ba.conf", "ba.example.com", o.Host)
			add("deploy/caddy/Caddyfile", "ba.example.com", o.Host)
		}
		out = append(out, secretFile("deploy/systemd/secrets/secret_key", random(32), 0o600), secretFile("deploy/systemd/secrets/master_key", masterKey(), 0o600),
			file{name: "deploy/systemd/secrets/ba.env", text: "PUBLIC_URL=https://" + o.Host + "\n" + signIn, mode: 0o600, secret: true})
	}
	return out, failed
}

// compose adds the files of a compose directory. Its secrets are readable for
// the user of the container, in a directory that on this machine only its
// owner enters.
func (o *Options) compose(add func(string, ...string)) []file {
	dir, proxy := "deploy/"+o.Platform, "Caddyfile"
	if o.Two {
		proxy = "Caddyfile.instances"
	}
	add(path.Join(dir, o.composeFile()))
	if o.Platform == "compose" {
		add(path.Join(dir, proxy))
	}
	out := []file{
		{name: path.Join(dir, ".env"), text: "BA_HOST=" + o.Host + "\n", mode: 0o644},
		{name: path.Join(dir, ".env.production"), text: signIn, mode: 0o600, secret: true},
		secretFile(path.Join(dir, "secrets/secret_key"), random(32), 0o444),
		secretFile(path.Join(dir, "secrets/master_key"), masterKey(), 0o444),
	}
	if o.Postgres || o.Two {
		out = append(out, shared(dir, "postgres_password", "database_url", "postgres://ba:%s@postgres/ba?sslmode=disable")...)
	}
	if o.Two {
		out = append(out, shared(dir, "redis_password", "redis_url", "redis://:%s@redis:6379/0")...)
	}
	return out
}

// composeFile is the one of the three that the options ask for.
func (o *Options) composeFile() string {
	switch {
	case o.Two:
		return "compose.instances.yaml"
	case o.Postgres:
		return "compose.postgres.yaml"
	}
	return "compose.yaml"
}

// shared makes a password and the address that holds it, for the two sides of
// one connection.
func shared(dir, password, address, form string) []file {
	secret := random(24)
	return []file{secretFile(path.Join(dir, "secrets", password), secret, 0o444), secretFile(path.Join(dir, "secrets", address), fmt.Sprintf(form, secret), 0o444)}
}

// keys is the file of the secrets that are pasted into a platform.
func (*Options) keys(name string) file {
	return file{name: name, text: "SECRET_KEY=" + random(32) + "\nMASTER_KEY=" + masterKey() + "\n", mode: 0o600, secret: true}
}

func secretFile(name, text string, mode fs.FileMode) file {
	return file{name: name, text: text + "\n", mode: mode, secret: true}
}
