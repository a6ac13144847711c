package deploy

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

const (
	fastAPI  = "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nURL = os.getenv('DATABASE_URL', 'sqlite:///./app.db')\nengine = create_engine(URL)\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {}\n"
	pyImage  = "-- Dockerfile --\nFROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"8000\"]\n"
	renderPy = "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0 --port $PORT\n"
)

func dataSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: data01,
			Faulty: []checktest.Case{
				{Name: "a file behind the refusal of a bad key", Files: renderPy + "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nKEY = os.getenv('SECRET_KEY', 'x')\nif KEY == 'x' and os.getenv('ENV') == 'production':\n    raise RuntimeError('SECRET_KEY')\nengine = create_engine('sqlite:///./app.db')\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {}\n", At: "main.py:7"},
				{Name: "a file of an unknown name with tables of the program", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom store import Store\nimport sys\napp = FastAPI()\nstore = Store(sys.argv[1])\n@app.get('/')\ndef home():\n    return store.all()\n-- store.py --\nimport sqlite3\nclass Store:\n    def __init__(self, path):\n        self.db = sqlite3.connect(path)\n        self.db.execute('CREATE TABLE IF NOT EXISTS notes (id INTEGER)')\n    def all(self):\n        return self.db.execute('SELECT * FROM notes').fetchall()\n", Level: preflight.Warn, At: "store.py:4"},
				{Name: "an address that is put together by format", Files: "-- main.py --\nimport sys\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\napp = FastAPI()\nengine = create_engine('sqlite:///{0}'.format(sys.argv[1]))\n@app.get('/')\ndef home():\n    return {}\n", Level: preflight.Warn, At: "main.py:5"},
				{Name: "a server of compose that nothing is mounted into", Files: "-- docker-compose.yml --\nservices:\n  api:\n    build: .\n    environment:\n      DATABASE_URL: postgresql://a:b@db/x\n  db:\n    image: postgres:17\n-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]\n" + fastAPI, Level: preflight.Warn, Path: "docker-compose.yml: db", Says: "no volume of a name"},
				{Name: "a setting whose way to the engine is not followed", Level: preflight.Warn, Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nfrom store import Store\nclass Settings(BaseSettings):\n    database_uri: str = 'sqlite:///./app.db'\napp = FastAPI()\n@app.on_event('startup')\ndef start():\n    app.state.store = Store(Settings().database_uri)\n@app.get('/')\ndef home():\n    return {}\n-- store.py --\nfrom sqlalchemy import create_engine\nclass Store:\n    def __init__(self, uri):\n        self.engine = create_engine(uri)\n", At: "main.py:5"},
				{Name: "a default in the code that render.yaml does not replace", Files: renderPy + fastAPI, At: "main.py:4", Path: "render.yaml: api"},
				{Name: "an Express app in compose without a volume", Files: "-- compose.yaml --\nservices:\n  web:\n    build: .\n    ports: ['80:3000']\n    environment:\n      NODE_ENV: production\n-- Dockerfile --\nFROM node:22\nWORKDIR /srv\nCOPY . .\nCMD [\"node\", \"server.js\"]\n-- package.json --\n{\"dependencies\": {\"express\": \"4\", \"better-sqlite3\": \"11\"}}\n-- server.js --\nconst express = require('express')\nconst Database = require('better-sqlite3')\nconst db = new Database('shop.db')\nconst app = express()\napp.get('/', (req, res) => res.json({}))\napp.listen(3000)\n", At: "server.js:3"},
				{Name: "Railway, where the dashboard may know better", Files: "-- railway.json --\n{\"deploy\": {\"startCommand\": \"uvicorn main:app --host 0.0.0.0 --port $PORT\"}}\n" + fastAPI, Level: preflight.Warn},
				{Name: "no deployment description at all", Files: fastAPI, Level: preflight.Warn, Says: "no deployment description"},
				{Name: "Django's default on Fly", Files: "-- fly.toml --\napp = 'site'\n[http_service]\n  internal_port = 8000\n-- Dockerfile --\nFROM python:3.12\nWORKDIR /code\nCOPY . .\nCMD [\"gunicorn\", \"site.wsgi\"]\n-- site/wsgi.py --\nfrom django.core.wsgi import get_wsgi_application\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\napplication = get_wsgi_application()\n-- site/settings.py --\nfrom pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\nDATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db.sqlite3'}}\n"},
			},
			Fine: []checktest.Case{
				{Name: "somebody else's file, whose tables are only read", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom store import Store\nimport sys\napp = FastAPI()\nstore = Store(sys.argv[1])\n@app.get('/')\ndef home():\n    return store.all()\n-- store.py --\nimport sqlite3\nclass Store:\n    def __init__(self, path):\n        self.db = sqlite3.connect(path)\n    def all(self):\n        return self.db.execute('SELECT * FROM notes').fetchall()\n"},
				{Name: "a server of compose with a volume", Files: "-- docker-compose.yml --\nservices:\n  api:\n    build: .\n    environment:\n      DATABASE_URL: postgresql://a:b@db/x\n  db:\n    image: postgres:17\n    volumes: ['data:/var/lib/postgresql/data']\nvolumes:\n  data:\n-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]\n" + fastAPI, State: preflight.StatePass},
				{Name: "a server of compose for tests, in memory", Files: "-- docker-compose.yml --\nservices:\n  api:\n    build: .\n    environment:\n      DATABASE_URL: postgresql://a:b@db/x\n  db:\n    image: postgres:17\n    tmpfs: /var/lib/postgresql/data\n-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]\n" + fastAPI, State: preflight.StatePass},
				{Name: "a managed database set by the manifest", Files: renderPy + "    envVars:\n      - key: DATABASE_URL\n        fromDatabase:\n          name: db\n          property: connectionString\ndatabases:\n  - name: db\n" + fastAPI, State: preflight.StatePass},
				{Name: "a named volume over the file", Files: "-- compose.yaml --\nservices:\n  web:\n    build: .\n    volumes: ['data:/app/data']\n    environment:\n      DATABASE_URL: sqlite:///./data/app.db\nvolumes:\n  data:\n" + pyImage + fastAPI, State: preflight.StatePass},
				{Name: "SQLite only where nothing says production", Files: renderPy + "    envVars:\n      - key: ENVIRONMENT\n        value: production\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nif os.getenv('ENVIRONMENT', 'production') == 'production':\n    engine = create_engine(os.environ['DATABASE_URL'])\nelse:\n    engine = create_engine('sqlite:///./dev.db')\napp = FastAPI()\n"},
				{Name: "a script that is no part of the server", Files: renderPy + "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n-- scripts/convert.py --\nimport sqlite3\nsqlite3.connect('old.db')\n", State: preflight.StateNotApplicable},
				{Name: "a command line tool without any route", Files: "-- tool.py --\nimport sqlite3\ndb = sqlite3.connect('notes.db')\n"},
				{Name: "an image whose README mounts the folder", Files: "-- README.md --\n    docker run -v notes:/app/data -p 80:8000 notes\n-- main.py --\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine('sqlite:///./data/app.db')\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {}\n" + pyImage},
			},
		},
		{Check: data02,
			Faulty: []checktest.Case{
				{Name: "a directory beside the volume, in Go", Files: "-- fly.toml --\napp = 'x'\n[env]\n  DATA_DIR = '/var/x'\n[mounts]\n  source = 'd'\n  destination = '/data'\n-- Dockerfile --\nFROM golang:1.26 AS build\nCOPY . .\nRUN go build -o /x .\nFROM scratch\nCOPY --from=build /x /x\nCMD [\"/x\"]\n-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport (\n\t\"database/sql\"\n\t\"net/http\"\n\t\"os\"\n\t\"path/filepath\"\n)\n\ntype config struct{ dir string }\n\nfunc open(path string) {\n\tdb, _ := sql.Open(\"sqlite\", dsn(path))\n\t_ = db\n}\n\nfunc dsn(path string) string { return \"file:\" + filepath.Join(path, \"x.db\") }\n\nfunc main() {\n\tc := config{dir: os.Getenv(\"DATA_DIR\")}\n\topen(c.dir)\n\thttp.ListenAndServe(\":\"+os.Getenv(\"PORT\"), nil)\n}\n", At: "fly.toml:3", Says: "DATA_DIR"},
				{Name: "three slashes where four were meant", Files: data02.Bad, At: "fly.toml:6"},
				{Name: "a disk beside the folder of the program", Files: renderPy + "    disk:\n      name: data\n      mountPath: /var/data\n    envVars:\n      - key: DATABASE_URL\n        value: sqlite:////opt/render/project/src/app.db\n" + fastAPI, Says: "/var/data"},
			},
			Fine: []checktest.Case{
				{Name: "a directory below the volume, in Go", Files: "-- fly.toml --\napp = 'x'\n[env]\n  DATA_DIR = '/data/x'\n[mounts]\n  source = 'd'\n  destination = '/data'\n-- Dockerfile --\nFROM golang:1.26 AS build\nCOPY . .\nRUN go build -o /x .\nFROM scratch\nCOPY --from=build /x /x\nCMD [\"/x\"]\n-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport (\n\t\"database/sql\"\n\t\"net/http\"\n\t\"os\"\n\t\"path/filepath\"\n)\n\ntype config struct{ dir string }\n\nfunc open(path string) {\n\tdb, _ := sql.Open(\"sqlite\", dsn(path))\n\t_ = db\n}\n\nfunc dsn(path string) string { return \"file:\" + filepath.Join(path, \"x.db\") }\n\nfunc main() {\n\tc := config{dir: os.Getenv(\"DATA_DIR\")}\n\topen(c.dir)\n\thttp.ListenAndServe(\":\"+os.Getenv(\"PORT\"), nil)\n}\n"},
				{Name: "a relative path below the mount", Files: "-- compose.yaml --\nservices:\n  web:\n    build: .\n    volumes: ['data:/app']\nvolumes:\n  data:\n" + pyImage + fastAPI, State: preflight.StatePass},
				{Name: "a variable that the platform's dashboard has", Files: "-- fly.toml --\napp = 'x'\n[mounts]\n  source = 'data'\n  destination = '/data'\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine(os.environ['DATABASE_URL'])\napp = FastAPI()\n" + pyImage},
			},
		},
	}
}
