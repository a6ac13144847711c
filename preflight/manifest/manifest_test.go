package manifest

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// load reads a repository written as text: "-- path --" before each file.
func load(t testing.TB, archive string) *Set {
	t.Helper()
	fsys, name := fstest.MapFS{}, ""
	for l := range strings.Lines(archive) {
		if h := strings.TrimSpace(l); strings.HasPrefix(h, "-- ") && strings.HasSuffix(h, " --") {
			name = strings.TrimSpace(h[3 : len(h)-3])
			fsys[name] = &fstest.MapFile{Mode: 0o644}
		} else if name != "" {
			fsys[name].Data = append(fsys[name].Data, l...)
		}
	}
	tr, err := tree.From(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return Load(tr)
}

// path returns the path of that name.
func (s *Set) path(t testing.TB, name string) *Path {
	t.Helper()
	var names []string
	for _, p := range s.Paths {
		if p.Name == name {
			return p
		}
		names = append(names, p.Name)
	}
	t.Fatalf("no path %q; there are: %s (problems %v)", name, strings.Join(names, " | "), s.Problems)
	return nil
}

func server(t testing.TB, p *Path) string {
	t.Helper()
	s, ok := p.Start.Server()
	if !ok {
		t.Fatalf("%s: no server known of %q", p.Name, p.Start.Text)
	}
	return strings.Join(s.Args, " ")
}

func TestABlueprintBecomesPathsWithVariablesByKind(t *testing.T) {
	s := load(t, `
-- render.yaml --
databases:
  - name: db
    plan: free
envVarGroups:
  - name: common
    envVars:
      - key: LOG_LEVEL
        value: info
services:
  - type: web
    name: api
    runtime: python
    rootDir: backend
    plan: starter
    buildCommand: pip install -r requirements.txt
    preDeployCommand: alembic upgrade head
    startCommand: gunicorn app.main:app -k uvicorn.workers.UvicornWorker -w 4 --bind 0.0.0.0:$PORT
    healthCheckPath: /health
    numInstances: 2
    disk:
      name: data
      mountPath: /data/
    envVars:
      - key: ENVIRONMENT
        value: production
      - key: SECRET_KEY
        generateValue: true
      - key: GOOGLE_CLIENT_SECRET
        sync: false
      - key: DATABASE_URL
        fromDatabase: {name: db, property: connectionString}
      - fromGroup: common
      - fromGroup: dashboard
  - type: web
    name: web
    env: static
    buildCommand: flutter build web
    staticPublishPath: build/web
    routes:
      - type: rewrite
        source: /*
        destination: /index.html
  - type: worker
    name: jobs
    runtime: docker
    dockerCommand: celery -A app worker
-- backend/requirements.txt --
fastapi
`)
	api := s.path(t, "render.yaml: api")
	if api.Platform != Render || api.Role != Web || api.Root != "backend" || api.Health != "/health" || api.Plan != "starter" {
		t.Errorf("api = %+v", api)
	}
	if got := server(t, api); !strings.HasPrefix(got, "gunicorn app.main:app") {
		t.Errorf("server = %q", got)
	}
	if n, known := api.Processes(); n != 8 || !known {
		t.Errorf("processes = %d, %v; want 2 instances of 4 workers", n, known)
	}
	for name, want := range map[string]Kind{"ENVIRONMENT": Literal, "SECRET_KEY": Generated, "GOOGLE_CLIENT_SECRET": Prompted, "DATABASE_URL": FromDatabase, "LOG_LEVEL": Literal, "PORT": Injected, "OTHER": Unset} {
		if got := api.Var(name).Kind; got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if v := api.Var("ENVIRONMENT"); v.Value != "production" || v.Line != 24 {
		t.Errorf("ENVIRONMENT = %+v", v)
	}
	if m, ok := api.Holding("/data/app.db"); !ok || m.Name != "data" {
		t.Errorf("the disk does not hold /data/app.db: %+v", api.Mounts)
	}
	if _, ok := api.Holding("/database/app.db"); ok {
		t.Error("/data holds /database")
	}
	if len(api.PreDeploy) != 1 || len(api.Build) != 1 || len(api.Groups) != 1 {
		t.Errorf("pre %v build %v groups %v", api.PreDeploy, api.Build, api.Groups)
	}
	if web := s.path(t, "render.yaml: web"); web.Role != Static || web.Publish != "build/web" || !web.Rewrites {
		t.Errorf("web = %+v", web)
	}
	if jobs := s.path(t, "render.yaml: jobs"); jobs.Role != Worker || len(jobs.Missing) != 1 {
		t.Errorf("jobs = %+v", jobs)
	}
	if len(s.Databases) != 1 || s.Databases[0].Plan != "free" {
		t.Errorf("databases = %+v", s.Databases)
	}
}

func TestADockerfileIsResolvedToItsEffectiveStageAndCommand(t *testing.T) {
	s := load(t, `
-- docker-compose.yml --
services:
  api:
    build: {context: ./backend, target: prod}
    environment:
      - ENVIRONMENT=production
      - SECRET_KEY=${SECRET_KEY:-dev-secret}
      - DATABASE_URL=sqlite:////data/app.db
      - TOKEN
    env_file: [.env.prod]
    ports: ["8000:8000", "127.0.0.1:9000:9000"]
    volumes:
      - data:/data
      - ./backend/cfg:/app/cfg:ro
      - /cache
    depends_on: {db: {condition: service_healthy}}
    deploy: {replicas: 3}
  db:
    image: postgres:16
volumes:
  data: {}
-- backend/Dockerfile --
ARG PY=3.11
FROM python:${PY}-slim AS base
WORKDIR /app
ENV PYTHONPATH=/app \
    WORKERS=2
COPY requirements.txt .
FROM base AS dev
CMD ["uvicorn", "main:app", "--reload"]
FROM base AS prod
COPY . .
USER app
EXPOSE 8000
HEALTHCHECK CMD curl -f http://localhost:8000/healthz || exit 1
ENTRYPOINT ["./entrypoint.sh"]
CMD ["gunicorn", "main:app", "-w", "$WORKERS"]
FROM base AS last
-- backend/requirements.txt --
fastapi
-- backend/entrypoint.sh --
#!/bin/sh
set -e
if [ "$MIGRATE" = 1 ]; then
  alembic upgrade head
fi
cd src
exec "$@"
-- backend/src/main.py --
`)
	p := s.path(t, "docker-compose.yml: api")
	if got := server(t, p); got != "gunicorn main:app -w $WORKERS" {
		t.Errorf("server = %q (steps %+v)", got, p.Start.Steps)
	}
	srv, _ := p.Start.Server()
	if srv.Dir != "/app/src" || srv.File != "backend/entrypoint.sh" || srv.Line != 7 {
		t.Errorf("server at %+v", srv)
	}
	if len(p.Start.Steps) < 2 || !p.Start.Steps[2].Maybe && !p.Start.Steps[1].Maybe {
		t.Errorf("the conditional migration is not marked: %+v", p.Start.Steps)
	}
	if p.Workers.N != 2 || !p.Workers.Known || p.Replicas.N != 3 {
		t.Errorf("workers %+v replicas %+v", p.Workers, p.Replicas)
	}
	if st := p.Image.Effective(); st.User != "app" || st.Base != "python:3.11-slim" || st.Workdir != "/app" {
		t.Errorf("stage = %+v", st)
	}
	if v := p.Var("SECRET_KEY"); v.Kind != Referenced || v.Value != "dev-secret" || v.Line != 6 {
		t.Errorf("SECRET_KEY = %+v", v)
	}
	if v := p.Var("TOKEN"); v.Kind != Referenced {
		t.Errorf("TOKEN = %+v", v)
	}
	if v := p.Var("PYTHONPATH"); v.Kind != Literal || v.File != "backend/Dockerfile" {
		t.Errorf("PYTHONPATH = %+v", v)
	}
	if !p.VarsOpen || len(p.Missing) != 1 || p.Missing[0].Name != ".env.prod" {
		t.Errorf("missing = %+v", p.Missing)
	}
	if m, ok := p.Holding("/data/app.db"); !ok || m.Kind != Volume {
		t.Errorf("mounts = %+v", p.Mounts)
	}
	if _, ok := p.Holding("/cache/x"); ok {
		t.Error("an anonymous volume lasts")
	}
	if p.Health != "/healthz" || len(p.Published) != 2 || p.Published[1].Host != "127.0.0.1" {
		t.Errorf("health %q ports %+v", p.Health, p.Published)
	}
	if db := s.path(t, "docker-compose.yml: db"); db.Role != Database {
		t.Errorf("db = %+v", db.Role)
	}
}

func TestARailwayFileBuildsTheDockerfileBesideIt(t *testing.T) {
	s := load(t, `
-- backend/railway.json --
{
  "$schema": "https://railway.com/railway.schema.json",
  "build": {"builder": "NIXPACKS"},
  "deploy": {
    "startCommand": "uvicorn main:app --host 0.0.0.0 --port $PORT --workers 4",
    "healthcheckPath": "/health",
    "numReplicas": 1
  }
}
-- api/railway.toml --
[build]
builder = "dockerfile"
[deploy]
restartPolicyType = "on_failure"
[variables]
ENVIRONMENT = "production"
-- api/Dockerfile --
FROM python:3.12
CMD python server.py
-- Procfile --
web: cd backend && gunicorn main:app --workers=${WEB_CONCURRENCY:-3}
release: alembic upgrade head
`)
	p := s.path(t, "backend/railway.json")
	if p.Workers.N != 4 || p.Replicas.N != 1 || !p.Replicas.Known || p.DeclaresVars || !p.VarsOpen || p.Start.Line != 5 {
		t.Errorf("railway.json = %+v", p)
	}
	q := s.path(t, "api/railway.toml")
	if q.Image == nil || server(t, q) != "python server.py" || len(q.Ignored) != 1 || q.Ignored[0].Line != 6 {
		t.Errorf("railway.toml = %+v", q)
	}
	h := s.path(t, "Procfile: web")
	if srv, _ := h.Start.Server(); h.Workers.N != 3 || srv.Dir != "backend" {
		t.Errorf("Procfile = %+v", h.Workers)
	}
	if r := s.path(t, "Procfile: release"); r.Role != Release {
		t.Errorf("release is %s", r.Role)
	}
}

func TestRailwayInfrastructureAsCodeIsReadAsFarAsItIsLiteral(t *testing.T) {
	s := load(t, `
-- .railway/railway.ts --
import { defineRailway, github, preserve, postgres, project, service, volume } from "railway/iac";

export default defineRailway((ctx) => {
  const data = volume("ba-data", { region: "europe-west4", sizeMB: 5120 });
  const db = postgres("db");
  const ba = service("ba", {
    source: github("acme/ba-assistant", { branch: "main" }),
    healthcheck: "/health",
    start: "uvicorn app:app --port $PORT",
    volumeMounts: { "/data": data },
    env: {
      ENVIRONMENT: "production",
      DATABASE_URL: db.env.DATABASE_URL,
      SECRET_KEY: preserve(),
      MODE: ctx.environment,
    },
    domains: ctx.environment === "production" ? ["ba.example.com"] : [],
  });
  return project("ba-assistant", { resources: [ba, data] });
});
`)
	p := s.path(t, ".railway/railway.ts: ba")
	for name, want := range map[string]Kind{"ENVIRONMENT": Literal, "SECRET_KEY": Prompted, "DATABASE_URL": FromDatabase, "MODE": Referenced, "X": Unset} {
		if got := p.Var(name).Kind; got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if p.Health != "/health" || len(p.Mounts) != 1 || p.Mounts[0].Path != "/data" || p.Var("ENVIRONMENT").Line != 12 || server(t, p) != "uvicorn app:app --port $PORT" {
		t.Errorf("%+v", p)
	}
}

func TestFlyProcessesMountsAndSecretsApart(t *testing.T) {
	s := load(t, `
-- fly.toml --
app = "x"
[build]
  dockerfile = "Dockerfile"
[env]
  PORT = "8080"
  ENVIRONMENT = "production"
[processes]
  app = "uvicorn main:app --host 0.0.0.0 --port 8080"
  worker = "celery -A jobs worker"
[[mounts]]
  source = "data"
  destination = "/data"
  processes = ["app"]
[http_service]
  internal_port = 8080
  min_machines_running = 2
  processes = ["app"]
  [[http_service.checks]]
    path = "/health"
[deploy]
  release_command = "alembic upgrade head"
-- Dockerfile --
FROM python:3.12
CMD ["python", "x.py"]
`)
	p := s.path(t, "fly.toml: app")
	if server(t, p) != "uvicorn main:app --host 0.0.0.0 --port 8080" || len(p.Mounts) != 1 || p.Replicas.N != 2 || p.Port != "8080" || p.Health != "/health" || !p.SecretsApart || len(p.PreDeploy) != 1 {
		t.Errorf("%+v", p)
	}
	if w := s.path(t, "fly.toml: worker"); w.Role != Worker || len(w.Mounts) != 0 {
		t.Errorf("%+v", w)
	}
}

func TestAnOverrideFileChangesThePlainComposeFile(t *testing.T) {
	s := load(t, `
-- compose.yaml --
services:
  api:
    build: .
    command: uvicorn main:app --reload
    environment: {DEBUG: "true"}
-- compose.prod.yaml --
services:
  api:
    command: uvicorn main:app
    environment:
      DEBUG: "false"
-- Dockerfile --
FROM python:3.12
WORKDIR /app
COPY . .
`)
	dev, prod := s.path(t, "compose.yaml: api"), s.path(t, "compose.prod.yaml: api")
	if dev.Purpose != Either || prod.Purpose != Production {
		t.Errorf("purposes %v, %v", dev.Purpose, prod.Purpose)
	}
	if server(t, prod) != "uvicorn main:app" || prod.Image == nil || prod.Var("DEBUG").Value != "false" {
		t.Errorf("prod = %+v", prod)
	}
	if len(s.Paths) != 2 {
		t.Errorf("%d paths; the Dockerfile is used already", len(s.Paths))
	}
}

func TestNginxLocationsInheritAndUpstreamsAreNamed(t *testing.T) {
	s := load(t, `
-- nginx/default.conf --
upstream api { server backend:8000; }
server {
  listen 80;
  gzip on;
  location /api/ {
    proxy_pass http://api;
    proxy_buffering off;
    add_header X-A "b c";
  }
  location / { try_files $uri /index.html; root /usr/share/nginx/html; }
}
`)
	if len(s.Proxies) != 1 || len(s.Proxies[0].Servers) != 1 || len(s.Proxies[0].Servers[0].Locations) != 2 {
		t.Fatalf("%+v", s.Proxies)
	}
	loc := s.Proxies[0].Servers[0].Locations
	if loc[0].ProxyPass != "http://api" || loc[0].Directives["proxy_buffering"] != "off" || loc[0].Directives["gzip"] != "on" || loc[0].PassAt.Line != 6 {
		t.Errorf("%+v", loc[0])
	}
	if loc[1].TryFiles != "$uri /index.html" || s.Proxies[0].Upstreams["api"][0] != "backend:8000" {
		t.Errorf("%+v %v", loc[1], s.Proxies[0].Upstreams)
	}
}

func TestABrokenManifestGivesOneLineAndTheOthersGoOn(t *testing.T) {
	s := load(t, `
-- render.yaml --
services:
  - type: web
   name: api
-- fly.toml --
app = 
-- Dockerfile --
CMD x
-- docker-compose.yml --
a: &a ["x","x","x","x","x","x","x","x","x"]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]
services: {api: {image: x, command: *f}}
-- Procfile --
web: gunicorn app:app
`)
	seen := map[string]int{}
	for _, p := range s.Problems {
		seen[p.File]++
		if strings.Contains(p.Msg, "\n") {
			t.Errorf("more than a line: %q", p.Msg)
		}
	}
	for _, f := range []string{"render.yaml", "fly.toml", "Dockerfile"} {
		if seen[f] != 1 {
			t.Errorf("%d problems for %s: %v", seen[f], f, s.Problems)
		}
	}
	s.path(t, "Procfile: web")
}

func TestScriptsPackageFilesAndWrappersAreFollowed(t *testing.T) {
	for name, c := range map[string]struct{ files, want string }{
		"npm script":       {"-- Procfile --\nweb: npm start\n-- package.json --\n{\"scripts\": {\"start\": \"next start -p $PORT\"}}", "next start -p $PORT"},
		"npm prefix":       {"-- Procfile --\nweb: npm run serve --prefix web -- --x\n-- web/package.json --\n{\"scripts\": {\"serve\": \"node server.js\"}}", "node server.js --x"},
		"poetry":           {"-- Procfile --\nweb: poetry run python -m uvicorn app:app", "uvicorn app:app"},
		"uv and exec":      {"-- Procfile --\nweb: exec uv run --frozen uvicorn app:app", "uvicorn app:app"},
		"sh -c":            {"-- Procfile --\nweb: sh -c 'alembic upgrade head && uvicorn app:app'", "uvicorn app:app"},
		"script":           {"-- Procfile --\nweb: bash scripts/start.sh\n-- scripts/start.sh --\n# x\npython migrate.py\nuvicorn app:app &\nwait", "uvicorn app:app"},
		"make":             {"-- Procfile --\nweb: make run\n-- Makefile --\nrun: dep\n\t@gunicorn app:app\n", "gunicorn app:app"},
		"dumb-init, gosu":  {"-- Procfile --\nweb: dumb-init -- gosu app:app env X=1 gunicorn app:app", "gunicorn app:app"},
		"wait-for-it":      {"-- Procfile --\nweb: ./wait-for-it.sh db:5432 -t 30 -- daphne app:app", "daphne app:app"},
		"continued lines":  {"-- Procfile --\nweb: sh run.sh\n-- run.sh --\n#!/bin/sh\ngunicorn \\\n  -w 4 \\\n  app:app\n", "gunicorn -w 4 app:app"},
		"itself for ever":  {"-- Procfile --\nweb: sh run.sh\n-- run.sh --\n#!/bin/sh\nsh run.sh\ngunicorn app:app\n", "gunicorn app:app"},
		"litestream":       {"-- Procfile --\nweb: litestream replicate -exec \"uvicorn app:app\"", "uvicorn app:app"},
		"cross-env":        {"-- Procfile --\nweb: npx cross-env NODE_ENV=production node dist/main.js", "node dist/main.js"},
		"heredoc in front": {"-- Procfile --\nweb: sh run.sh\n-- run.sh --\n#!/bin/sh\ncat > x <<EOF\nnode wrong.js\nEOF\nnode right.js\n", "node right.js"},
	} {
		t.Run(name, func(t *testing.T) {
			p := load(t, c.files).path(t, "Procfile: web")
			if got := server(t, p); got != c.want {
				t.Errorf("server = %q, want %q", got, c.want)
			}
		})
	}
}

func TestEnvLinesAreReadAsLoadersReadThem(t *testing.T) {
	vars := ParseEnv("A=1\nexport B = \"two # 2\" # c\nC='x'y\n# D=4\nnot a line\nE=\nF=a b # c\nG=\"l1\nl2\"\nA=3\r\n")
	got := map[string]string{}
	for _, v := range vars {
		got[v.Name] = v.Value
	}
	for name, want := range map[string]string{"A": "3", "B": "two # 2", "C": "x", "D": "4", "E": "", "F": "a b", "G": "l1\nl2"} {
		if got[name] != want {
			t.Errorf("%s = %q, want %q", name, got[name], want)
		}
	}
	e := EnvFile{Vars: vars}
	if _, ok := e.Var("D"); ok {
		t.Error("a commented line sets a variable")
	}
	if v, _ := e.Var("A"); v.Line != 10 {
		t.Errorf("the last assignment counts, not line %d", v.Line)
	}
}

func TestEnvFilesAreKnownByTheirNames(t *testing.T) {
	for name, want := range map[string]EnvUse{".env": EnvPlain, "a/.env.example": EnvExample, ".env.production": EnvProduction, "backend/prod.env": EnvProduction, ".env.local": EnvDevelopment, ".env.test": EnvTest, "env.sample": EnvExample, ".env.production.example": EnvExample} {
		if got, ok := envUse(name); !ok || got != want {
			t.Errorf("%s: %v %v, want %v", name, got, ok, want)
		}
	}
	for _, name := range []string{"env.py", "src/env.ts", "environment", ".envrc.md", "env.d.ts", "my.env.js", "config/env/x.yaml"} {
		if _, ok := envUse(name); ok {
			t.Errorf("%s is taken for an env file", name)
		}
	}
}

func TestAServiceThatIsStartedInProductionTooIsForProduction(t *testing.T) {
	s := load(t, `
-- docker-compose.yml --
services:
  api:
    image: ghcr.io/somebody/api
    profiles: [dev, prod]
  mail:
    image: mailpit
    profiles: [dev]
`)
	if p := s.path(t, "docker-compose.yml: api"); p.Purpose == Development {
		t.Error("a service with the profiles dev and prod counts as one of development")
	}
	if p := s.path(t, "docker-compose.yml: mail"); p.Purpose != Development {
		t.Error("a service with the profile dev alone counts as one of production")
	}
}
