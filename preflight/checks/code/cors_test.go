package code

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

const expressHead = "-- server.js --\nconst express = require('express');\nconst cors = require('cors');\nconst app = express();\n"

const expressRoute = "app.get('/items', (req, res) => res.json([]));\napp.listen(3000);\n"

const corsSettings = `
-- app/__init__.py --
-- app/config.py --
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    cors_origins: str = "http://localhost:3000,http://localhost:8080"
    @property
    def cors_origins_list(self):
        return [o.strip() for o in self.cors_origins.split(",")]
settings = Settings()
-- app/main.py --
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from app.config import settings
app = FastAPI()
app.add_middleware(
    CORSMiddleware,
    allow_origins=settings.cors_origins_list,
    allow_credentials=True,
)
@app.get("/items")
def items():
    return []
`

func corsSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: cors01,
			Faulty: []checktest.Case{
				{Name: "a package that is called templates", Files: "-- setup.py --\nfrom setuptools import setup\nsetup()\n-- templates/__init__.py --\n" + strings.Replace(corsHead, "main.py", "templates/server.py", 1) + "app.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3000'])\n" + corsRoute, At: "templates/server.py:4"},
				{Name: "what follows the refusal of a bad key", Files: corsHead + "import os\nDEBUG = os.getenv('DEBUG') == '1'\nKEY = os.getenv('SECRET_KEY', 'x')\nif not DEBUG and KEY == 'x':\n    raise RuntimeError('not here')\napp.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3000'])\n" + corsRoute, At: "main.py:9"},
				{Name: "a program beside templates of pages", Files: "-- requirements.txt --\nfastapi\n-- templates/home.html --\n<p>x</p>\n" + corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3000'])\n" + corsRoute, At: "main.py:4"},
				{Name: "a manifest that sets the variable to localhost", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0\n    envVars:\n      - key: CORS_ORIGINS\n        value: http://localhost:3000\n-- main.py --\nimport os\nfrom fastapi import FastAPI, Response\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=os.environ['CORS_ORIGINS'].split(','), allow_methods=['*'])\n@app.get('/items')\ndef items(response: Response):\n    response.set_cookie('a', 'b')\n    return []\n", At: "render.yaml:7"},
				{Name: "express with one local origin", Files: expressHead + "app.use(cors({ origin: 'http://localhost:3000', credentials: true }));\n" + expressRoute, At: "server.js:4"},
				{Name: "express with a function over a local list", Files: expressHead + "const allowed = ['http://localhost:3000', 'http://localhost:5173'];\napp.use(cors({ origin: (origin, callback) => { if (!origin || allowed.includes(origin)) callback(null, true); else callback(new Error('no')); } }));\n" + expressRoute, At: "server.js:5"},
				{Name: "gin", Files: "-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport (\n\t\"github.com/gin-contrib/cors\"\n\t\"github.com/gin-gonic/gin\"\n)\n\nfunc main() {\n\tr := gin.Default()\n\tconfig := cors.DefaultConfig()\n\tconfig.AllowOrigins = []string{\"http://localhost:3000\"}\n\tr.Use(cors.New(config))\n\tr.Run()\n}\n", At: "main.go:12"},
				{Name: "Django", Files: "-- proj/__init__.py --\n-- proj/settings.py --\nINSTALLED_APPS = ['corsheaders']\nMIDDLEWARE = []\nCORS_ALLOWED_ORIGINS = ['http://localhost:3000', 'http://127.0.0.1:3000']\n-- proj/wsgi.py --\nimport os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\n", At: "proj/settings.py:3"},
				{Name: "flask-cors by resource", Files: "-- app.py --\nfrom flask import Flask\nfrom flask_cors import CORS\napp = Flask(__name__)\nCORS(app, resources={r'/api/*': {'origins': ['http://localhost:3000']}}, supports_credentials=True)\n@app.route('/api/x')\ndef x():\n    return {}\n", At: "app.py:4"},
			},
			Fine: []checktest.Case{
				{Name: "files that a generator writes out", Files: "-- setup.py --\nfrom setuptools import setup\nsetup()\n-- gen/cli.py --\nimport shutil\nshutil.copy('gen/templates/api/main-small.py', 'main.py')\n" + strings.Replace(corsHead, "main.py", "gen/templates/api/main-small.py", 1) + "app.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3000'])\n" + corsRoute},
				{Name: "what follows the refusal to run in production", Files: corsHead + "import os\nDEBUG = os.getenv('DEBUG') == '1'\nKEY = os.getenv('SECRET_KEY', 'x')\nif not DEBUG:\n    raise RuntimeError('not here')\napp.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3000'])\n" + corsRoute},
				{Name: "the template of a generator", Files: "-- package.json --\n{\"bin\": \"cli.js\"}\n-- cli.js --\nconst fs = require('fs');\nfs.cpSync('templates/api', process.argv[2]);\n-- templates/api/requirements.txt --\nfastapi\n" + strings.Replace(corsHead, "main.py", "templates/api/main.py", 1) + "app.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3000'])\n" + corsRoute},
				{Name: "a manifest that sets a public origin beside localhost", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0\n    envVars:\n      - key: CORS_ORIGINS\n        value: http://localhost:3000,https://app.acme.dev\n-- main.py --\nimport os\nfrom fastapi import FastAPI, Response\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=os.environ['CORS_ORIGINS'].split(','), allow_methods=['*'])\n@app.get('/items')\ndef items(response: Response):\n    response.set_cookie('a', 'b')\n    return []\n"},
				{Name: "a public origin in the list", Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3000', 'https://app.example.net'])\n" + corsRoute},
				{Name: "a condition on the environment", Files: corsHead + "import os\norigins = ['https://app.example.net'] if os.getenv('ENV') == 'production' else ['http://localhost:3000']\napp.add_middleware(CORSMiddleware, allow_origins=origins)\n" + corsRoute},
				{Name: "a variable that is appended", Files: corsHead + "import os\norigins = ['http://localhost:3000']\nif os.getenv('FRONTEND_URL'):\n    origins.append(os.getenv('FRONTEND_URL'))\napp.add_middleware(CORSMiddleware, allow_origins=origins)\n" + corsRoute},
				{Name: "a pattern beside the list", Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3000'], allow_origin_regex=r'https://shop-[a-z]+\\.vercel\\.app')\n" + corsRoute},
				{Name: "a server that serves its front end", Files: expressHead + "app.use(cors({ origin: 'http://localhost:3000' }));\napp.use(express.static('client/dist'));\n" + expressRoute},
				{Name: "only in development", Files: expressHead + "if (process.env.NODE_ENV !== 'production') app.use(cors({ origin: 'http://localhost:3000' }));\n" + expressRoute},
			}},
		{Check: cors02,
			Faulty: []checktest.Case{
				{Name: "settings and a manifest that leaves the variable out", Files: corsSettings + renderHead + "      - key: OTHER\n        value: x\n", At: "app/main.py:5", Says: "CORS_ORIGINS"},
				{Name: "express with compose", Files: expressHead + "app.use(cors({ origin: process.env.CLIENT_URL || 'http://localhost:3000' }));\n" + expressRoute + "-- Dockerfile --\nFROM node:20\nCOPY . .\nCMD [\"node\", \"server.js\"]\n-- docker-compose.prod.yml --\nservices:\n  api:\n    build: .\n    environment:\n      FRONTEND_URL: https://app.example.net\n"},
			},
			Fine: []checktest.Case{
				{Name: "a path that sets it", Files: corsSettings + renderHead + "      - key: CORS_ORIGINS\n        value: https://app.example.net\n"},
				{Name: "a dashboard", Files: corsSettings + "-- Procfile --\nweb: uvicorn app.main:app\n"},
			}},
		{Check: cors03,
			Faulty: []checktest.Case{
				{Name: "a manifest that sets a star", Level: preflight.Warn, Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0\n    envVars:\n      - key: CORS_ORIGINS\n        value: '*'\n-- main.py --\nimport os\nfrom fastapi import FastAPI, Response\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=os.environ['CORS_ORIGINS'].split(','), allow_methods=['*'])\n@app.get('/items')\ndef items(response: Response):\n    response.set_cookie('a', 'b')\n    return []\n", At: "render.yaml:7"},
				{Name: "a reflecting option of express", Files: expressHead + "app.use(require('cookie-parser')());\napp.use(cors({ origin: true, credentials: true }));\n" + expressRoute, At: "server.js:5"},
				{Name: "a function that agrees with everybody", Files: expressHead + "app.use(cors({ origin: function (origin, cb) { cb(null, true); }, credentials: true }));\napp.get('/me', (req, res) => res.json(req.session));\n" + expressRoute},
				{Name: "a copied header in Go", Files: "-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport \"net/http\"\n\nfunc allow(next http.Handler) http.Handler {\n\treturn http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {\n\t\torigin := r.Header.Get(\"Origin\")\n\t\tw.Header().Set(\"Access-Control-Allow-Origin\", origin)\n\t\tw.Header().Set(\"Access-Control-Allow-Credentials\", \"true\")\n\t\t_, _ = r.Cookie(\"session\")\n\t\tnext.ServeHTTP(w, r)\n\t})\n}\n\nfunc main() { http.ListenAndServe(\":8080\", allow(nil)) }\n", At: "main.go:8"},
				{Name: "Django with all origins", Files: "-- proj/__init__.py --\n-- proj/settings.py --\nINSTALLED_APPS = ['corsheaders']\nCORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n-- proj/wsgi.py --\nimport os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\n", At: "proj/settings.py:2"},
				{Name: "a program without cookies", Level: preflight.Warn, Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)\n" + corsRoute, Says: "No code"},
				{Name: "a literal star that browsers refuse", Level: preflight.Warn, Files: expressHead + "app.use(cors({ origin: '*', credentials: true }));\n" + expressRoute},
			},
			Fine: []checktest.Case{
				{Name: "a star without credentials", Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=False)\n" + corsRoute},
				{Name: "credentials that depend on the list", Files: corsHead + "import os\norigins = os.getenv('ORIGINS', '*').split(',')\napp.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials='*' not in origins)\n" + corsRoute},
				{Name: "a header that is copied after a comparison", Files: expressHead + "const allowed = new Set(['https://app.example.net']);\napp.use((req, res, next) => { const origin = req.headers.origin; if (allowed.has(origin)) { res.setHeader('Access-Control-Allow-Origin', origin); res.setHeader('Access-Control-Allow-Credentials', 'true'); } next(); });\n" + expressRoute},
			}},
		{Check: cors04,
			Faulty: []checktest.Case{
				{Name: "express with cors() and tokens", Files: expressHead + "const jwt = require('jsonwebtoken');\napp.use(cors());\napp.post('/login', (q, r) => r.send(jwt.sign({}, process.env.KEY)));\n"},
				{Name: "FastAPI", Files: corsHead + "import jwt\nimport os\napp.add_middleware(CORSMiddleware, allow_origins=['*'])\n@app.post('/login')\ndef login():\n    return jwt.encode({}, os.environ['KEY'])\n"},
			},
			Fine: []checktest.Case{
				{Name: "an API without a sign-in", State: preflight.StatePass, Files: expressHead + "app.use(cors());\n" + expressRoute},
				{Name: "a list", State: preflight.StatePass, Files: expressHead + "const jwt = require('jsonwebtoken');\napp.use(cors({ origin: 'https://app.example.net' }));\napp.post('/login', (q, r) => r.send(jwt.sign({}, process.env.KEY)));\n"},
			}},
		{Check: cors05,
			Faulty: []checktest.Case{
				{Name: "a value in the manifest with a slash", Files: corsSettings + renderHead + "      - key: CORS_ORIGINS\n        value: https://app.example.net/\n", At: "render.yaml:7", Says: "slash"},
				{Name: "an entry without a scheme", Files: expressHead + "app.use(cors({ origin: ['app.example.net'] }));\n" + expressRoute, At: "server.js:4"},
				{Name: "a star for a part of the host", Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['https://*.vercel.app'])\n" + corsRoute},
				{Name: "a comma list for a JSON field", Files: "-- app/__init__.py --\n-- app/main.py --\nfrom fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    cors_origins: list[str] = ['http://localhost:3000']\nsettings = Settings()\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins)\n" + renderHead + "      - key: CORS_ORIGINS\n        value: https://a.example.net,https://b.example.net\n", Says: "JSON"},
			},
			Fine: []checktest.Case{
				{Name: "the right twin beside it", Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net/', 'https://app.example.net'])\n" + corsRoute},
				{Name: "a JSON list for a JSON field", Files: "-- app/__init__.py --\n-- app/main.py --\nfrom fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    cors_origins: list[str] = []\nsettings = Settings()\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins)\n" + renderHead + "      - key: CORS_ORIGINS\n        value: '[\"https://a.example.net\"]'\n"},
				{Name: "a pattern that flask-cors knows", Files: "-- app.py --\nfrom flask import Flask\nfrom flask_cors import CORS\napp = Flask(__name__)\nCORS(app, origins=[r'https://.*\\.example\\.net'])\n"},
			}},
		{Check: cors06,
			Faulty: []checktest.Case{
				{Name: "express", Files: expressHead + "app.use(cors({ origin: ['http://localhost:3000', 'https://app.example.net'], credentials: true }));\n" + expressRoute},
				{Name: "FastAPI with a named list", Files: corsHead + "origins = ['https://app.example.net']\norigins += ['http://localhost:5173']\napp.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials=True)\n" + corsRoute},
			},
			Fine: []checktest.Case{
				{Name: "no credentials", State: preflight.StatePass, Files: expressHead + "app.use(cors({ origin: ['http://localhost:3000', 'https://app.example.net'] }));\n" + expressRoute},
				{Name: "public origins only", State: preflight.StatePass, Files: expressHead + "app.use(cors({ origin: ['https://app.example.net'], credentials: true }));\n" + expressRoute},
			}},
		{Check: cors07,
			Faulty: []checktest.Case{
				{Name: "endsWith for a platform", Files: expressHead + "app.use(cors({ origin: (o, cb) => { if (o && o.endsWith('.onrender.com')) cb(null, true); else cb(new Error('no')); }, credentials: true }));\n" + expressRoute},
				{Name: "Django without an end", Files: "-- proj/__init__.py --\n-- proj/settings.py --\nINSTALLED_APPS = ['corsheaders']\nCORS_ALLOWED_ORIGIN_REGEXES = [r'^https://\\w+\\.acme\\.com']\nCORS_ALLOW_CREDENTIALS = True\n-- proj/wsgi.py --\nimport os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\n"},
			},
			Fine: []checktest.Case{
				{Name: "an anchored pattern", Files: "-- proj/__init__.py --\n-- proj/settings.py --\nINSTALLED_APPS = ['corsheaders']\nCORS_ALLOWED_ORIGIN_REGEXES = [r'^https://\\w+\\.acme\\.com$']\nCORS_ALLOW_CREDENTIALS = True\n-- proj/wsgi.py --\nimport os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\n"},
				{Name: "a pattern for local ports", Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origin_regex=r'http://localhost:\\d+', allow_credentials=True)\n" + corsRoute},
			}},
		{Check: cors08,
			Faulty: []checktest.Case{
				{Name: "an express route before cors()", Files: expressHead + "app.get('/early', (req, res) => res.json([]));\napp.use(cors({ origin: 'https://app.example.net' }));\n" + expressRoute},
				{Name: "a middleware that raises", Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net'])\n@app.middleware('http')\nasync def guard(request, call_next):\n    if request.url.path == '/x':\n        raise ValueError()\n    return await call_next(request)\n" + corsRoute},
			},
			Fine: []checktest.Case{
				{Name: "a middleware that only adds a header", State: preflight.StatePass, Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net'])\n@app.middleware('http')\nasync def stamp(request, call_next):\n    response = await call_next(request)\n    return response\n" + corsRoute},
				{Name: "cors() first", State: preflight.StatePass, Files: expressHead + "app.use(cors({ origin: 'https://app.example.net' }));\n" + expressRoute},
			}},
		{Check: cors11,
			Faulty: []checktest.Case{
				{Name: "axios and express", Files: expressHead + "app.use(cors({ origin: 'https://app.example.net' }));\n" + expressRoute + corsClient},
				{Name: "fetch and FastAPI", Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net'], allow_credentials=False)\n" + corsRoute + "-- web/package.json --\n{\"dependencies\": {\"react\": \"18\", \"vite\": \"5\"}}\n-- web/src/main.jsx --\nimport { createRoot } from 'react-dom/client';\nfetch(import.meta.env.VITE_API + '/items', { credentials: 'include' });\ncreateRoot(document.body).render(null);\n"},
			},
			Fine: []checktest.Case{
				{Name: "a server whose options are not known", Files: expressHead + "app.use(cors(require('./settings').cors));\n" + expressRoute + corsClient},
				{Name: "a server that allows them", Files: expressHead + "app.use(cors({ origin: 'https://app.example.net', credentials: true }));\n" + expressRoute + corsClient},
			}},
	}
}
