package code

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

const (
	pyApp   = "-- main.py --\nimport os\nfrom fastapi import FastAPI, HTTPException\napp = FastAPI()\n"
	nodeApp = "-- server.js --\nconst express = require('express');\nconst app = express();\n"
	onRail  = "-- railway.json --\n{\"deploy\": {\"startCommand\": \"node server.js\"}}\n"
	djWSGI  = "-- proj/__init__.py --\n-- proj/wsgi.py --\nimport os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\n"
)

func restSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: auth04,
			Faulty: []checktest.Case{
				{Name: "a constant of node", Files: nodeApp + "const BASE = process.env.BASE_URL || 'http://localhost:3000';\nconst GOOGLE_CALLBACK_URL = `${BASE}/auth/google/callback`;\nnew Strategy({ clientID: 'x', callbackURL: 'http://localhost:3000/auth/google/callback' });\n", At: "server.js:4"},
				{Name: "a function", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom authlib.integrations.starlette_client import OAuth\napp = FastAPI()\noauth = OAuth()\ndef oauth_redirect_uri():\n    return os.environ['BACKEND_URL'] + '/callback'\n@app.get('/login')\nasync def login(request):\n    return await oauth.google.authorize_redirect(request, 'http://localhost:8000/callback')\n"},
			},
			Fine: []checktest.Case{
				{Name: "a helper that is used", Files: unusedHelper + "    print(settings.google_redirect_uri)\n    return await oauth.google.authorize_redirect(request, 'http://localhost:8000/cb')\n"},
				{Name: "no literals", Files: unusedHelper + "    return await oauth.google.authorize_redirect(request, os.environ['X'])\n"},
			}},
		{Check: data20,
			Faulty: []checktest.Case{
				{Name: "a mapped column", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom sqlalchemy import select\nfrom sqlalchemy.orm import mapped_column, DeclarativeBase\napp = FastAPI()\nclass Base(DeclarativeBase):\n    pass\nclass Doc(Base):\n    __tablename__ = 'docs'\n    id: int = mapped_column(primary_key=True)\n    project_id: int = mapped_column()\n@app.get('/d')\ndef d(p: int):\n    return select(Doc).where(Doc.project_id == p)\n", At: "main.py:10"},
				{Name: "a column of another module", Files: modelFile + "    owner_id = Column(Integer, nullable=False)\n" + modelQuery, At: "models.py:7"},
			},
			Fine: []checktest.Case{
				{Name: "a unique column", State: preflight.StatePass, Files: modelFile + "    owner_id = Column(Integer, unique=True)\n" + modelQuery},
				{Name: "a composite index", State: preflight.StatePass, Files: modelFile + "    owner_id = Column(Integer)\n    __table_args__ = (Index('ix', 'owner_id', 'id'),)\n" + modelQuery},
			}},
		{Check: web16,
			Faulty: []checktest.Case{
				{Name: "express", Files: nodeApp + "app.use(express.static('client/dist'));\n"},
				{Name: "FastAPI", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.staticfiles import StaticFiles\napp = FastAPI()\napp.mount('/assets', StaticFiles(directory='dist/assets'))\n"},
			},
			Fine: []checktest.Case{
				{Name: "uploads", State: preflight.StateNotApplicable, Files: nodeApp + "app.use('/media', express.static('media'));\n"},
				{Name: "an API alone", State: preflight.StateNotApplicable, Files: nodeApp + "app.get('/', (q, r) => r.end());\n"},
			}},
		{Check: state04,
			Faulty: []checktest.Case{
				{Name: "a Map and a Procfile", Files: nodeStates + "-- Procfile --\nweb: node server.js\n", Path: "Procfile: web"},
				{Name: "sessions and a plain image", Files: "-- server.js --\nconst express = require('express');\nconst session = require('express-session');\nconst app = express();\napp.use(session({ secret: process.env.S }));\n-- Dockerfile --\nFROM node:20\nCOPY . .\nCMD [\"node\", \"server.js\"]\n"},
			},
			Fine: []checktest.Case{
				{Name: "no state in memory", State: preflight.StateNotApplicable, Files: pyApp + "-- Procfile --\nweb: uvicorn main:app\n"},
				{Name: "both numbers said", State: preflight.StatePass, Files: stateApp + "-- railway.json --\n{\"deploy\": {\"startCommand\": \"uvicorn main:app --workers 1\", \"numReplicas\": 1}}\n"},
			}},
		{Check: state05,
			Faulty: []checktest.Case{
				{Name: "socket.io under pm2", Files: "-- server.js --\nconst express = require('express');\nconst { Server } = require('socket.io');\nconst app = express();\nconst io = new Server(3000, {});\n-- Procfile --\nweb: pm2-runtime start server.js -i 2\n"},
				{Name: "slowapi with workers", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom slowapi import Limiter\napp = FastAPI()\nlimiter = Limiter(key_func=str)\n-- Procfile --\nweb: uvicorn main:app --workers 2\n"},
			},
			Fine: []checktest.Case{
				{Name: "one process", State: preflight.StatePass, Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom slowapi import Limiter\napp = FastAPI()\nlimiter = Limiter(key_func=str)\n-- Procfile --\nweb: uvicorn main:app\n"},
				{Name: "a shared store", State: preflight.StateNotApplicable, Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom slowapi import Limiter\napp = FastAPI()\nlimiter = Limiter(key_func=str, storage_uri='redis://r')\n-- Procfile --\nweb: uvicorn main:app --workers 2\n"},
			}},
		{Check: state06,
			Faulty: []checktest.Case{
				{Name: "a Map", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\nconst states = new Map();\napp.get('/auth/login', (req, res) => { const state = rnd(); states.set(state, 1); res.end(); });\napp.get('/auth/callback', (req, res) => { res.end(String(states.has(req.query.state))); });\n"},
				{Name: "a service", Files: classStates},
			},
			Fine: []checktest.Case{
				{Name: "a cache with a time to live", State: preflight.StatePass, Files: "-- main.py --\nfrom cachetools import TTLCache\nfrom fastapi import FastAPI\napp = FastAPI()\noauth_states = TTLCache(maxsize=100, ttl=600)\n@app.get('/login')\ndef login(state: str):\n    oauth_states[state] = 1\n@app.get('/callback')\ndef callback(state: str):\n    return state in oauth_states\n"},
				{Name: "no store", State: preflight.StateNotApplicable, Files: pyApp},
			}},
		{Check: tls06,
			Faulty: []checktest.Case{
				{Name: "Django on Render", Files: djWSGI + "-- proj/settings.py --\nINSTALLED_APPS = []\nSECURE_SSL_REDIRECT = True\n-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: gunicorn proj.wsgi\n", At: "proj/settings.py:2"},
				{Name: "express-enforces-ssl", Files: nodeApp + "const ssl = require('express-enforces-ssl');\napp.use(ssl());\n" + onRail, At: "server.js:4"},
			},
			Fine: []checktest.Case{
				{Name: "Django that trusts the header", Files: djWSGI + "-- proj/settings.py --\nINSTALLED_APPS = []\nSECURE_SSL_REDIRECT = True\nSECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: gunicorn proj.wsgi\n"},
				{Name: "a machine without a platform", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom starlette.middleware.httpsredirect import HTTPSRedirectMiddleware\napp = FastAPI()\napp.add_middleware(HTTPSRedirectMiddleware)\n"},
			}},
		{Check: tls10,
			Faulty: []checktest.Case{
				{Name: "an agent of node", Files: nodeApp + "const https = require('https');\nconst agent = new https.Agent({ rejectUnauthorized: false });\n", At: "server.js:4"},
				{Name: "Go", Files: "-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport (\n\t\"crypto/tls\"\n\t\"net/http\"\n)\n\nfunc main() {\n\t_ = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}\n}\n", At: "main.go:9"},
				{Name: "Dart", Files: "-- lib/main.dart --\nimport 'dart:io';\nvoid main() {\n  final client = HttpClient();\n  client.badCertificateCallback = (cert, host, port) => true;\n}\n", At: "lib/main.dart:4"},
			},
			Fine: []checktest.Case{
				{Name: "a managed database", Files: nodeApp + "const { Pool } = require('pg');\nnew Pool({ ssl: { rejectUnauthorized: false } });\n"},
				{Name: "a local host", Files: "-- main.py --\nimport requests\nfrom fastapi import FastAPI\napp = FastAPI()\nrequests.get('https://localhost:8443/x', verify=False)\n"},
				{Name: "only in development", Files: nodeApp + "if (process.env.NODE_ENV === 'development') process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';\n"},
			}},
		{Check: tls11,
			Faulty: []checktest.Case{
				{Name: "express", Files: nodeApp + "app.get('/', (q, r) => r.end());\n"},
				{Name: "FastAPI", Files: corsHead + corsRoute},
			},
			Fine: []checktest.Case{
				{Name: "helmet", State: preflight.StatePass, Files: nodeApp + "const helmet = require('helmet');\napp.use(helmet());\napp.get('/', (q, r) => r.end());\n"},
				{Name: "nginx", State: preflight.StatePass, Files: corsHead + corsRoute + "-- nginx.conf --\nserver { listen 443 ssl; add_header Strict-Transport-Security max-age=31536000; location / { proxy_pass http://api:8000; } }\n"},
			}},
		{Check: hlt01,
			Faulty: []checktest.Case{
				{Name: "express on Railway", Files: nodeApp + "app.get('/', (q, r) => r.end());\n" + onRail},
				{Name: "nothing said about deployment", Level: preflight.Info, Files: corsHead + corsRoute},
			},
			Fine: []checktest.Case{
				{Name: "healthz", State: preflight.StatePass, Files: nodeApp + "app.get('/healthz', (q, r) => r.end());\n" + onRail},
				{Name: "a table of routes in Go", State: preflight.StateNotChecked, Files: "-- main.go --\npackage main\n\nimport \"net/http\"\n\nvar table = []struct{ pattern string; h http.HandlerFunc }{{\"GET /health\", health}}\n\nfunc main() {\n\tmux := http.NewServeMux()\n\tfor _, r := range table {\n\t\tmux.HandleFunc(r.pattern, r.h)\n\t}\n\tmux.HandleFunc(\"/a\", health)\n\thttp.ListenAndServe(\":8080\", mux)\n}\n\nfunc health(w http.ResponseWriter, r *http.Request) {}\n"},
				{Name: "no routes", State: preflight.StateNotApplicable, Files: pyApp},
			}},
		{Check: hlt02,
			Faulty: []checktest.Case{
				{Name: "express with variables", Files: nodeApp + "const a = process.env.A, b = process.env.B, c = process.env.C;\napp.get('/health', (req, res) => res.json({ status: 'ok' }));\n", At: "server.js:4"},
				{Name: "a claim about the database", Files: healthApp + "@app.get('/healthz')\nasync def healthz():\n    return {'db': 'connected'}\n"},
			},
			Fine: []checktest.Case{
				{Name: "a liveness route beside a readiness route", Files: healthApp + "@app.get('/live')\ndef live():\n    return {}\n@app.get('/ready')\nasync def ready():\n    await ping()\n    return {}\n"},
				{Name: "a session of the database", Files: healthApp + "@app.get('/health')\ndef health(db=Depends(get_db)):\n    return {'ok': True}\n"},
				{Name: "a program that needs nothing", Files: nodeApp + "app.get('/health', (req, res) => res.send('ok'));\n"},
			}},
		{Check: hlt03,
			Faulty: []checktest.Case{
				{Name: "express", Files: nodeApp + "app.get('/health', async (req, res) => { try { await db.ping(); res.json({ s: 'up' }); } catch { res.json({ s: 'down' }); } });\n"},
				{Name: "FastAPI", Files: healthApp + "@app.get('/health')\nasync def health():\n    ok = await ping()\n    return {'status': 'healthy' if ok else 'degraded'}\n"},
			},
			Fine: []checktest.Case{
				{Name: "a status", State: preflight.StatePass, Files: nodeApp + "app.get('/health', async (req, res) => { try { await db.ping(); res.json({ s: 'up' }); } catch { res.status(503).json({ s: 'down' }); } });\n"},
				{Name: "no bad word", State: preflight.StatePass, Files: nodeApp + "app.get('/health', (req, res) => res.json({ s: 'up' }));\n"},
			}},
		{Check: hlt04,
			Faulty: []checktest.Case{
				{Name: "the environment in node", Files: nodeApp + "app.get('/env', (req, res) => res.json(process.env));\n", At: "server.js:3"},
				{Name: "a settings object", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str\nsettings = Settings()\napp = FastAPI()\n@app.get('/config')\ndef config():\n    return settings\n"},
			},
			Fine: []checktest.Case{
				{Name: "booleans", Files: pyApp + "@app.get('/status')\ndef status():\n    return {'openai': bool(os.getenv('OPENAI_API_KEY')), 'db': os.getenv('DATABASE_URL') is not None}\n"},
				{Name: "an administrator's route", Files: pyApp + "@app.get('/config')\ndef config(user=Depends(require_admin)):\n    return {'url': os.environ['DATABASE_URL']}\n"},
			}},
		{Check: hlt06,
			Faulty: []checktest.Case{
				{Name: "Django", Files: djWSGI + "-- proj/settings.py --\nINSTALLED_APPS = []\nALLOWED_HOSTS = ['app.example.net']\n-- railway.json --\n{\"deploy\": {\"startCommand\": \"gunicorn proj.wsgi\", \"healthcheckPath\": \"/health\"}}\n", At: "proj/settings.py:2"},
				{Name: "Starlette with two hosts", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom starlette.middleware.trustedhost import TrustedHostMiddleware\napp = FastAPI()\napp.add_middleware(TrustedHostMiddleware, allowed_hosts=['a.example.net', '*.example.net'])\n" + railwayHealth},
			},
			Fine: []checktest.Case{
				{Name: "a star", Files: djWSGI + "-- proj/settings.py --\nINSTALLED_APPS = []\nALLOWED_HOSTS = ['*']\n-- railway.json --\n{\"deploy\": {\"startCommand\": \"gunicorn proj.wsgi\", \"healthcheckPath\": \"/health\"}}\n"},
				{Name: "a variable", Files: djWSGI + "-- proj/settings.py --\nimport os\nINSTALLED_APPS = []\nALLOWED_HOSTS = os.environ['HOSTS'].split(',')\n-- railway.json --\n{\"deploy\": {\"startCommand\": \"gunicorn proj.wsgi\", \"healthcheckPath\": \"/health\"}}\n"},
			}},
		{Check: log01,
			Faulty: []checktest.Case{
				{Name: "a bot's token that is made and shown", Level: preflight.Info, Files: pyApp + "def create_bot(name):\n    bot = make(name)\n    print(bot['access_token'])\n"},
				{Name: "the body of a sign-in", Files: nodeApp + "app.post('/api/login', (req, res) => { console.log('login', req.body); res.end(); });\n", At: "server.js:3"},
				{Name: "a key of a provider", Files: pyApp + "import logging\nlogger = logging.getLogger(__name__)\nopenai_api_key = os.environ['OPENAI_API_KEY']\nlogger.info('key %s', openai_api_key)\n"},
				{Name: "the level debug", Level: preflight.Warn, Files: pyApp + "import logging\nlogger = logging.getLogger(__name__)\naccess_token = get()\nlogger.debug('token %s', access_token)\n"},
				{Name: "a browser's console", Level: preflight.Warn, Files: reactHead + "const access_token = localStorage.getItem('t');\nconsole.log('token', access_token);\n"},
			},
			Fine: []checktest.Case{
				{Name: "presence and length", Files: pyApp + "api_key = os.getenv('API_KEY')\nprint('key set' if api_key else 'key missing', len(api_key or ''), bool(api_key))\n"},
				{Name: "tokens of a model", Files: pyApp + "def answer(stream):\n    for token in stream:\n        print(token, end='')\n    print(stream.usage.total_tokens)\n"},
				{Name: "the word alone", Files: nodeApp + "app.post('/login', (req, res) => { console.log('wrong password for', req.params.id); res.end(); });\n"},
				{Name: "a value that was masked before", Files: pyApp + "def client(api_key):\n    shown_api_key = api_key\n    shown_api_key = shown_api_key[:8] + '*' * 15\n    print(shown_api_key)\n"},
				{Name: "a key that is shown once", Files: pyApp + "def banner(created):\n    print(created.api_key)\n    print('This is the only time the key will be displayed')\n"},
				{Name: "a masked value", Files: pyApp + "api_key = os.environ['API_KEY']\nprint(api_key[:4] + '...')\n"},
			}},
		{Check: log02,
			Faulty: []checktest.Case{
				{Name: "the environment", Files: nodeApp + "console.log(process.env);\n", At: "server.js:3"},
				{Name: "settings", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str\nsettings = Settings()\nprint(settings)\napp = FastAPI()\n"},
			},
			Fine: []checktest.Case{
				{Name: "settings with protected fields", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic import SecretStr\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: SecretStr\nsettings = Settings()\nprint(settings)\napp = FastAPI()\n"},
				{Name: "one harmless variable", Files: nodeApp + "console.log('port', process.env.PORT);\n"},
			}},
		{Check: log03,
			Faulty: []checktest.Case{
				{Name: "winston", Files: nodeApp + "const winston = require('winston');\nwinston.createLogger({ transports: [new winston.transports.File({ filename: 'app.log' })] });\n", At: "server.js:4"},
				{Name: "a rotating file", Files: pyApp + "import logging\nfrom logging.handlers import RotatingFileHandler\nlogging.getLogger().addHandler(RotatingFileHandler('logs/app.log'))\n"},
			},
			Fine: []checktest.Case{
				{Name: "both", State: preflight.StatePass, Files: nodeApp + "const winston = require('winston');\nwinston.createLogger({ transports: [new winston.transports.File({ filename: 'a.log' }), new winston.transports.Console()] });\n"},
				{Name: "a volume", Files: pyApp + "import logging\nlogging.getLogger().addHandler(logging.FileHandler('/data/app.log'))\n-- fly.toml --\napp = 'x'\n[processes]\napp = 'uvicorn main:app'\n[mounts]\nsource = 'd'\ndestination = '/data'\n"},
			}},
		{Check: log04,
			Faulty: []checktest.Case{
				{Name: "a seed in node", Files: nodeApp + "app.post('/api/seed', async (req, res) => { await User.insertMany(data); res.end(); });\n", At: "server.js:3"},
				{Name: "a file of logs", Files: pyApp + "@app.get('/logs')\ndef logs():\n    return open('app.log').read()\n"},
			},
			Fine: []checktest.Case{
				{Name: "the history of a repository", Files: pyApp + "@app.get('/api/git/log')\ndef history():\n    return runner.log(20)\n"},
				{Name: "logs of the application's own kind", Files: pyApp + "@app.get('/logs')\ndef workout_logs():\n    return load()\n"},
				{Name: "only in development", Files: pyApp + "if os.getenv('ENV') == 'development':\n    @app.get('/debug')\n    def debug():\n        return {}\n"},
				{Name: "a header that is looked at", Files: nodeApp + "app.post('/seed', (req, res) => { if (req.headers['x-api-key'] !== process.env.K) return res.status(401).end(); run(); });\n"},
			}},
		{Check: err01,
			Faulty: []checktest.Case{
				{Name: "express", Files: nodeApp + "app.get('/', async (req, res) => { try { await go(); } catch (err) { res.status(500).json({ error: err.message }); } });\n"},
				{Name: "a stack trace", Files: "-- main.py --\nimport traceback\nfrom fastapi import FastAPI\nfrom fastapi.responses import JSONResponse\napp = FastAPI()\n@app.get('/x')\ndef x():\n    try:\n        return work()\n    except Exception:\n        return JSONResponse({'trace': traceback.format_exc()}, 500)\n"},
			},
			Fine: []checktest.Case{
				{Name: "a sentence", State: preflight.StatePass, Files: nodeApp + "app.get('/', async (req, res) => { try { await go(); } catch (err) { console.error(err.message); res.status(500).json({ error: 'Try again' }); } });\n"},
				{Name: "no server", State: preflight.StateNotApplicable, Files: "-- tool.py --\nprint(str(e))\n"},
			}},
		{Check: mid01,
			Faulty: []checktest.Case{
				{Name: "sessions after CORS", Files: corsHead + "from starlette.middleware.sessions import SessionMiddleware\napp.add_middleware(CORSMiddleware, allow_origins=['https://a.example.net'])\napp.add_middleware(SessionMiddleware, secret_key=load())\n", Says: "SessionMiddleware"},
				{Name: "three of them", Files: corsHead + "app.add_middleware(A)\napp.add_middleware(CORSMiddleware, allow_origins=[])\napp.add_middleware(B)\n", Says: "B, then CORSMiddleware, then A"},
			},
			Fine: []checktest.Case{
				{Name: "CORS last", State: preflight.StatePass, Files: corsHead + "app.add_middleware(A)\napp.add_middleware(CORSMiddleware, allow_origins=[])\n"},
				{Name: "one", State: preflight.StateNotApplicable, Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origins=[])\n"},
			}},
		{Check: rate01,
			Faulty: []checktest.Case{
				{Name: "a model behind a route", Files: modelHead + "    return client.chat.completions.create(model='m', messages=[])\n"},
				{Name: "a sign-in in node", Files: nodeApp + "const bcrypt = require('bcrypt');\napp.post('/api/auth/login', async (req, res) => { if (await bcrypt.compare(req.body.password, hash)) res.end(); });\n"},
			},
			Fine: []checktest.Case{
				{Name: "express-rate-limit", State: preflight.StatePass, Files: nodeApp + "const bcrypt = require('bcrypt');\nconst limit = require('express-rate-limit');\napp.use(limit({}));\napp.post('/login', async (req, res) => { await bcrypt.compare(req.body.password, hash); });\n"},
				{Name: "nginx", State: preflight.StatePass, Files: "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.post('/login')\ndef login(email: str, password: str):\n    return check(email, password)\n-- nginx.conf --\nserver { location / { limit_req zone=one burst=5; proxy_pass http://api:8000; } }\n"},
			}},
		{Check: rate02,
			Faulty: []checktest.Case{
				{Name: "slowapi", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom slowapi import Limiter\napp = FastAPI()\nlimiter = Limiter(key_func=str)\n@app.get('/')\ndef x():\n    return 1\n", At: "main.py:4"},
				{Name: "a second limiter", Files: nodeApp + "const rateLimit = require('express-rate-limit');\nconst general = rateLimit({ max: 100 });\nconst strict = rateLimit({ max: 5 });\napp.use(general);\n", At: "server.js:5"},
			},
			Fine: []checktest.Case{
				{Name: "an exported limiter that a route uses", Files: nodeApp + "const { limiter } = require('./limit');\napp.use(limiter);\n-- limit.js --\nconst rateLimit = require('express-rate-limit');\nconst limiter = rateLimit({ max: 5 });\nmodule.exports = { limiter };\n"},
				{Name: "a decorator", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom slowapi import Limiter\napp = FastAPI()\nlimiter = Limiter(key_func=str)\n@app.get('/')\n@limiter.limit('5/minute')\ndef x(request):\n    return 1\n"},
			}},
		{Check: rate03,
			Faulty: []checktest.Case{
				{Name: "slowapi on Render", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom slowapi import Limiter\nfrom slowapi.util import get_remote_address\napp = FastAPI()\nlimiter = Limiter(key_func=get_remote_address)\napp.state.limiter = limiter\n" + corsRender + "      - key: A\n        value: b\n"},
				{Name: "express on Railway", Files: nodeApp + "import rateLimit from 'express-rate-limit';\napp.use(rateLimit({ max: 5 }));\n" + onRail},
			},
			Fine: []checktest.Case{
				{Name: "a key of its own", State: preflight.StateNotApplicable, Files: nodeApp + "const rateLimit = require('express-rate-limit');\napp.use(rateLimit({ max: 5, keyGenerator: (req) => req.user.id }));\n" + onRail},
				{Name: "no platform", Files: nodeApp + "const rateLimit = require('express-rate-limit');\napp.use(rateLimit({ max: 5 }));\n"},
			}},
		{Check: perf01,
			Faulty: []checktest.Case{
				{Name: "Prisma", Files: "-- server.js --\nimport express from 'express';\nimport OpenAI from 'openai';\nconst app = express();\nconst client = new OpenAI();\napp.post('/chat', async (req, res) => { const history = await prisma.message.findMany({ where: { threadId: 1 } }); res.json(await client.chat.completions.create({ messages: history })); });\n"},
				{Name: "SQLAlchemy", Files: modelHead + "    history = session.query(ChatMessage).all()\n    return client.chat.completions.create(model='m', messages=history)\n"},
			},
			Fine: []checktest.Case{
				{Name: "the last ones", State: preflight.StatePass, Files: modelHead + "    history = session.query(ChatMessage).all()[-20:]\n    return client.chat.completions.create(model='m', messages=history)\n"},
				{Name: "no model", State: preflight.StateNotApplicable, Files: pyApp},
			}},
	}
}
