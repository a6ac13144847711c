package deploy

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

const (
	diskPy   = renderPy + "    disk:\n      name: d\n      mountPath: /data\n"
	onDisk   = "-- main.py --\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine('sqlite:////data/app.db')\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {}\n"
	asyncURL = "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy.ext.asyncio import create_async_engine\nengine = create_async_engine(os.environ['DATABASE_URL'])\napp = FastAPI()\n"
)

func storageSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: data03,
			Faulty: []checktest.Case{
				{Name: "a compose volume that nobody mounts", Files: "-- compose.yaml --\nservices:\n  api:\n    image: x\nvolumes:\n  data:\n", Level: preflight.Warn, At: "compose.yaml:5"},
				{Name: "half a mount in fly.toml", Files: "-- fly.toml --\napp = 'x'\n[mounts]\n  source = 'data'\n", At: "fly.toml:2"},
				{Name: "a disk without its path", Files: data03.Bad, At: "render.yaml:6"},
			},
			Fine: []checktest.Case{
				{Name: "a volume that a service mounts", Files: "-- compose.yaml --\nservices:\n  api:\n    image: x\n    volumes: ['data:/data']\nvolumes:\n  data:\n", State: preflight.StatePass},
				{Name: "a whole mount", Files: "-- fly.toml --\napp = 'x'\n[[mounts]]\n  source = 'data'\n  destination = '/data'\n", State: preflight.StatePass},
			},
		},
		{Check: data05,
			Faulty: []checktest.Case{
				{Name: "a blueprint's database without a reader", Files: data05.Bad, At: "render.yaml:2"},
				{Name: "PostgreSQL beside a program that writes a file", Files: "-- compose.yaml --\nservices:\n  db:\n    image: postgres:17\n  api:\n    build: .\n    environment:\n      LOG_LEVEL: info\n" + image + fastAPI, At: "compose.yaml:2"},
			},
			Fine: []checktest.Case{
				{Name: "a URL with the service's name", Files: "-- compose.yaml --\nservices:\n  db:\n    image: postgres:17\n  api:\n    build: .\n    environment:\n      DATABASE_URL: postgresql://a:b@db/app\n" + image + fastAPI, State: preflight.StatePass},
				{Name: "a variable that the dashboard asks for", Files: "-- render.yaml --\ndatabases:\n  - name: main\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    envVars:\n      - key: DATABASE_URL\n        sync: false\n", State: preflight.StatePass},
			},
		},
		{Check: data06,
			Faulty: []checktest.Case{
				{Name: "a managed URL for an asynchronous engine", Files: data06.Bad, At: "main.py:4"},
				{Name: "a driver that nobody installs", Files: "-- compose.yaml --\nservices:\n  api:\n    build: .\n    environment:\n      DATABASE_URL: postgresql+asyncpg://a:b@db/app\n" + image + "-- requirements.txt --\nfastapi\nsqlalchemy\nuvicorn\n" + asyncURL, Says: "asyncpg"},
				{Name: "the old name of the dialect", Files: "-- fly.toml --\napp = 'x'\n[env]\n  DATABASE_URL = 'postgres://db.internal/app'\n" + image + "-- requirements.txt --\nsqlalchemy\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine(os.environ['DATABASE_URL'])\napp = FastAPI()\n", Says: "postgres://"},
			},
			Fine: []checktest.Case{
				{Name: "code that rewrites the scheme", Files: data06.Good},
				{Name: "a driver that is there", Files: "-- compose.yaml --\nservices:\n  api:\n    build: .\n    environment:\n      DATABASE_URL: postgresql+asyncpg://a:b@db/app\n" + image + "-- requirements.txt --\nsqlalchemy[asyncio]\nasyncpg==0.30\n" + asyncURL, State: preflight.StatePass},
			},
		},
		{Check: data08,
			Faulty: []checktest.Case{
				{Name: "two services on one volume", Files: "-- compose.yaml --\nservices:\n  api:\n    build: .\n    volumes: ['data:/data']\n  worker:\n    build: .\n    command: python worker.py\n    volumes: ['data:/data']\nvolumes:\n  data:\n  other:\n-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]\n-- worker.py --\nfrom main import engine\nprint(engine)\n" + onDisk, Level: preflight.Warn, Says: "api and worker"},
				{Name: "three instances on a disk", Files: data08.Bad, At: "render.yaml:6"},
				{Name: "four workers on one file", Files: "-- compose.yaml --\nservices:\n  api:\n    build: .\n    command: gunicorn -w 4 main:app -b 0.0.0.0:8000\n    volumes: ['data:/data']\nvolumes:\n  data:\n" + image + onDisk, Level: preflight.Warn, At: "compose.yaml:4"},
			},
			Fine: []checktest.Case{
				{Name: "two services, each with a volume of its own", Files: "-- compose.yaml --\nservices:\n  api:\n    build: .\n    volumes: ['data:/data']\n  worker:\n    build: .\n    command: python worker.py\n    volumes: ['other:/data']\nvolumes:\n  data:\n  other:\n-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]\n-- worker.py --\nfrom main import engine\nprint(engine)\n" + onDisk, State: preflight.StatePass},
				{Name: "one of each", Files: diskPy + onDisk, State: preflight.StatePass},
				{Name: "several instances on a managed database", Files: data06.Bad + "-- x --\n", State: preflight.StateNotApplicable},
			},
		},
		{Check: data09,
			Faulty: []checktest.Case{
				{Name: "SQLAlchemy alone", Files: diskPy + onDisk},
				{Name: "Go without the pragma", Files: "-- fly.toml --\napp = 'x'\n[mounts]\n  source = 'd'\n  destination = '/data'\n-- Dockerfile --\nFROM golang:1.26\nCOPY . .\nRUN go build -o /app .\nCMD [\"/app\"]\n-- go.mod --\nmodule x\n-- main.go --\npackage main\nimport (\n\t\"database/sql\"\n\t\"net/http\"\n)\nfunc main() {\n\tdb, _ := sql.Open(\"sqlite3\", \"/data/app.db\")\n\t_ = db\n\thttp.ListenAndServe(\":8080\", nil)\n}\n"},
			},
			Fine: []checktest.Case{
				{Name: "a pragma", Files: data09.Good, State: preflight.StatePass},
				{Name: "PostgreSQL", Files: data06.Good, State: preflight.StateNotApplicable},
			},
		},
		{Check: data11,
			Faulty: []checktest.Case{
				{Name: "Alembic and a Procfile", Files: data11.Bad, At: "alembic/versions/1_users.py:0"},
				{Name: "Prisma in an image", Files: nodeFile + "CMD [\"node\", \"server.js\"]\n-- prisma/migrations/1_init/migration.sql --\nCREATE TABLE a (id int);\n" + nodeApp, Says: "Prisma"},
			},
			Fine: []checktest.Case{
				{Name: "an entry script that runs them", Files: "-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"./start.sh\"]\n-- start.sh --\n#!/bin/sh\nalembic upgrade head\nexec uvicorn main:app\n-- alembic/versions/1_users.py --\nrevision = '1'\n" + app, State: preflight.StatePass},
				{Name: "a workflow that runs them", Files: "-- Procfile --\nweb: python manage.py runserver\n-- shop/migrations/0001_initial.py --\nx = 1\n-- .github/workflows/d.yml --\non: push\njobs:\n  d:\n    steps:\n      - run: python manage.py migrate\n-- manage.py --\nprint(1)\n", State: preflight.StatePass},
			},
		},
		{Check: data12,
			Faulty: []checktest.Case{
				{Name: "a pre-deploy command of Railway", Files: data12.Bad, At: "railway.json:1"},
				{Name: "a RUN line of the image", Files: "-- fly.toml --\napp = 'x'\n[mounts]\n  source = 'd'\n  destination = '/data'\n-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt && alembic upgrade head\nCMD [\"uvicorn\", \"main:app\"]\n" + onDisk, At: "Dockerfile:4"},
			},
			Fine: []checktest.Case{
				{Name: "in the start command", Files: data12.Good, State: preflight.StatePass},
				{Name: "a managed database", Files: "-- render.yaml --\ndatabases:\n  - name: main\nservices:\n  - type: web\n    name: api\n    runtime: python\n    preDeployCommand: alembic upgrade head\n    startCommand: uvicorn main:app\n    envVars:\n      - key: DATABASE_URL\n        fromDatabase:\n          name: main\n" + fastAPI, State: preflight.StateNotApplicable},
			},
		},
		{Check: data13,
			Faulty: []checktest.Case{
				{Name: "drop_all in the startup event", Files: data13.Bad, At: "main.py:6"},
				{Name: "a reset in the start command", Files: "-- Procfile --\nweb: npx prisma migrate reset --force && node server.js\n" + nodeApp, At: "Procfile:1"},
				{Name: "Sequelize with force", Files: nodeFile + "CMD [\"node\", \"server.js\"]\n-- package.json --\n{\"dependencies\": {\"express\": \"4\", \"sequelize\": \"6\"}}\n-- server.js --\nconst express = require('express')\nconst { Sequelize } = require('sequelize')\nconst db = new Sequelize({ dialect: 'sqlite', storage: 'a.db' })\ndb.sync({ force: true })\nexpress().listen(3000)\n", At: "server.js:4"},
			},
			Fine: []checktest.Case{
				{Name: "behind a variable that is off", Files: data13.Good},
				{Name: "a tool and a test", Files: app + "-- scripts/reset.py --\nfrom db import Base, engine\nBase.metadata.drop_all(engine)\n-- tests/conftest.py --\nBase.metadata.drop_all(engine)\n"},
				{Name: "a function for administrators", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom db import Base, engine\napp = FastAPI()\ndef wipe():\n    Base.metadata.drop_all(engine)\n@app.get('/')\ndef home():\n    return {}\n"},
			},
		},
		{Check: data14,
			Faulty: []checktest.Case{
				{Name: "a user of the image", Files: data14.Bad, At: "Dockerfile:2"},
				{Name: "a number", Files: "-- .railway/railway.ts --\nconst d = volume('d')\nexport default project('x', { resources: [service('api', { volumeMounts: { '/srv/data': d }, env: {} })] })\n-- Dockerfile --\nFROM node:22\nUSER 1000:1000\nCMD [\"node\", \"server.js\"]\n" + nodeApp},
			},
			Fine: []checktest.Case{
				{Name: "the variable that makes it root", Files: data14.Good, State: preflight.StatePass},
				{Name: "an image without a user", Files: "-- .railway/railway.ts --\nconst d = volume('d')\nexport default project('x', { resources: [service('api', { volumeMounts: { '/data': d }, env: {} })] })\n-- Dockerfile --\nFROM node:22\nCMD [\"node\", \"server.js\"]\n" + nodeApp, State: preflight.StatePass},
			},
		},
		{Check: data15,
			Faulty: []checktest.Case{
				{Name: "a database on a volume", Files: "-- docker-compose.prod.yml --\nservices:\n  db:\n    image: postgres:17\n    volumes: ['pg:/var/lib/postgresql/data']\nvolumes:\n  pg:\n"},
				{Name: "a SQLite file on a disk", Files: diskPy + onDisk, Path: "render.yaml: api"},
			},
			Fine: []checktest.Case{
				{Name: "a script that copies", Files: diskPy + onDisk + "-- ops/nightly.sh --\nsqlite3 /data/app.db \".backup /tmp/x\" && rclone copy /tmp/x r:b\n", State: preflight.StateQuestion},
				{Name: "a managed database", Files: data06.Good, State: preflight.StateQuestion},
				{Name: "no data at all", Files: renderPy + app, State: preflight.StateNotApplicable},
			},
		},
		{Check: data16,
			Faulty: []checktest.Case{
				{Name: "Redis without any setting", Files: "-- docker-compose.prod.yml --\nservices:\n  cache:\n    image: redis:7\n    ports: ['6379:6379']\n", Says: "without a password"},
				{Name: "PostgreSQL in production", Files: "-- docker-compose.prod.yml --\nservices:\n  db:\n    image: postgres:17\n    environment:\n      POSTGRES_PASSWORD: postgres\n    ports: ['5432:5432']\n", At: "docker-compose.prod.yml:6"},
				{Name: "Redis without a password", Files: "-- deploy/compose.prod.yaml --\nservices:\n  cache:\n    image: redis:7\n    environment:\n      A: b\n    ports: ['6379:6379']\n", Says: "without a password"},
			},
			Fine: []checktest.Case{
				{Name: "Redis with a configuration of its own", Files: "-- docker-compose.prod.yml --\nservices:\n  cache:\n    image: redis:7\n    command: redis-server /etc/redis/redis.conf\n    ports: ['6379:6379']\n", State: preflight.StatePass},
				{Name: "bound to this machine", Files: "-- docker-compose.prod.yml --\nservices:\n  db:\n    image: postgres:17\n    environment:\n      POSTGRES_PASSWORD: postgres\n    ports: ['127.0.0.1:5432:5432']\n", State: preflight.StatePass},
				{Name: "not published", Files: "-- docker-compose.prod.yml --\nservices:\n  db:\n    image: postgres:17\n    environment:\n      POSTGRES_PASSWORD: postgres\n", State: preflight.StatePass},
			},
		},
		{Check: data17,
			Faulty: []checktest.Case{
				{Name: "a web service", Files: data17.Bad},
				{Name: "a database", Files: "-- render.yaml --\ndatabases:\n  - name: main\n    plan: free\n", At: "render.yaml:2"},
			},
			Fine: []checktest.Case{
				{Name: "a paid plan", Files: data17.Good, State: preflight.StatePass},
				{Name: "no plan", Files: renderPy, State: preflight.StatePass},
			},
		},
	}
}
