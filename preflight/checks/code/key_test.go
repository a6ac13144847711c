package code

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

const renderHead = `
-- render.yaml --
services:
  - type: web
    name: api
    runtime: python
    startCommand: uvicorn app.main:app --host 0.0.0.0 --port $PORT
    envVars:
`

const settingsApp = `
-- app/__init__.py --
-- app/main.py --
from fastapi import FastAPI
from app.routes import auth
app = FastAPI()
app.include_router(auth.router, prefix="/auth")
-- app/routes/__init__.py --
-- app/routes/auth.py --
from fastapi import APIRouter
from jose import jwt
from app.config import settings
router = APIRouter()

@router.post("/login")
def login():
    return jwt.encode({"sub": "1"}, settings.secret_key, algorithm=settings.algorithm)
`

func keySuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: key01,
			Faulty: []checktest.Case{
				{Name: "express-session with a literal", Files: "-- server.js --\nconst express = require('express');\nconst session = require('express-session');\nconst app = express();\napp.use(session({ secret: 'keyboard cat', resave: false }));\napp.listen(3000);\n", At: "server.js:4"},
				{Name: "a class attribute of Flask's configuration", Files: "-- app.py --\nfrom flask import Flask\nfrom config import Config\napp = Flask(__name__)\napp.config.from_object(Config)\n-- config.py --\nclass Config:\n    SECRET_KEY = 'hard-to-guess-string'\n", At: "config.py:2"},
				{Name: "Flask's class for production that inherits the key", Files: "-- app.py --\nimport os\nfrom flask import Flask\nfrom config import config\napp = Flask(__name__)\napp.config.from_object(config[os.getenv('FLASK_ENV', 'development')])\n-- config.py --\nclass Config:\n    SECRET_KEY = 'dev-only-key'\nclass ProductionConfig(Config):\n    DEBUG = False\nconfig = {'development': Config, 'production': ProductionConfig}\n", At: "config.py:2"},
				{Name: "Go, through a package variable", Files: "-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport \"github.com/golang-jwt/jwt/v5\"\n\nvar key = []byte(\"my-signing-key\")\n\nfunc main() {\n\ttoken := jwt.New(jwt.SigningMethodHS256)\n\ttoken.SignedString(key)\n}\n", At: "main.go:5"},
			},
			Fine: []checktest.Case{
				{Name: "a key from the environment without default", Files: settingsApp + "-- app/config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str\n    algorithm: str = 'HS256'\nsettings = Settings()\n"},
				{Name: "a public key that only verifies", Files: "-- main.py --\nimport jwt\nfrom flask import Flask\napp = Flask(__name__)\nPUB = '-----BEGIN PUBLIC KEY-----abc'\n@app.route('/x')\ndef x():\n    return jwt.decode('t', PUB, algorithms=['RS256'])\n"},
				{Name: "Django's base settings that production replaces", Files: djWSGI + "-- proj/settings/__init__.py --\n-- proj/settings/base.py --\nSECRET_KEY = 'django-insecure-abc'\nINSTALLED_APPS = []\n-- proj/settings/production.py --\nimport os\nfrom .base import *\nSECRET_KEY = os.environ['SECRET_KEY']\n"},
				{Name: "Flask's defaults that a file replaces", Files: "-- app.py --\nfrom flask import Flask\nfrom config import Config\napp = Flask(__name__)\napp.config.from_object(Config)\napp.config.from_envvar('APP_SETTINGS', silent=True)\n-- config.py --\nclass Config:\n    SECRET_KEY = 'hard-to-guess-string'\n"},
				{Name: "Flask's class for production", Files: "-- app.py --\nimport os\nfrom flask import Flask\nfrom config import config\napp = Flask(__name__)\napp.config.from_object(config[os.getenv('FLASK_ENV', 'development')])\n-- config.py --\nimport os\nclass Config:\n    SECRET_KEY = 'dev-only-key'\nclass ProductionConfig(Config):\n    SECRET_KEY = os.environ['SECRET_KEY']\nconfig = {'development': Config, 'production': ProductionConfig}\n"},
				{Name: "a literal in a test", Files: "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n-- tests/test_auth.py --\nimport jwt\nTOKEN = jwt.encode({}, 'test-secret', algorithm='HS256')\n"},
			}},
		{Check: key02,
			Faulty: []checktest.Case{
				{Name: "a settings field that the manifest leaves out", Files: settingsApp + "-- app/config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str = 'dev-secret-key'\n    algorithm: str = 'HS256'\nsettings = Settings()\n" + renderHead + "      - key: OTHER\n        value: x\n", At: "app/config.py:3", Says: "SECRET_KEY"},
				{Name: "express with a fallback, nothing said about deployment", Files: "-- index.ts --\nimport express from 'express';\nimport jwt from 'jsonwebtoken';\nconst app = express();\nconst JWT_SECRET = process.env.JWT_SECRET || 'supersecret';\napp.post('/login', (req, res) => res.json({ t: jwt.sign({ id: 1 }, JWT_SECRET) }));\n", Says: "JWT_SECRET"},
				{Name: "Django's settings with decouple", Files: "-- proj/settings.py --\nfrom decouple import config\nSECRET_KEY = config('SECRET_KEY', default='django-insecure-abc')\nINSTALLED_APPS = []\n-- proj/wsgi.py --\nimport os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\napplication = get_wsgi_application()\n", At: "proj/settings.py:2"},
				{Name: "one path that generates the key and one whose variables live in a dashboard", Level: preflight.Warn, Files: settingsApp + "-- app/config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str = 'dev-secret-key'\n    algorithm: str = 'HS256'\nsettings = Settings()\n" + renderHead + "      - key: SECRET_KEY\n        generateValue: true\n-- Procfile --\nweb: uvicorn app.main:app\n"},
			},
			Fine: []checktest.Case{
				{Name: "a key that the platform generates", Files: settingsApp + "-- app/config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str = 'dev-secret-key'\n    algorithm: str = 'HS256'\nsettings = Settings()\n" + renderHead + "      - key: SECRET_KEY\n        generateValue: true\n"},
				{Name: "a validator that refuses the default", Files: settingsApp + "-- app/config.py --\nfrom pydantic import field_validator\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str = 'dev-secret-key'\n    algorithm: str = 'HS256'\n    @field_validator('secret_key')\n    def strong(cls, v):\n        if v == 'dev-secret-key':\n            raise ValueError('change it')\n        return v\nsettings = Settings()\n"},
			}},
		{Check: key03,
			Faulty: []checktest.Case{
				{Name: "a settings method that runs only in production", Files: settingsApp + "-- app/config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    environment: str = 'development'\n    secret_key: str = 'dev-secret-key'\n    algorithm: str = 'HS256'\n    def validate_required(self):\n        if self.environment == 'production':\n            if self.secret_key == 'dev-secret-key':\n                raise ValueError('SECRET_KEY must be changed')\nsettings = Settings()\nsettings.validate_required()\n" + renderHead + "      - key: OTHER\n        value: x\n", At: "app/config.py:4"},
				{Name: "node with a gate of its own", Level: preflight.Warn, Files: "-- server.js --\nconst express = require('express');\nconst jwt = require('jsonwebtoken');\nconst app = express();\nconst secret = process.env.JWT_SECRET || 'dev';\nif (process.env.APP_ENV === 'production' && secret === 'dev') { throw new Error('no'); }\napp.post('/l', (q, r) => r.send(jwt.sign({}, secret)));\n", At: "server.js:5"},
			},
			Fine: []checktest.Case{
				{Name: "a gate that the manifest sets", Files: settingsApp + "-- app/config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    environment: str = 'development'\n    secret_key: str = 'dev-secret-key'\n    algorithm: str = 'HS256'\n    def validate_required(self):\n        if self.environment == 'production':\n            if self.secret_key == 'dev-secret-key':\n                raise ValueError('SECRET_KEY must be changed')\nsettings = Settings()\nsettings.validate_required()\n" + renderHead + "      - key: ENVIRONMENT\n        value: production\n"},
				{Name: "a gate that is production by default", Files: settingsApp + "-- app/config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    environment: str = 'production'\n    secret_key: str = 'dev-secret-key'\n    algorithm: str = 'HS256'\n    def validate_required(self):\n        if self.environment == 'production' and self.secret_key == 'dev-secret-key':\n            raise ValueError('SECRET_KEY must be changed')\nsettings = Settings()\n"},
			}},
		{Check: key04,
			Faulty: []checktest.Case{
				{Name: "an empty default of a settings field", Files: settingsApp + "-- app/config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str = ''\n    algorithm: str = 'HS256'\nsettings = Settings()\n" + renderHead + "      - key: OTHER\n        value: x\n", Says: "SECRET_KEY"},
				{Name: "Go's Getenv inside the call", Level: preflight.Warn, Files: "-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport (\n\t\"os\"\n\n\t\"github.com/golang-jwt/jwt/v5\"\n)\n\nfunc main() {\n\ttoken := jwt.New(jwt.SigningMethodHS256)\n\ttoken.SignedString([]byte(os.Getenv(\"JWT_KEY\")))\n}\n", Says: "JWT_KEY"},
			},
			Fine: []checktest.Case{
				{Name: "a library that refuses an empty key", Files: "-- server.js --\nconst express = require('express');\nconst jwt = require('jsonwebtoken');\nconst app = express();\nconst KEY = process.env.SSO_SECRET || '';\napp.get('/me', (req, res) => res.json(jwt.verify(req.query.t, KEY)));\n"},
				{Name: "a library that refuses undefined", Files: "-- server.js --\nconst express = require('express');\nconst jwt = require('jsonwebtoken');\nconst app = express();\napp.post('/l', (q, r) => r.send(jwt.sign({}, process.env.JWT_SECRET)));\n"},
				{Name: "an empty default that is refused at start", Files: settingsApp + "-- app/config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str = ''\n    algorithm: str = 'HS256'\nsettings = Settings()\nif not settings.secret_key:\n    raise RuntimeError('SECRET_KEY is empty')\n"},
			}},
		{Check: key07,
			Faulty: []checktest.Case{
				{Name: "a random default", Files: settingsApp + "-- app/config.py --\nimport secrets\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str = secrets.token_urlsafe(32)\n    algorithm: str = 'HS256'\nsettings = Settings()\n" + renderHead + "      - key: OTHER\n        value: x\n", At: "app/config.py:4"},
				{Name: "Flask's os.urandom", Files: "-- app.py --\nimport os\nfrom flask import Flask\napp = Flask(__name__)\napp.secret_key = os.urandom(24)\n", At: "app.py:4"},
			},
			Fine: []checktest.Case{
				{Name: "a random state that is no key", Files: "-- app.py --\nimport secrets\nfrom flask import Flask\napp = Flask(__name__)\nstate = secrets.token_hex(16)\n"},
				{Name: "a path that sets the key", Level: preflight.Info, Files: settingsApp + "-- app/config.py --\nimport secrets\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str = secrets.token_urlsafe(32)\n    algorithm: str = 'HS256'\nsettings = Settings()\n" + renderHead + "      - key: SECRET_KEY\n        sync: false\n"},
			}},
	}
}
