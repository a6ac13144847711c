package deploy

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

func frontSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: web01,
			Faulty: []checktest.Case{
				{Name: "an entry script that runs it", Files: "-- Dockerfile --\nFROM flutter:3\nWORKDIR /app\nCOPY . .\nENTRYPOINT [\"./start.sh\"]\n-- start.sh --\n#!/bin/sh\nflutter pub get\nexec flutter run -d web-server --web-port ${PORT:-8080} --web-hostname 0.0.0.0\n-- pubspec.yaml --\nname: app\n", At: "start.sh:3"},
				{Name: "a start command of a platform", Files: "-- railway.json --\n{\"deploy\": {\"startCommand\": \"flutter run -d web-server --web-port $PORT\"}}\n-- pubspec.yaml --\nname: app\n", At: "railway.json:1"},
			},
			Fine: []checktest.Case{
				{Name: "a developer's target and README", Files: "-- Makefile --\nrun:\n\tflutter run -d chrome\n-- README.md --\nflutter run -d chrome\n-- Dockerfile --\nFROM nginx\nCOPY build/web /usr/share/nginx/html\n-- pubspec.yaml --\nname: app\n", State: preflight.StatePass},
				{Name: "a compose file for development", Files: "-- docker-compose.dev.yml --\nservices:\n  web:\n    image: flutter\n    command: flutter run -d web-server\n-- pubspec.yaml --\nname: app\n"},
			},
		},
		{Check: web02,
			Faulty: []checktest.Case{
				{Name: "a workflow that publishes a debug build", Files: "-- .github/workflows/web.yml --\non: push\njobs:\n  web:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: subosito/flutter-action@v2\n      - run: |\n          flutter pub get\n          flutter build web --debug --base-href /app/\n      - uses: peaceiris/actions-gh-pages@v4\n-- pubspec.yaml --\nname: app\n", At: ".github/workflows/web.yml:9"},
				{Name: "a profile build in a script of the build command", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: web\n    runtime: static\n    buildCommand: ./build.sh\n    staticPublishPath: build/web\n-- build.sh --\n#!/bin/bash\nset -e\nflutter build web --profile\n-- pubspec.yaml --\nname: app\n", At: "build.sh:3"},
			},
			Fine: []checktest.Case{
				{Name: "no flag, which is a release build", Files: web02.Good, State: preflight.StatePass},
				{Name: "a debug build that only tests use", Files: "-- .github/workflows/test.yml --\non: pull_request\njobs:\n  test:\n    steps:\n      - run: flutter build web --debug\n      - run: flutter drive --target=test_driver/app.dart\n-- pubspec.yaml --\nname: app\n"},
				{Name: "a debug build for phones", Files: "-- .github/workflows/apk.yml --\non: push\njobs:\n  apk:\n    steps:\n      - run: flutter build apk --debug\n      - uses: softprops/action-gh-release@v2\n      - run: firebase deploy\n-- pubspec.yaml --\nname: app\n"},
			},
		},
		{Check: web03,
			Faulty: []checktest.Case{
				{Name: "npm start of create-react-app in the final stage", Files: "-- Dockerfile --\nFROM node:20\nWORKDIR /app\nCOPY package.json .\nRUN npm install\nCOPY . .\nCMD npm start\n-- package.json --\n{\"scripts\": {\"start\": \"react-scripts start\", \"build\": \"react-scripts build\"}}\n", At: "package.json:1"},
				{Name: "uvicorn with reload in a production compose file", Files: "-- docker-compose.prod.yml --\nservices:\n  api:\n    build: .\n    command: uvicorn main:app --host 0.0.0.0 --reload\n-- Dockerfile --\nFROM python:3.12\nCOPY . .\n-- main.py --\napp = 1\n", At: "docker-compose.prod.yml:4"},
				{Name: "runserver in a Procfile", Files: "-- Procfile --\nweb: python manage.py runserver 0.0.0.0:$PORT\n-- manage.py --\nprint(1)\n", At: "Procfile:1"},
			},
			Fine: []checktest.Case{
				{Name: "a stage for development above the production one", Files: "-- Dockerfile --\nFROM node:22 AS dev\nCMD [\"npm\", \"run\", \"dev\"]\nFROM node:22 AS build\nRUN npm run build\nFROM node:22\nCMD [\"npx\", \"vite\", \"preview\"]\n-- package.json --\n{\"scripts\": {\"dev\": \"vite\", \"build\": \"vite build\"}}\n", State: preflight.StatePass},
				{Name: "a compose file with the source mounted", Files: "-- docker-compose.yml --\nservices:\n  web:\n    build: .\n    command: npm run dev\n    volumes: ['.:/app', '/app/node_modules']\n-- Dockerfile --\nFROM node:22\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n-- server.js --\nconsole.log(1)\n-- package.json --\n{\"scripts\": {\"dev\": \"nodemon server.js\"}}\n"},
				{Name: "an image whose command the platform replaces", Files: "-- fly.toml --\napp = 'x'\n[processes]\n  app = 'gunicorn site.wsgi'\n-- Dockerfile --\nFROM python:3.12\nCMD [\"python\", \"manage.py\", \"runserver\"]\n"},
			},
		},
	}
}
