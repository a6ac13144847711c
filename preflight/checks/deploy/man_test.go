package deploy

import (
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

const (
	app      = "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {}\n@app.get('/api/items')\ndef items():\n    return []\n@app.get('/health')\ndef health():\n    return {}\n"
	needs    = "-- requirements.txt --\nfastapi==0.115\nuvicorn[standard]==0.34\n"
	nodeApp  = "-- package.json --\n{\"scripts\": {\"start\": \"node server.js\"}, \"dependencies\": {\"express\": \"4\"}}\n-- server.js --\nconst express = require('express')\nconst app = express()\napp.get('/', (q, r) => r.send(''))\napp.listen(process.env.PORT || 3000)\n"
	nodeFile = "-- Dockerfile --\nFROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nUSER node\n"
)

func manSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: man01,
			Faulty: []checktest.Case{
				{Name: "a table that Railway does not read", Files: "-- railway.toml --\n[build]\nbuilder = \"RAILPACK\"\n[variables]\nENVIRONMENT = \"production\"\n", At: "railway.toml:3"},
				{Name: "a letter too few in fly.toml", Files: "-- fly.toml --\napp = 'x'\n[http_service]\n  internal_port = 8080\n  force_http = true\n", At: "fly.toml:4", Says: "force_https"},
				{Name: "a start command under build", Files: "-- railway.json --\n{\n  \"build\": {\n    \"startCommand\": \"npm start\"\n  }\n}\n", At: "railway.json:3"},
			},
			Fine: []checktest.Case{
				{Name: "every documented key of a blueprint", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    plan: starter\n    region: frankfurt\n    autoDeployTrigger: checksPass\n    healthCheckPath: /health\n    maxShutdownDelaySeconds: 60\n    disk:\n      name: d\n      mountPath: /data\n      sizeGB: 5\n    envVars:\n      - key: A\n        generateValue: true\n", State: preflight.StatePass},
				{Name: "a key newer than the schema", Files: "-- fly.toml --\napp = 'x'\nentirely_new_thing = 1\n", State: preflight.StatePass},
			},
		},
		{Check: man02,
			Faulty: []checktest.Case{
				{Name: "a Procfile that starts another module", Files: "-- Procfile --\nweb: uvicorn old:app --port $PORT\n-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --port $PORT\n-- old.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n" + app, Says: "old:app"},
				{Name: "two services of one name", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n  - type: worker\n    name: api\n    runtime: docker\n", At: "render.yaml:5"},
				{Name: "the old and the new format of Railway", Files: "-- railway.json --\n{\"deploy\": {}}\n-- .railway/railway.ts --\nexport default 1\n", Says: "railway.ts"},
			},
			Fine: []checktest.Case{
				{Name: "two platforms with the same command", Files: "-- Procfile --\nweb: uvicorn main:app --port $PORT\n-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0 --port $PORT\n" + app, State: preflight.StatePass},
				{Name: "one file per folder", Files: "-- api/railway.json --\n{\"deploy\": {}}\n-- web/railway.json --\n{\"deploy\": {}}\n", State: preflight.StatePass},
			},
		},
		{Check: man03,
			Faulty: []checktest.Case{
				{Name: "a module that lies in another folder of the image", Files: "-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY backend/ ./\nCMD [\"uvicorn\", \"backend.main:app\", \"--host\", \"0.0.0.0\"]\n-- backend/main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n", At: "Dockerfile:4"},
				{Name: "a script that package.json lacks", Files: "-- Procfile --\nweb: npm run serve\n-- package.json --\n{\"scripts\": {\"start\": \"node server.js\"}}\n-- server.js --\nconsole.log(1)\n", At: "Procfile:1", Says: "serve"},
				{Name: "an application object of another name", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: gunicorn main:application\n" + app, Says: "no application"},
				{Name: "a Dockerfile that is not there", Files: "-- compose.yaml --\nservices:\n  web:\n    build:\n      context: .\n      dockerfile: docker/web.Dockerfile\n", Says: "docker/web.Dockerfile"},
				{Name: "dependencies that the image copies and nobody wrote", Files: "-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY requirements.txt .\nCOPY main.py .\nCMD [\"python\", \"main.py\"]\n" + app, At: "Dockerfile:3"},
			},
			Fine: []checktest.Case{
				{Name: "a package that node starts by its folder", Files: "-- deploy/app.service --\n[Service]\nWorkingDirectory=/srv/app\nExecStart=/usr/bin/node . -p 3000\n-- package.json --\n{\"main\": \"server.js\"}\n-- server.js --\nrequire('http').createServer().listen(3000)\n"},
				{Name: "a working directory that the module is seen from", Files: "-- Dockerfile --\nFROM python:3.12\nWORKDIR /srv\nCOPY . .\nWORKDIR /srv/backend\nCMD [\"uvicorn\", \"main:app\"]\n-- backend/main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n", State: preflight.StatePass},
				{Name: "the output of a build", Files: "-- Dockerfile --\nFROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm run build\nCMD [\"node\", \"dist/main.js\"]\n-- package.json --\n{\"scripts\": {\"build\": \"tsc\"}}\n"},
				{Name: "a factory in a package of src", Files: "-- Procfile --\nweb: gunicorn 'shop.app:create_app()'\n-- src/shop/app.py --\ndef create_app():\n    return 1\n-- src/shop/__init__.py --\n"},
				{Name: "cd before the command", Files: "-- Procfile --\nweb: cd backend && uvicorn main:app --port $PORT\n-- backend/main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n", State: preflight.StatePass},
				{Name: "an installed program", Files: "-- Procfile --\nweb: gunicorn mlserver.app:app\n-- requirements.txt --\nmlserver\n"},
			},
		},
		{Check: man04,
			Faulty: []checktest.Case{
				{Name: "PORT and internal_port of Fly, in Go", Files: "-- fly.toml --\napp = 'x'\n[env]\n  PORT = '8080'\n[http_service]\n  internal_port = 3000\n-- Dockerfile --\nFROM golang:1.26 AS build\nCOPY . .\nRUN go build -o /x .\nFROM scratch\nCOPY --from=build /x /x\nCMD [\"/x\"]\n-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport (\n\t\"database/sql\"\n\t\"net/http\"\n\t\"os\"\n\t\"path/filepath\"\n)\n\nfunc main() {\n\tdb, _ := sql.Open(\"sqlite\", dsn(os.Getenv(\"DATA_DIR\")))\n\t_ = db\n\thttp.ListenAndServe(\":\"+os.Getenv(\"PORT\"), nil)\n}\n", At: "fly.toml:3", Says: "3000"},
				{Name: "a loopback address in the command", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 127.0.0.1 --port $PORT\n" + app, At: "render.yaml:5"},
				{Name: "the default address in a container", Files: "-- compose.yaml --\nservices:\n  api:\n    build: .\n    ports: ['80:8000']\n-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD uvicorn main:app --port 8000\n" + app, Says: "127.0.0.1"},
				{Name: "Flask in code without a host", Files: "-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"python\", \"app.py\"]\n-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    return ''\nif __name__ == '__main__':\n    app.run(port=5000)\n", At: "app.py:7"},
				{Name: "another port than fly.toml names", Files: "-- fly.toml --\napp = 'x'\n[http_service]\n  internal_port = 8080\n-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8000\"]\n" + app, Says: "8080"},
				{Name: "a variable that no shell expands", Files: man04.Bad, At: "Dockerfile:4"},
				{Name: "Go on loopback", Files: "-- Dockerfile --\nFROM golang:1.26 AS b\nCOPY . .\nRUN go build -o /app .\nFROM scratch\nCOPY --from=b /app /app\nCMD [\"/app\"]\n-- go.mod --\nmodule x\n-- main.go --\npackage main\nimport \"net/http\"\nfunc main() {\n\thttp.ListenAndServe(\"127.0.0.1:8080\", nil)\n}\n", At: "main.go:4"},
			},
			Fine: []checktest.Case{
				{Name: "the same PORT and internal_port", Files: "-- fly.toml --\napp = 'x'\n[env]\n  PORT = '8080'\n[http_service]\n  internal_port = 8080\n-- Dockerfile --\nFROM golang:1.26 AS build\nCOPY . .\nRUN go build -o /x .\nFROM scratch\nCOPY --from=build /x /x\nCMD [\"/x\"]\n-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport (\n\t\"database/sql\"\n\t\"net/http\"\n\t\"os\"\n\t\"path/filepath\"\n)\n\nfunc main() {\n\tdb, _ := sql.Open(\"sqlite\", dsn(os.Getenv(\"DATA_DIR\")))\n\t_ = db\n\thttp.ListenAndServe(\":\"+os.Getenv(\"PORT\"), nil)\n}\n", State: preflight.StatePass},
				{Name: "gunicorn where the platform names the port", Files: "-- Procfile --\nweb: gunicorn main:app\n" + app, State: preflight.StatePass},
				{Name: "loopback behind nginx in the same container", Files: "-- Dockerfile --\nFROM python:3.12\nCOPY . .\nCMD [\"sh\", \"-c\", \"uvicorn main:app & nginx -g 'daemon off;'\"]\n" + app},
				{Name: "a socket", Files: "-- Dockerfile --\nFROM python:3.12\nCOPY . .\nCMD [\"gunicorn\", \"main:app\", \"--bind\", \"unix:/run/app.sock\"]\n" + app},
				{Name: "Express on the platform's port", Files: nodeFile + "CMD [\"npm\", \"start\"]\n" + nodeApp, State: preflight.StatePass},
				{Name: "a shell that expands", Files: man04.Good, State: preflight.StatePass},
				{Name: "a host from the settings", Files: "-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"python\", \"main.py\"]\n-- main.py --\nimport os\nimport uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\nif __name__ == '__main__':\n    uvicorn.run(app, host=os.getenv('HOST', '0.0.0.0'), port=int(os.getenv('PORT', 8000)))\n", State: preflight.StatePass},
			},
		},
		{Check: man05,
			Faulty: []checktest.Case{
				{Name: "a HEALTHCHECK of the image, which Render does not run", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n-- Dockerfile --\nFROM scratch\nHEALTHCHECK CMD [\"/app\", \"health\"]\nCMD [\"/app\"]\n"},
				{Name: "Railway without a path", Files: "-- railway.json --\n{\"deploy\": {\"startCommand\": \"uvicorn main:app --host 0.0.0.0 --port $PORT\"}}\n" + app, Says: "/health"},
				{Name: "Fly without checks", Files: "-- fly.toml --\napp = 'x'\n[http_service]\n  internal_port = 8000\n-- Dockerfile --\nFROM python:3.12\nCOPY . .\nCMD [\"uvicorn\", \"main:app\"]\n" + app},
			},
			Fine: []checktest.Case{
				{Name: "a worker", Files: "-- render.yaml --\nservices:\n  - type: worker\n    name: jobs\n    runtime: python\n    startCommand: celery -A tasks worker\n", State: preflight.StateNotApplicable},
				{Name: "a check in fly.toml", Files: "-- fly.toml --\napp = 'x'\n[http_service]\n  internal_port = 8000\n  [[http_service.checks]]\n    path = '/health'\n-- Dockerfile --\nFROM python:3.12\nCOPY . .\nCMD [\"uvicorn\", \"main:app\"]\n" + app, State: preflight.StatePass},
			},
		},
		{Check: man06,
			Faulty: []checktest.Case{
				{Name: "Railway and Express", Files: "-- railway.json --\n{\"deploy\": {\"startCommand\": \"node server.js\", \"healthcheckPath\": \"/healthz\"}}\n-- package.json --\n{\"dependencies\": {\"express\": \"4\"}}\n-- server.js --\nconst express = require('express')\nconst app = express()\napp.get('/api/items', (q, r) => r.json([]))\napp.get('/api/health', (q, r) => r.json({}))\napp.listen(process.env.PORT)\n", Says: "/healthz"},
				{Name: "a prefix that was forgotten", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0\n    healthCheckPath: /status\n-- main.py --\nfrom fastapi import FastAPI, APIRouter\napp = FastAPI()\nrouter = APIRouter(prefix='/v1')\n@router.get('/status')\ndef status():\n    return {}\n@router.get('/items')\ndef items():\n    return []\napp.include_router(router, prefix='/api')\n", Level: preflight.Fail},
			},
			Fine: []checktest.Case{
				{Name: "a route of the program", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0\n    healthCheckPath: /health\n" + app, State: preflight.StatePass},
				{Name: "a table of routes in Go", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: go\n    buildCommand: go build -o app .\n    startCommand: ./app\n    healthCheckPath: /health\n-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport \"net/http\"\n\nvar table = []struct{ pattern string; h http.HandlerFunc }{{\"GET /health\", health}}\n\nfunc main() {\n\tmux := http.NewServeMux()\n\tfor _, r := range table {\n\t\tmux.HandleFunc(r.pattern, r.h)\n\t}\n\tmux.HandleFunc(\"/a\", health)\n\tmux.HandleFunc(\"/b\", health)\n\thttp.ListenAndServe(\":8080\", mux)\n}\n\nfunc health(w http.ResponseWriter, r *http.Request) {}\n"},
				{Name: "a program that mounts another", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0\n    healthCheckPath: /ok\n-- main.py --\nfrom fastapi import FastAPI\nfrom other import site\napp = FastAPI()\n@app.get('/a')\ndef a():\n    return {}\n@app.get('/b')\ndef b():\n    return {}\napp.mount('/', site)\n"},
			},
		},
		{Check: man07,
			Faulty: []checktest.Case{
				{Name: "uvicorn workers of gunicorn", Files: "-- Procfile --\nweb: gunicorn -k uvicorn.workers.UvicornWorker main:app\n-- requirements.txt --\nfastapi\ngunicorn\n" + app, Says: "uvicorn"},
				{Name: "a pyproject without the server", Files: "-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install .\nCMD [\"gunicorn\", \"main:app\"]\n-- pyproject.toml --\n[project]\nname = \"x\"\ndependencies = [\"flask>=3\"]\n" + app, Says: "gunicorn"},
			},
			Fine: []checktest.Case{
				{Name: "fastapi that brings it", Files: "-- Procfile --\nweb: uvicorn main:app\n-- requirements.txt --\nfastapi[standard]\n" + app, State: preflight.StatePass},
				{Name: "a pip install in the image", Files: "-- Dockerfile --\nFROM python:3.12\nCOPY . .\nRUN pip install -r requirements.txt gunicorn\nCMD [\"gunicorn\", \"main:app\"]\n-- requirements.txt --\nflask\n" + app, State: preflight.StatePass},
				{Name: "a base image that has it", Files: "-- Dockerfile --\nFROM tiangolo/uvicorn-gunicorn-fastapi:python3.11\nCOPY . /app\nCMD [\"gunicorn\", \"main:app\"]\n-- requirements.txt --\nfastapi\n" + app},
			},
		},
		{Check: man08,
			Faulty: []checktest.Case{
				{Name: "a volume that compose does not declare", Files: "-- compose.yaml --\nservices:\n  db:\n    image: postgres\n    volumes: ['pgdata:/var/lib/postgresql/data']\n", At: "compose.yaml:4"},
				{Name: "an upstream of a container that is alone", Files: "-- fly.toml --\napp = 'web'\n-- Dockerfile --\nFROM nginx:1.27\nCOPY nginx.conf /etc/nginx/conf.d/default.conf\nCOPY dist /usr/share/nginx/html\n-- nginx.conf --\nserver {\n  listen 80;\n  location /api/ {\n    proxy_pass http://backend:8000;\n  }\n}\n", At: "nginx.conf:4"},
			},
			Fine: []checktest.Case{
				{Name: "a service of the same compose file", Files: "-- compose.yaml --\nservices:\n  web:\n    build: .\n    depends_on: [backend]\n    volumes: ['data:/data', './conf:/conf']\n  backend:\n    image: api\nvolumes:\n  data:\n-- Dockerfile --\nFROM nginx:1.27\nCOPY nginx.conf /etc/nginx/conf.d/default.conf\n-- nginx.conf --\nserver {\n  location / { proxy_pass http://backend:8000; }\n}\n", State: preflight.StatePass},
				{Name: "an upstream with a public name", Files: "-- fly.toml --\napp = 'web'\n-- Dockerfile --\nFROM nginx:1.27\nCOPY nginx.conf /etc/nginx/conf.d/default.conf\n-- nginx.conf --\nserver {\n  location / { proxy_pass https://api.example.com; }\n}\n", State: preflight.StatePass},
			},
		},
		{Check: man09,
			Faulty: []checktest.Case{
				{Name: "an image older than engines allow", Files: "-- Dockerfile --\nFROM node:16-alpine\nCOPY . .\nCMD [\"node\", \"server.js\"]\n-- package.json --\n{\"engines\": {\"node\": \">=20\"}}\n-- server.js --\nconsole.log(1)\n", At: "package.json:1"},
				{Name: "a Python newer than Poetry's range", Files: "-- Dockerfile --\nFROM python:3.13\nCOPY . .\nCMD [\"python\", \"app.py\"]\n-- pyproject.toml --\n[tool.poetry.dependencies]\npython = \">=3.10,<3.13\"\n-- app.py --\nprint(1)\n"},
			},
			Fine: []checktest.Case{
				{Name: "ranges that allow it", Files: "-- Dockerfile --\nFROM node:22 AS b\nRUN npm ci\nFROM b\nCOPY . .\nCMD [\"node\", \"server.js\"]\n-- package.json --\n{\"engines\": {\"node\": \"^20.9.0 || >=22\"}}\n-- server.js --\nconsole.log(1)\n", State: preflight.StatePass},
				{Name: "a caret of Poetry", Files: "-- Dockerfile --\nFROM python:3.12\nCOPY . .\nCMD [\"python\", \"app.py\"]\n-- pyproject.toml --\n[tool.poetry.dependencies]\npython = \"^3.10\"\n-- app.py --\nprint(1)\n", State: preflight.StatePass},
			},
		},
		{Check: man10,
			Faulty: []checktest.Case{
				{Name: "railway.toml after the day", Files: "-- railway.toml --\n[deploy]\nstartCommand = \"x\"\n", Edit: func(in *check.Input) { in.Now = time.Date(2027, 1, 5, 0, 0, 0, 0, time.UTC) }, Says: "has not read"},
				{Name: "env in a blueprint", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: x\n    env: python\n", At: "render.yaml:4"},
			},
			Fine: []checktest.Case{
				{Name: "the new format", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: x\n    runtime: python\n", State: preflight.StatePass},
				{Name: "no manifest", Files: app, State: preflight.StateNotApplicable},
			},
		},
		{Check: man11,
			Faulty: []checktest.Case{
				{Name: "an Express server", Files: nodeApp, Says: "1 routes"},
				{Name: "a FastAPI server with a compose file for development only", Files: "-- docker-compose.dev.yml --\nservices:\n  api:\n    image: python\n" + app},
			},
			Fine: []checktest.Case{
				{Name: "a library", Files: "-- lib.py --\ndef f():\n    return 1\n", State: preflight.StateNotApplicable},
				{Name: "a Dockerfile", Files: nodeFile + "CMD [\"npm\", \"start\"]\n" + nodeApp, State: preflight.StatePass},
			},
		},
		{Check: man12,
			Faulty: []checktest.Case{
				{Name: "one port in long and short form", Files: "-- docker-compose.yml --\nservices:\n  a:\n    image: a\n    ports: ['3000:3000']\n  b:\n    image: b\n    ports:\n      - target: 80\n        published: 3000\n", Says: "3000"},
				{Name: "the source over the image in production", Files: "-- docker-compose.prod.yml --\nservices:\n  web:\n    build: .\n    volumes: ['.:/app']\n" + nodeFile + "CMD [\"node\", \"server.js\"]\n" + nodeApp, Level: preflight.Warn},
			},
			Fine: []checktest.Case{
				{Name: "addresses of their own", Files: "-- compose.yaml --\nservices:\n  a:\n    image: a\n    ports: ['127.0.0.1:80:80']\n  b:\n    image: b\n    ports: ['10.0.0.2:80:80', '${B:-81}:80']\n", State: preflight.StatePass},
				{Name: "profiles of which one runs", Files: "-- compose.yaml --\nservices:\n  a:\n    image: a\n    profiles: [sqlite]\n    ports: ['80:80']\n  b:\n    image: b\n    profiles: [postgres]\n    ports: ['80:80']\n", State: preflight.StatePass},
			},
		},
	}
}

func runSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: run01,
			Faulty: []checktest.Case{
				{Name: "no USER line at all", Files: "-- Dockerfile --\nFROM python:3.12\nCOPY . .\nCMD [\"python\", \"main.py\"]\n" + app, Level: preflight.Info},
				{Name: "back to root at the end of the final stage", Files: "-- Dockerfile --\nFROM node:22 AS b\nUSER node\nFROM b\nUSER 0\nCMD [\"node\", \"server.js\"]\n" + nodeApp, At: "Dockerfile:4"},
			},
			Fine: []checktest.Case{
				{Name: "root in an earlier stage only", Files: "-- Dockerfile --\nFROM golang:1.26 AS b\nUSER root\nRUN go build\nFROM gcr.io/distroless/static:nonroot\nCOPY --from=b /app /app\nCMD [\"/app\"]\n", State: preflight.StatePass},
				{Name: "an entry script that drops privileges", Files: "-- Dockerfile --\nFROM python:3.12\nCOPY . .\nENTRYPOINT [\"./entry.sh\"]\n-- entry.sh --\n#!/bin/sh\nchown -R app /data\nexec gosu app python main.py\n" + app, State: preflight.StatePass},
			},
		},
		{Check: run02,
			Faulty: []checktest.Case{
				{Name: "a target for development in production", Files: "-- compose.prod.yaml --\nservices:\n  web:\n    build:\n      context: .\n      target: dev\n-- Dockerfile --\nFROM node:22 AS dev\nCMD [\"npm\", \"run\", \"dev\"]\nFROM node:22 AS prod\nCMD [\"node\", \"server.js\"]\n", Says: "dev"},
				{Name: "the last stage is for tests", Files: "-- fly.toml --\napp = 'x'\n-- Dockerfile --\nFROM python:3.12 AS runtime\nCMD [\"gunicorn\", \"a:b\"]\nFROM runtime AS test\nCMD [\"pytest\"]\n", Says: "test"},
			},
			Fine: []checktest.Case{
				{Name: "a target that names production", Files: "-- compose.prod.yaml --\nservices:\n  web:\n    build:\n      context: .\n      target: prod\n-- Dockerfile --\nFROM node:22 AS prod\nCMD [\"node\", \"server.js\"]\nFROM node:22 AS dev\nCMD [\"npm\", \"run\", \"dev\"]\n", State: preflight.StatePass},
				{Name: "a compose file for development", Files: "-- compose.dev.yaml --\nservices:\n  web:\n    build:\n      context: .\n      target: dev\n-- Dockerfile --\nFROM node:22 AS dev\nCMD [\"npm\", \"run\", \"dev\"]\nFROM node:22 AS prod\nCMD [\"node\", \"server.js\"]\n", State: preflight.StateNotApplicable},
			},
		},
		{Check: run03,
			Faulty: []checktest.Case{
				{Name: "latest", Files: "-- Dockerfile --\nFROM node:latest\nCMD [\"node\", \"server.js\"]\n" + nodeApp},
				{Name: "no tag behind a registry with a port", Files: "-- Dockerfile --\nFROM registry.local:5000/python\nCMD [\"python\", \"main.py\"]\n" + app},
			},
			Fine: []checktest.Case{
				{Name: "a digest", Files: "-- Dockerfile --\nFROM python@sha256:0123456789abcdef\nCMD [\"python\", \"main.py\"]\n" + app, State: preflight.StatePass},
				{Name: "an unpinned stage that only builds", Files: "-- Dockerfile --\nFROM golang AS b\nRUN go build\nFROM scratch\nCOPY --from=b /app /app\nCMD [\"/app\"]\n", State: preflight.StatePass},
			},
		},
	}
}
