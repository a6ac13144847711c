package deploy

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

const streams = "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\n@app.get('/api/stream')\ndef stream():\n    return StreamingResponse(iter(()), media_type='text/event-stream')\n"

const upload = "-- main.py --\nimport shutil\nfrom fastapi import FastAPI, UploadFile\napp = FastAPI()\n@app.post('/files')\ndef upload(file: UploadFile):\n    with open('/data/uploads/' + file.filename, 'wb') as out:\n        shutil.copyfileobj(file.file, out)\n    return {}\n"

func restSuites() []checktest.Suite {
	database := "-- app.db --\nSQLite format 3\x00CREATE TABLE users (id int)" + strings.Repeat("x", 9000) + "\n"
	return []checktest.Suite{
		{Check: data04,
			Faulty: []checktest.Case{
				{Name: "two names in two modules", Files: data04.Bad, Says: "DB_URL"},
				{Name: "one name with two defaults", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nimport jobs\nengine = create_engine(os.getenv('DATABASE_URL', 'sqlite:///./app.db'))\napp = FastAPI()\n-- jobs.py --\nimport os\nfrom sqlalchemy import create_engine\nengine = create_engine(os.getenv('DATABASE_URL', 'postgresql://localhost/app'))\n", Says: "two defaults"},
			},
			Fine: []checktest.Case{
				{Name: "one module that everybody imports", Files: data04.Good, State: preflight.StateNotApplicable},
				{Name: "the same default in the migrations", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nimport jobs\nengine = create_engine(os.getenv('DATABASE_URL', 'sqlite:///./app.db'))\napp = FastAPI()\n-- jobs.py --\nimport os\nfrom sqlalchemy import create_engine\nengine = create_engine(os.getenv('DATABASE_URL', 'sqlite:///./app.db'))\n", State: preflight.StatePass},
			},
		},
		{Check: data07,
			Faulty: []checktest.Case{
				{Name: "an open file in a handler", Files: data07.Bad, At: "main.py:6"},
				{Name: "multer in a compose service", Files: "-- compose.yaml --\nservices:\n  api:\n    build: .\n    environment:\n      A: b\n-- Dockerfile --\nFROM node:22\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n-- package.json --\n{\"dependencies\": {\"express\": \"4\", \"multer\": \"1\"}}\n-- server.js --\nconst express = require('express')\nconst multer = require('multer')\nconst app = express()\nconst up = multer({ dest: 'uploads/' })\napp.post('/files', up.single('f'), (q, r) => r.json({}))\napp.listen(3000)\n", At: "server.js:4"},
			},
			Fine: []checktest.Case{
				{Name: "a volume over the folder", Files: diskPy + upload, State: preflight.StatePass},
				{Name: "a temporary folder", Files: renderPy + strings.ReplaceAll(upload, "/data/uploads/", "/tmp/up/"), State: preflight.StateNotApplicable},
			},
		},
		{Check: sec08,
			Faulty: []checktest.Case{
				{Name: "an env file in the context", Files: sec08.Bad, At: ".env:0"},
				{Name: "a key that the ignore file leaves in", Files: "-- Dockerfile --\nFROM node:22\nCOPY ./ /app\nCMD [\"node\", \"server.js\"]\n-- .dockerignore --\nnode_modules\n-- certs/server.pem --\nsomething\n" + nodeApp, Says: "certs/server.pem"},
			},
			Fine: []checktest.Case{
				{Name: "a stage of which only the output goes on", Files: "-- Dockerfile --\nFROM node:22 AS b\nCOPY . .\nRUN npm run build\nFROM nginx:1.27\nCOPY --from=b /app/dist /usr/share/nginx/html\n-- .env --\nA=1\n", State: preflight.StateNotApplicable},
				{Name: "patterns with stars and exceptions", Files: "-- Dockerfile --\nFROM python:3.12\nCOPY . .\nCMD [\"python\", \"main.py\"]\n-- .dockerignore --\n**/.env*\n!**/.env.example\n.git\n-- backend/.env --\nA=1\n-- .env.example --\nA=\n" + app, State: preflight.StatePass},
			},
		},
		{Check: sec09,
			Faulty: []checktest.Case{
				{Name: "a SQLite file with accounts", Files: database, At: "app.db:0"},
				{Name: "a dump with accounts", Files: "-- backup.sql --\nCOPY public.users (id, email) FROM stdin;\n1\ta@b.c\n"},
			},
			Fine: []checktest.Case{
				{Name: "a schema", Files: sec09.Good, State: preflight.StatePass},
				{Name: "seeds and fixtures", Files: "-- db/seed.sql --\nINSERT INTO users VALUES (1);\n-- tests/fixtures/a.sql --\nINSERT INTO users VALUES (1);\n", State: preflight.StatePass},
			},
		},
		{Check: web06,
			Faulty: []checktest.Case{
				{Name: "the bootstrap of a debug build", Files: web06.Bad},
				{Name: "another loader", Files: "-- public/main.dart.js --\nlet s = document.createElement('script'); s.src = 'require.js'; // dwds\n"},
			},
			Fine: []checktest.Case{
				{Name: "release output", Files: web06.Good, State: preflight.StatePass},
				{Name: "no build in git", Files: "-- pubspec.yaml --\nname: app\n", State: preflight.StateNotApplicable},
			},
		},
		{Check: web07,
			Faulty: []checktest.Case{
				{Name: "the source folder of Flutter", Files: web07.Bad},
				{Name: "build where Vite writes dist", Files: "-- netlify.toml --\n[build]\n  command = \"npm run build\"\n  publish = \"build\"\n-- package.json --\n{\"scripts\": {\"build\": \"vite build\"}}\n", Says: "dist"},
			},
			Fine: []checktest.Case{
				{Name: "an output folder in the configuration", Files: "-- netlify.toml --\n[build]\n  command = \"npm run build\"\n  publish = \"build\"\n-- package.json --\n{\"scripts\": {\"build\": \"tsc && vite build\"}}\n-- vite.config.ts --\nexport default { build: { outDir: 'build' } }\n", State: preflight.StatePass},
				{Name: "a folder of a monorepo", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: web\n    runtime: static\n    buildCommand: cd frontend && npm run build\n    staticPublishPath: frontend/dist\n-- frontend/package.json --\n{\"scripts\": {\"build\": \"vite build\"}}\n", State: preflight.StatePass},
			},
		},
		{Check: web08,
			Faulty: []checktest.Case{
				{Name: "Render without a rewrite", Files: web08.Bad, At: "src/main.tsx:0"},
				{Name: "nginx without try_files", Files: "-- Dockerfile --\nFROM node:22 AS b\nWORKDIR /app\nCOPY . .\nRUN npm run build\nFROM nginx:1.27\nCOPY --from=b /app/dist /usr/share/nginx/html\n-- package.json --\n{\"dependencies\": {\"vue\": \"3\"}}\n-- src/router.js --\nexport default createRouter({ history: createWebHistory() })\n"},
			},
			Fine: []checktest.Case{
				{Name: "nginx with try_files", Files: "-- Dockerfile --\nFROM node:22 AS b\nWORKDIR /app\nCOPY . .\nRUN npm run build\nFROM nginx:1.27\nCOPY nginx.conf /etc/nginx/conf.d/default.conf\nCOPY --from=b /app/dist /usr/share/nginx/html\n-- nginx.conf --\nserver {\n  location / { try_files $uri /index.html; }\n}\n-- package.json --\n{\"dependencies\": {\"vue\": \"3\"}}\n-- src/router.js --\nexport default createRouter({ history: createWebHistory() })\n", State: preflight.StatePass},
				{Name: "paths behind a hash", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: web\n    runtime: static\n    staticPublishPath: dist\n-- package.json --\n{\"dependencies\": {\"react\": \"18\"}}\n-- src/main.tsx --\nimport { HashRouter, BrowserRouter } from 'react-router-dom'\n", State: preflight.StatePass},
			},
		},
		{Check: web14,
			Faulty: []checktest.Case{
				{Name: "one heavy image", Files: "-- assets/hero.png --\n" + strings.Repeat("x", 400_000) + "\n", Says: "1 of them"},
				{Name: "many small ones", Files: many("public/i%d.jpg", 9, 250_000)},
			},
			Fine: []checktest.Case{
				{Name: "small ones", Files: "-- assets/a.png --\nx\n", State: preflight.StatePass},
				{Name: "screenshots of the documentation", Files: "-- docs/images/a.png --\n" + strings.Repeat("x", 400_000) + "\n", State: preflight.StateNotApplicable},
			},
		},
		{Check: web15,
			Faulty: []checktest.Case{
				{Name: "the HTML renderer", Files: web15.Bad, At: "Dockerfile:2"},
				{Name: "null safety in a workflow", Files: "-- .github/workflows/w.yml --\non: push\njobs:\n  w:\n    steps:\n      - run: flutter build web --no-sound-null-safety\n      - run: firebase deploy\n-- pubspec.yaml --\nname: app\n"},
			},
			Fine: []checktest.Case{
				{Name: "an old version that still has it", Files: "-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:3.16.0 AS b\nRUN flutter build web --web-renderer canvaskit\nFROM nginx:1.27\nCOPY --from=b /app/build/web /usr/share/nginx/html\n", State: preflight.StatePass},
				{Name: "WebAssembly", Files: web15.Good, State: preflight.StatePass},
			},
		},
		{Check: web18,
			Faulty: []checktest.Case{
				{Name: "in an image", Files: web18.Bad},
				{Name: "in a build command", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: web\n    runtime: static\n    buildCommand: flutter build web --release --no-tree-shake-icons\n    staticPublishPath: build/web\n-- pubspec.yaml --\nname: app\n"},
			},
			Fine: []checktest.Case{
				{Name: "the default", Files: web02.Good, State: preflight.StatePass},
				{Name: "for phones", Files: "-- .github/workflows/a.yml --\non: push\njobs:\n  a:\n    steps:\n      - run: flutter build apk --no-tree-shake-icons\n", State: preflight.StateNotApplicable},
			},
		},
		{Check: tls08,
			Faulty: []checktest.Case{
				{Name: "a plain compose file in a folder for deployment", Files: "-- deploy/compose.yaml --\nservices:\n  web:\n    build: .\n    ports: ['80:8080']\n"},
				{Name: "Fly told not to redirect", Files: "-- fly.toml --\napp = 'x'\n[http_service]\n  internal_port = 8080\n  force_https = false\n-- Dockerfile --\nFROM scratch\nCMD [\"/x\"]\n", At: "fly.toml:4"},
				{Name: "port 80 of a production compose file", Files: tls08.Bad, At: "docker-compose.prod.yml:4"},
				{Name: "nginx with a public name", Files: "-- deploy/nginx/site.conf --\nserver {\n  listen 80;\n  server_name ba.acme.net;\n  location / { proxy_pass http://127.0.0.1:8000; }\n}\n", Says: "ba.acme.net"},
			},
			Fine: []checktest.Case{
				{Name: "Fly that redirects", Files: "-- fly.toml --\napp = 'x'\n[http_service]\n  internal_port = 8080\n  force_https = true\n-- Dockerfile --\nFROM scratch\nCMD [\"/x\"]\n"},
				{Name: "Traefik in front", Files: "-- docker-compose.prod.yml --\nservices:\n  proxy:\n    image: traefik:3\n    ports: ['80:80', '443:443']\n  web:\n    image: nginx\n", State: preflight.StatePass},
				{Name: "certbot in a script", Files: "-- docker-compose.prod.yml --\nservices:\n  web:\n    image: nginx\n    ports: ['80:80']\n-- setup.sh --\ncertbot --nginx\n", State: preflight.StatePass},
				{Name: "a compose file for development", Files: "-- docker-compose.dev.yml --\nservices:\n  web:\n    image: nginx\n    ports: ['80:80']\n"},
			},
		},
		{Check: sse02,
			Faulty: []checktest.Case{
				{Name: "nginx that ignores the header", Level: preflight.Warn, Files: "-- nginx/app.conf --\nserver {\n  listen 80;\n  server_name app.acme.dev;\n  location / {\n    proxy_pass http://127.0.0.1:8080;\n    proxy_ignore_headers X-Accel-Buffering;\n  }\n}\n-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\n@app.get('/s')\ndef s():\n    return StreamingResponse(gen(), media_type='text/event-stream', headers={'X-Accel-Buffering': 'no'})\n"},
				{Name: "a location that buffers", Files: sse02.Bad, At: "nginx.conf:4"},
				{Name: "an image with its own proxy", Files: "-- Dockerfile --\nFROM nginx:1.27\nCOPY default.conf /etc/nginx/conf.d/\n-- default.conf --\nserver {\n  location / { proxy_pass http://backend; proxy_read_timeout 300s; }\n}\n-- api/Dockerfile --\nFROM python:3.12\nCOPY . .\nCMD [\"uvicorn\", \"main:app\"]\n" + strings.ReplaceAll(streams, "-- main.py", "-- api/main.py")},
			},
			Fine: []checktest.Case{
				{Name: "nginx that obeys the header", Files: "-- nginx/app.conf --\nserver {\n  listen 80;\n  server_name app.acme.dev;\n  location / {\n    proxy_pass http://127.0.0.1:8080;\n  }\n}\n-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\n@app.get('/s')\ndef s():\n    return StreamingResponse(gen(), media_type='text/event-stream', headers={'X-Accel-Buffering': 'no'})\n", State: preflight.StatePass},
				{Name: "buffering switched off", Files: sse02.Good, State: preflight.StatePass},
				{Name: "a header from the program", Files: strings.ReplaceAll(sse02.Bad, "media_type='text/event-stream')", "media_type='text/event-stream', headers={'X-Accel-Buffering': 'no'})"), State: preflight.StatePass},
				{Name: "no stream", Files: "-- nginx.conf --\nserver {\n  location / { proxy_pass http://api:8000; }\n}\n" + app, State: preflight.StateNotApplicable},
			},
		},
		{Check: sse06,
			Faulty: []checktest.Case{
				{Name: "the blueprint of the study", Files: sse06.Bad},
				{Name: "fly.toml", Files: "-- fly.toml --\napp = 'x'\n[env]\n  NGINX_PROXY_BUFFERING = 'off'\n" + image},
			},
			Fine: []checktest.Case{
				{Name: "a template that reads it", Files: "-- fly.toml --\napp = 'x'\n[env]\n  PROXY_BUFFERING = 'off'\n-- nginx.conf.template --\nserver { location / { proxy_buffering ${PROXY_BUFFERING}; } }\n" + image},
				{Name: "no such variable", Files: sse06.Good},
			},
		},
	}
}

// many is an archive of n files of a size.
func many(pattern string, n, size int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("-- " + strings.ReplaceAll(pattern, "%d", string(rune('a'+i))) + " --\n" + strings.Repeat("x", size) + "\n")
	}
	return b.String()
}
