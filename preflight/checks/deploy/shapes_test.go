package deploy

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

// The shapes below were met in applications that people publish; the files are written anew.

const flaskOnRender = "-- render.yaml --\nservices:\n  - type: web\n    name: web\n    runtime: python\n    startCommand: gunicorn app:app\n-- app.py --\nimport os\nfrom flask import Flask\nfrom flask_sqlalchemy import SQLAlchemy\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    return 'x'\n"

func shapeSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: data01,
			Faulty: []checktest.Case{
				{Name: "Flask's configuration in a module of its own", Files: flaskOnRender + "app.config.from_object('config')\ndb = SQLAlchemy(app)\n-- config.py --\nimport os\nbase = os.path.abspath(os.path.dirname(__file__))\nSQLALCHEMY_DATABASE_URI = 'sqlite:///' + os.path.join(base, 'app.db')\n", At: "config.py:3"},
				{Name: "Flask's mapping", Files: flaskOnRender + "app.config.from_mapping(SQLALCHEMY_DATABASE_URI=os.environ.get('DATABASE_URL', f\"sqlite:///{os.path.join(app.instance_path, 'app.sqlite')}\"))\ndb = SQLAlchemy(app)\n", At: "app.py:8"},
			},
			Fine: []checktest.Case{{Name: "a file that is only read", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: web\n    runtime: python\n    startCommand: gunicorn app:app\n-- app.py --\nimport sqlite3\nfrom pathlib import Path\nfrom flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    return sqlite3.connect(f\"{Path('words.db').resolve().as_uri()}?mode=ro\", uri=True)\n"}}},
		{Check: web02,
			Faulty: []checktest.Case{{Name: "a script that builds and deploys", Files: "-- pubspec.yaml --\nname: app\n-- scripts/deploy.sh --\n#!/bin/bash\nfvm flutter build web --profile\nfirebase deploy --only hosting\n", At: "scripts/deploy.sh:2"}},
			Fine: []checktest.Case{
				{Name: "a script that only measures", Files: "-- pubspec.yaml --\nname: app\n-- scripts/measure.sh --\nflutter build web --profile\n"},
				{Name: "a script that deploys a release", Files: "-- pubspec.yaml --\nname: app\n-- deploy.sh --\nflutter build web --release\nfirebase deploy\n", State: preflight.StatePass},
			}},
		{Check: man03, Fine: []checktest.Case{{Name: "a server that a build makes, started by bun", Files: "-- package.json --\n{\"scripts\": {\"build\": \"next build\"}, \"dependencies\": {\"next\": \"14\"}}\n-- Dockerfile --\nFROM oven/bun:1 AS build\nWORKDIR /app\nCOPY . .\nRUN bun install && bun run build\nFROM oven/bun:1\nWORKDIR /app\nCOPY --from=build /app/.next/standalone ./\nCMD [\"bun\", \"server.js\"]\n"}}},
	}
}
