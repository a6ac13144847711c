package code

import "github.com/ba-assistant/ba-assistant/preflight/check/checktest"

// The shapes below were met in applications that people publish; the files are written anew.

const verifierHelpers = `
-- package.json --
{"type": "module", "dependencies": {"express": "4"}}
-- store.js --
const codeVerifiers = new Map();
export const keep = (key, verifier) => { codeVerifiers.set(key, { verifier, at: Date.now() }); };
export const take = (key) => { const kept = codeVerifiers.get(key); codeVerifiers.delete(key); return kept?.verifier; };
-- index.js --
import express from 'express';
import { keep, take } from './store.js';
const app = express();
app.get('/x/start', (req, res) => { const key = rnd(); keep(key, rnd()); res.redirect('https://x.example/authorize?state=' + key); });
app.get('/x/end', (req, res) => { if (!take(req.query.state)) return res.status(400).end(); res.end(); });
app.listen(process.env.PORT);
`

const verifierEntries = `
-- package.json --
{"dependencies": {"next": "14", "react": "18"}}
-- lib/pending.ts --
const store = new Map<string, { codeVerifier: string; address: string }>();
export const pending = {
  put(key: string, codeVerifier: string, address: string) { store.set(key, { codeVerifier, address }); },
  take(key: string) { return store.get(key); },
};
-- app/api/x/route.ts --
import { NextResponse } from 'next/server';
import { pending } from '../../../lib/pending';
export async function GET() { pending.put(crypto.randomUUID(), 'v', 'a'); return NextResponse.redirect('https://x.example'); }
-- app/api/x/end/route.ts --
import { NextResponse } from 'next/server';
import { pending } from '../../../../lib/pending';
export async function GET(req) { return NextResponse.json(pending.take(req.nextUrl.searchParams.get('state'))); }
`

const stateStore = `
-- app/__init__.py --
-- app/oauth.py --
import secrets
import time
class StateStore:
    def __init__(self):
        self._states: dict[str, float] = {}
    def create(self):
        value = secrets.token_urlsafe(32)
        self._states[value] = time.time() + 600
        return value
    def consume(self, value):
        return self._states.pop(value, 0) > time.time()
store = StateStore()
-- app/main.py --
from fastapi import FastAPI
from app.oauth import store
app = FastAPI()
@app.get("/github")
def start():
    return store.create()
@app.get("/github/end")
def end(state: str):
    return store.consume(state)
`

const globalState = `
-- app.py --
import os
from flask import Flask, redirect, request
from google_auth_oauthlib.flow import Flow
app = Flask(__name__)
oauth_state = None
@app.route("/authorize")
def authorize():
    global oauth_state
    flow = Flow.from_client_secrets_file("client.json", scopes=["openid"], redirect_uri=os.environ["REDIRECT_URI"])
    url, oauth_state = flow.authorization_url(prompt="consent")
    return redirect(url)
@app.route("/oauth2callback")
def end():
    if request.args.get("state") != oauth_state:
        return "no", 400
    return "ok"
`

const stateOfTheUnion = `
-- geo.py --
from fastapi import FastAPI
app = FastAPI()
states = {}
@app.post("/states")
def add(code: str, name: str):
    states[code] = name
@app.get("/states/{code}")
def get(code: str):
    return states.get(code)
`

const classTable = `
-- app/__init__.py --
-- app/config.py --
import os
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    REDIRECT_URI: str = 'http://localhost:8000/cb'
    ORIGINS: list[str] = ['http://localhost:3000']
class Development(Settings):
    DEBUG: bool = True
class Production(Settings):
    DEBUG: bool = False
    ORIGINS: list[str] = ['https://app.example.net']
def read():
    table = {'development': Development, 'production': Production}
    return table.get(os.getenv('ENVIRONMENT', 'production'), Production)()
settings = read()
-- app/main.py --
from urllib.parse import urlencode
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from app.config import settings
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=settings.ORIGINS)
@app.get('/login')
def login():
    return urlencode({'redirect_uri': settings.REDIRECT_URI})
`

const flaskModule = "-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    return 'x'\n"

const nodeConfig = `
-- package.json --
{"dependencies": {"express": "4", "config": "3", "jsonwebtoken": "9"}}
-- config/default.json --
{
  "mongoURI": "mongodb://db/x",
  "jwtSecret": "mysecrettoken"
}
-- server.js --
const express = require('express');
const config = require('config');
const jwt = require('jsonwebtoken');
const app = express();
app.post('/login', (req, res) => res.json({ token: jwt.sign({ id: 1 }, config.get('jwtSecret')) }));
app.listen(process.env.PORT);
`

func shapeSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: state02,
			Faulty: []checktest.Case{
				{Name: "helpers around a Map of verifiers", Files: verifierHelpers, At: "store.js:1"},
				{Name: "a class of states whose keys have any name", Files: stateStore, At: "app/oauth.py:5"},
				{Name: "a variable that a tuple is unpacked into", Files: globalState, At: "app.py:5"},
				{Name: "entries with a verifier, in a store of no name", Files: verifierEntries, At: "lib/pending.ts:1"},
			},
			Fine: []checktest.Case{{Name: "states of a country", Files: stateOfTheUnion}}},
		{Check: auth02,
			Faulty: []checktest.Case{
				{Name: "a window that the front end opens", Files: reactHead + "window.open('http://localhost:5000/auth/google', '_self');\n", At: "src/main.jsx:3"},
				{Name: "passport's pages, through a constant", Files: "-- server.js --\nconst express = require('express');\nconst passport = require('passport');\nconst app = express();\nconst HOME = 'http://localhost:3000/';\napp.get('/x/end', passport.authenticate('google', { successRedirect: HOME }));\n", At: "server.js:5"},
			},
			Fine: []checktest.Case{{Name: "a window with documentation", Files: reactHead + "window.open('http://localhost:5000/docs');\n"}}},
		{Check: auth03,
			Faulty: []checktest.Case{{Name: "a class that a table chooses", Files: classTable + renderHead + "      - key: OTHER\n        value: x\n", Says: "REDIRECT_URI"}},
			Fine:   []checktest.Case{{Name: "a class that a table chooses, and the variable", Files: classTable + renderHead + "      - key: REDIRECT_URI\n        sync: false\n"}}},
		{Check: cors01,
			Faulty: []checktest.Case{{Name: "a pattern that matches the developer's machine alone", Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origin_regex=r'http://localhost:\\d+', allow_credentials=True)\n" + corsRoute, At: "main.py:4"}},
			Fine: []checktest.Case{
				{Name: "a class for production that a table chooses", Files: classTable},
				{Name: "a pattern with a public name", Files: corsHead + "app.add_middleware(CORSMiddleware, allow_origin_regex=r'https://.*\\.acme\\.app|http://localhost:\\d+')\n" + corsRoute},
			}},
		{Check: key01,
			Faulty: []checktest.Case{
				{Name: "Flask's configuration in a module of its own", Files: flaskModule + "app.config.from_object('config')\n-- config.py --\nSECRET_KEY = 'you-will-never-guess'\n", At: "config.py:1"},
				{Name: "Flask's configuration in a module that is imported", Files: flaskModule + "import config\napp.config.from_object(config)\n-- config.py --\nSECRET_KEY = 'you-will-never-guess'\n", At: "config.py:1"},
				{Name: "the package config", Files: nodeConfig, At: "config/default.json:3"},
			},
			Fine: []checktest.Case{
				{Name: "Flask's configuration that a file replaces", Files: flaskModule + "app.config.from_object('config')\napp.config.from_pyfile('/etc/app.cfg')\n-- config.py --\nSECRET_KEY = 'you-will-never-guess'\n"},
				{Name: "the package config with a file for production", Files: nodeConfig + "-- config/production.json --\n{\"jwtSecret\": \"\"}\n"},
				{Name: "the package config with a variable", Files: nodeConfig + "-- config/custom-environment-variables.json --\n{\"jwtSecret\": \"JWT_SECRET\"}\n"},
			}},
		{Check: web10,
			Faulty: []checktest.Case{{Name: "an image that is built for the developer's machine", Files: dartEnv + "-- pubspec.yaml --\nname: app\n-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:stable AS build\nWORKDIR /app\nCOPY . .\nRUN flutter build web --dart-define=API_BASE_URL=http://localhost:8080\nFROM nginx\nCOPY --from=build /app/build/web /usr/share/nginx/html\n", At: "Dockerfile:4", Says: "http://localhost:8080"}},
			Fine:   []checktest.Case{{Name: "an image that is built for its domain", Files: dartEnv + "-- pubspec.yaml --\nname: app\n-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:stable AS build\nWORKDIR /app\nCOPY . .\nRUN flutter build web --dart-define=API_BASE_URL=https://api.acme.app\nFROM nginx\nCOPY --from=build /app/build/web /usr/share/nginx/html\n"}}},
		{Check: adm01, Fine: []checktest.Case{{Name: "texts of an interface", Files: "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\nTEXTS = {'auth.password_prompt': 'Passwort', 'auth.not_admin': 'Kein Admin'}\n@app.get('/')\ndef home():\n    return TEXTS\n"}}},
		{Check: key04, Fine: []checktest.Case{{Name: "a function that leaves when the key is not there", Files: "-- main.py --\nimport jwt\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    SHARED_SECRET: str = ''\nsettings = Settings()\napp = FastAPI()\n@app.get('/')\ndef verify(token: str):\n    if not settings.SHARED_SECRET:\n        return None\n    return jwt.decode(token, settings.SHARED_SECRET, algorithms=['HS256'])\n"}}},
		{Check: log04, Fine: []checktest.Case{{Name: "logs that are switched off", Files: "-- main.py --\nfrom fastapi import FastAPI, HTTPException\nfrom buffer import logfile\napp = FastAPI()\n@app.get('/logs')\ndef logs():\n    if logfile.enabled() is False:\n        raise HTTPException(501)\n    return logfile.tail()\n"}}},
		{Check: sse01, Fine: []checktest.Case{{Name: "a function beside the pages of a host that streams", Files: "-- package.json --\n{\"dependencies\": {\"next\": \"14\", \"react\": \"18\"}}\n-- vercel.json --\n{\"framework\": \"nextjs\"}\n-- app/api/chat/route.ts --\nexport async function POST(req) {\n  return new Response(stream(), { headers: { 'Content-Type': 'text/event-stream' } });\n}\n"}}},
		{Check: auth13,
			Faulty: []checktest.Case{
				{Name: "Flask's setting", Files: "-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\napp.config['SESSION_COOKIE_SECURE'] = False\n", At: "app.py:3"},
				{Name: "Django's setting", Files: djWSGI + "-- proj/__init__.py --\n-- proj/settings.py --\nINSTALLED_APPS = []\nSESSION_COOKIE_SECURE = False\n", At: "proj/settings.py:2"},
				{Name: "Starlette's option", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom starlette.middleware.sessions import SessionMiddleware\napp = FastAPI()\napp.add_middleware(SessionMiddleware, secret_key=os.environ['K'], https_only=False)\n", At: "main.py:5"},
			},
			Fine: []checktest.Case{
				{Name: "Starlette's default", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom starlette.middleware.sessions import SessionMiddleware\napp = FastAPI()\napp.add_middleware(SessionMiddleware, secret_key=os.environ['K'])\n"},
				{Name: "Django's setting by the mode", Files: djWSGI + "-- proj/__init__.py --\n-- proj/settings.py --\nimport os\nDEBUG = os.environ.get('DEBUG') == '1'\nINSTALLED_APPS = []\nSESSION_COOKIE_SECURE = not DEBUG\n"},
				{Name: "Django's setting that a branch replaces", Files: djWSGI + "-- proj/__init__.py --\n-- proj/settings.py --\nimport os\nINSTALLED_APPS = []\nSESSION_COOKIE_SECURE = False\nif os.environ.get('ENV') == 'production':\n    SESSION_COOKIE_SECURE = True\n"},
			}},
		{Check: tls12,
			Faulty: []checktest.Case{
				{Name: "setdefault in a module of sign-in", Files: "-- app.py --\nfrom flask import Flask\nimport login\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    return 'x'\n-- login.py --\nimport os\nos.environ.setdefault('OAUTHLIB_INSECURE_TRANSPORT', '1')\n", At: "login.py:2"},
				{Name: "a variable of the manifest", Files: "-- app/__init__.py --\n-- app/main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {}\n" + renderHead + "      - key: OAUTHLIB_INSECURE_TRANSPORT\n        value: 1\n", Says: "plain http"},
			},
			Fine: []checktest.Case{
				{Name: "a condition on a setting", Files: "-- app.py --\nimport os\nfrom flask import Flask\nfrom mode import LOCAL, mode\nif mode() == LOCAL:\n    os.environ['OAUTHLIB_INSECURE_TRANSPORT'] = '1'\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    return 'x'\n"},
				{Name: "the start block", Files: "-- app.py --\nimport os\nfrom flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    return 'x'\nif __name__ == '__main__':\n    os.environ['OAUTHLIB_INSECURE_TRANSPORT'] = '1'\n    app.run()\n"},
			}},
		{Check: key02,
			Faulty: []checktest.Case{{Name: "a compose file of tools beside the program", Files: settingsApp + "-- app/config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str = 'dev-secret-key'\n    algorithm: str = 'HS256'\nsettings = Settings()\n-- docker-compose.yml --\nservices:\n  admin:\n    image: dpage/pgadmin4\n    restart: always\n    environment:\n      PGADMIN_DEFAULT_EMAIL: a@b.example\n", Says: "No deployment description"}},
			Fine:   []checktest.Case{{Name: "a compose file with an image of the program", Files: settingsApp + "-- app/config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    secret_key: str = 'dev-secret-key'\n    algorithm: str = 'HS256'\nsettings = Settings()\n-- docker-compose.yml --\nservices:\n  api:\n    image: ghcr.io/somebody/api\n    restart: always\n    environment:\n      SECRET_KEY: ${SECRET_KEY:?}\n"}}},
	}
}
