package code

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

func authSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: auth01,
			Faulty: []checktest.Case{
				{Name: "a literal in a dict and one in a constant of another module", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom auth import router\napp = FastAPI()\napp.include_router(router)\n-- consts.py --\nBASE = 'http://localhost:8000'\n-- auth.py --\nfrom fastapi import APIRouter\nfrom urllib.parse import urlencode\nfrom consts import BASE\nrouter = APIRouter()\n@router.get('/auth/google')\ndef login():\n    redirect_uri = BASE + '/auth/google/callback'\n    return 'https://accounts.google.com/o/oauth2/auth?' + urlencode({'redirect_uri': redirect_uri})\n", At: "auth.py:8"},
				{Name: "a passport strategy", Files: "-- app.js --\nconst express = require('express');\nconst passport = require('passport');\nconst { Strategy } = require('passport-google-oauth20');\nconst app = express();\npassport.use(new Strategy({ clientID: process.env.ID, callbackURL: 'http://localhost:3000/auth/google/callback' }, (a, b, c, d) => d()));\n", At: "app.js:5"},
				{Name: "Supabase", Files: reactHead + "import { createClient } from '@supabase/supabase-js';\nconst supabase = createClient('a', 'b');\nsupabase.auth.signInWithOAuth({ provider: 'google', options: { redirectTo: 'http://localhost:5173/home' } });\n", At: "src/main.jsx:5"},
				{Name: "oauth2.Config in Go", Files: "-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport (\n\t\"net/http\"\n\n\t\"golang.org/x/oauth2\"\n)\n\nvar conf = &oauth2.Config{\n\tClientID:    \"x\",\n\tRedirectURL: \"http://127.0.0.1:8080/callback\",\n}\n\nfunc main() { http.ListenAndServe(\":80\", nil); _ = conf }\n", At: "main.go:11"},
				{Name: "inside a provider's address", Files: "-- lib/main.dart --\nimport 'package:url_launcher/url_launcher.dart';\nvoid main() {\n  launchUrl(Uri.parse('https://accounts.google.com/o/oauth2/auth?client_id=1&redirect_uri=http://localhost:8080/callback'));\n}\n", At: "lib/main.dart:3"},
			},
			Fine: []checktest.Case{
				{Name: "a script on somebody's own machine", Files: "-- play.py --\nimport spotipy\nfrom spotipy.oauth2 import SpotifyOAuth\nsp = spotipy.Spotify(auth_manager=SpotifyOAuth(client_id='x', redirect_uri='http://localhost:8888/callback'))\nprint(sp.me())\n"},
				{Name: "a tool that waits on a port of its own", Files: "-- cli.py --\nimport webbrowser\nfrom http.server import HTTPServer\nfrom fastapi import FastAPI\nREDIRECT = 'http://localhost:8765/callback'\ndef login():\n    webbrowser.open('https://accounts.google.com/o/oauth2/auth?redirect_uri=http://localhost:8765/callback')\n"},
				{Name: "the default of a variable", Files: "-- app.js --\nconst express = require('express');\nconst passport = require('passport');\nconst { Strategy } = require('passport-google-oauth20');\nconst app = express();\npassport.use(new Strategy({ callbackURL: process.env.CALLBACK_URL || 'http://localhost:3000/auth/google/callback' }, () => {}));\n"},
				{Name: "the branch of a condition on the environment", Files: "-- app.py --\nimport os\nfrom flask import Flask\nfrom authlib.integrations.flask_client import OAuth\napp = Flask(__name__)\noauth = OAuth(app)\n@app.route('/login')\ndef login():\n    if os.environ.get('FLASK_ENV') == 'development':\n        redirect_uri = 'http://localhost:5000/callback'\n    else:\n        redirect_uri = 'https://app.example.net/callback'\n    return oauth.google.authorize_redirect(redirect_uri)\n"},
				{Name: "a relative path", Files: "-- app.js --\nconst express = require('express');\nconst { Strategy } = require('passport-github2');\nconst app = express();\nnew Strategy({ callbackURL: '/auth/github/callback' });\n"},
				{Name: "a script that nobody deploys", Files: "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n-- scripts/get_token.py --\nimport requests\nrequests.post('https://x', data={'redirect_uri': 'http://localhost:8000/cb'})\n"},
			}},
		{Check: auth02,
			Faulty: []checktest.Case{
				{Name: "passport's failure page", Files: "-- server.js --\nconst express = require('express');\nconst passport = require('passport');\nconst app = express();\napp.get('/auth/google/callback', passport.authenticate('google', {\n  failureRedirect: 'http://localhost:5173/login',\n}), (req, res) => res.end());\n", At: "server.js:5"},
				{Name: "express after a callback", Files: "-- app.js --\nconst express = require('express');\nconst app = express();\napp.get('/auth/google/callback', (req, res) => { res.redirect('http://localhost:5173/dashboard'); });\n", At: "app.js:3"},
				{Name: "Flask, through a constant", Files: "-- app.py --\nfrom flask import Flask, redirect\napp = Flask(__name__)\nFRONT = 'http://127.0.0.1:3000'\n@app.route('/callback')\ndef callback():\n    return redirect(FRONT + '/home')\n", At: "app.py:6"},
			},
			Fine: []checktest.Case{
				{Name: "a variable with a default", Files: "-- app.js --\nconst express = require('express');\nconst app = express();\nconst FRONT = process.env.FRONTEND_URL || 'http://localhost:5173';\napp.get('/auth/google/callback', (req, res) => { res.redirect(`${FRONT}/dashboard`); });\n"},
				{Name: "a local path", Files: "-- app.py --\nfrom flask import Flask, redirect\napp = Flask(__name__)\n@app.route('/callback')\ndef callback():\n    return redirect('/home')\n"},
			}},
		{Check: auth03,
			Faulty: []checktest.Case{
				{Name: "a settings field that the manifest leaves out", Files: "-- app/__init__.py --\n-- app/config.py --\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    google_redirect_uri: str = 'http://localhost:8000/cb'\nsettings = Settings()\n-- app/main.py --\nfrom fastapi import FastAPI\nfrom urllib.parse import urlencode\nfrom app.config import settings\napp = FastAPI()\n@app.get('/login')\ndef login():\n    return urlencode({'redirect_uri': settings.google_redirect_uri})\n" + renderHead + "      - key: OTHER\n        value: x\n", Says: "GOOGLE_REDIRECT_URI"},
				{Name: "compose that names another variable", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\nconst front = process.env.FRONTEND_URL || 'http://localhost:3000';\napp.get('/auth/callback', (req, res) => res.redirect(front));\n-- Dockerfile --\nFROM node:20\nCOPY . .\nCMD [\"node\", \"server.js\"]\n-- docker-compose.prod.yml --\nservices:\n  api:\n    build: .\n    environment:\n      FRONT_URL: https://a.example.net\n", Says: "FRONTEND_URL"},
			},
			Fine: []checktest.Case{
				{Name: "a path that asks for the variable", Files: "-- app/__init__.py --\n-- app/main.py --\nimport os\nfrom fastapi import FastAPI\nfrom fastapi.responses import RedirectResponse\napp = FastAPI()\n@app.get('/auth/callback')\ndef cb():\n    return RedirectResponse(os.getenv('FRONTEND_URL', 'http://localhost:3000'))\n" + renderHead + "      - key: FRONTEND_URL\n        sync: false\n"},
				{Name: "a required variable", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom fastapi.responses import RedirectResponse\napp = FastAPI()\n@app.get('/auth/callback')\ndef cb():\n    return RedirectResponse(os.environ['FRONTEND_URL'])\n"},
			}},
	}
}

const flaskURLFor = "-- app.py --\nfrom flask import Flask, url_for\nfrom authlib.integrations.flask_client import OAuth\napp = Flask(__name__)\noauth = OAuth(app)\n@app.route('/login')\ndef login():\n    redirect_uri = url_for('callback', _external=True)\n    return oauth.google.authorize_redirect(redirect_uri)\n@app.route('/callback')\ndef callback():\n    return ''\n"

func flowSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: auth05,
			Faulty: []checktest.Case{
				{Name: "Flask on Render", Files: flaskURLFor + "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: gunicorn app:app\n", At: "app.py:8"},
				{Name: "passport with a relative address", Files: "-- app.js --\nconst express = require('express');\nconst { Strategy } = require('passport-google-oauth20');\nconst app = express();\nnew Strategy({ clientID: process.env.ID, clientSecret: process.env.S, callbackURL: '/auth/google/callback' }, () => {});\n-- railway.json --\n{\"deploy\": {\"startCommand\": \"node app.js\"}}\n", At: "app.js:4"},
			},
			Fine: []checktest.Case{
				{Name: "ProxyFix", Files: "-- app.py --\nfrom flask import Flask, url_for\nfrom werkzeug.middleware.proxy_fix import ProxyFix\nfrom authlib.integrations.flask_client import OAuth\napp = Flask(__name__)\napp.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)\noauth = OAuth(app)\n@app.route('/login')\ndef login():\n    return oauth.google.authorize_redirect(url_for('login', _external=True))\n-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: gunicorn app:app\n"},
				{Name: "trust proxy", Files: "-- app.js --\nconst express = require('express');\nconst { Strategy } = require('passport-google-oauth20');\nconst app = express();\napp.set('trust proxy', 1);\nnew Strategy({ clientID: process.env.ID, callbackURL: '/auth/google/callback' }, () => {});\n-- railway.json --\n{\"deploy\": {\"startCommand\": \"node app.js\"}}\n"},
				{Name: "a forced scheme", Files: "-- app.py --\nfrom flask import Flask, url_for\nfrom authlib.integrations.flask_client import OAuth\napp = Flask(__name__)\noauth = OAuth(app)\n@app.route('/login')\ndef login():\n    redirect_uri = url_for('login', _external=True, _scheme='https')\n    return oauth.google.authorize_redirect(redirect_uri)\n-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: gunicorn app:app\n"},
			}},
		{Check: auth09,
			Faulty: []checktest.Case{
				{Name: "a template without state", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\napp.get('/auth/github', (req, res) => {\n  res.redirect(`https://github.com/login/oauth/authorize?client_id=${process.env.ID}&scope=user`);\n});\n", At: "server.js:4"},
				{Name: "a fixed state", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\napp.get('/auth/github', (req, res) => {\n  res.redirect('https://github.com/login/oauth/authorize?client_id=' + process.env.ID + '&state=xyz');\n});\n", At: "server.js:4"},
				{Name: "a callback that never compares", Files: oauthHead + "    state = secrets.token_urlsafe(16)\n    return RedirectResponse('https://accounts.google.com/o/oauth2/v2/auth?' + urlencode({'client_id': 'x', 'redirect_uri': 'https://a.example/cb', 'response_type': 'code', 'state': state}))\n" + oauthBack, At: "main.py:12"},
			},
			Fine: []checktest.Case{
				{Name: "authlib", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom authlib.integrations.starlette_client import OAuth\napp = FastAPI()\noauth = OAuth()\n@app.get('/login')\nasync def login(request):\n    return await oauth.google.authorize_redirect(request, 'https://a.example/cb')\n"},
				{Name: "a state in a cookie", Files: "-- server.js --\nconst express = require('express');\nconst crypto = require('crypto');\nconst app = express();\napp.get('/auth/github', (req, res) => {\n  const state = crypto.randomUUID();\n  res.cookie('oauth_state', state);\n  res.redirect(`https://github.com/login/oauth/authorize?client_id=${process.env.ID}&state=${state}`);\n});\napp.get('/auth/github/callback', async (req, res) => {\n  if (req.query.state !== req.cookies.oauth_state) return res.status(400).end();\n  await fetch('https://github.com/login/oauth/access_token', { method: 'POST', body: JSON.stringify({ grant_type: 'authorization_code', code: req.query.code }) });\n});\n"},
				{Name: "a flow of tokens for the browser", Files: reactHead + "location.href = 'https://accounts.google.com/o/oauth2/v2/auth?client_id=1&response_type=id_token&nonce=' + Math.random();\n"},
			}},
		{Check: auth10,
			Faulty: []checktest.Case{
				{Name: "express with a template", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\napp.get('/auth/callback', (req, res) => { const token = sign(); res.redirect(`${process.env.FRONT}/login?token=${token}`); });\n", At: "server.js:3"},
				{Name: "a socket of the client", Files: reactHead + "const token = localStorage.getItem('t');\nnew WebSocket('wss://api.example.net/ws?token=' + token);\n"},
			},
			Fine: []checktest.Case{
				{Name: "a link that serves once", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\napp.get('/auth/forgot', function sendReset(req, res) { res.redirect(`${process.env.FRONT}/reset?token=${req.query.t}`); });\n"},
				{Name: "an authorization code", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\napp.get('/auth/callback', (req, res) => res.redirect(`${process.env.FRONT}/login?code=${once()}`));\n"},
			}},
		{Check: auth11,
			Faulty: []checktest.Case{
				{Name: "common in a template", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\napp.get('/login', (req, res) => res.redirect(`https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=${process.env.ID}`));\n"},
				{Name: "a tenant's id", Files: "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\nJWKS = 'https://login.microsoftonline.com/12345678-1234-1234-1234-123456789abc/discovery/v2.0/keys'\n"},
			},
			Fine: []checktest.Case{
				{Name: "a variable", State: preflight.StateNotApplicable, Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\napp = FastAPI()\nT = os.environ['TENANT']\nA = f'https://login.microsoftonline.com/{T}'\n"},
				{Name: "no Microsoft", State: preflight.StateNotApplicable, Files: "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n"},
			}},
		{Check: auth13,
			Faulty: []checktest.Case{
				{Name: "Flask-JWT-Extended with cookies", Level: preflight.Warn, Files: "-- app.py --\nimport os\nfrom flask import Flask\nfrom flask_jwt_extended import JWTManager\napp = Flask(__name__)\napp.config['JWT_SECRET_KEY'] = os.environ['K']\napp.config['JWT_TOKEN_LOCATION'] = ['headers', 'cookies']\nJWTManager(app)\n@app.route('/')\ndef home():\n    return 'x'\n", At: "app.py:6"},
				{Name: "a cookie that says nothing about Secure", Level: preflight.Warn, Files: "-- consts.py --\nLOGIN_COOKIE = '__app'\n-- main.py --\nfrom fastapi import FastAPI, Response\nfrom consts import LOGIN_COOKIE\nfrom tokens import make\napp = FastAPI()\n@app.post('/login')\ndef login(response: Response):\n    response.set_cookie(LOGIN_COOKIE, make(1), httponly=True)\n", At: "main.py:7"},
				{Name: "SameSite=None without Secure in express", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\napp.post('/login', (req, res) => { res.cookie('token', 'x', { httpOnly: true, sameSite: 'none' }); res.end(); });\n", At: "server.js:3"},
				{Name: "a secure session behind a proxy", Files: "-- server.js --\nconst express = require('express');\nconst session = require('express-session');\nconst app = express();\napp.use(session({ secret: process.env.S, store: make(), cookie: { secure: true } }));\n-- railway.json --\n{\"deploy\": {\"startCommand\": \"node server.js\"}}\n", Says: "never sends"},
				{Name: "Go", Files: "-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport \"net/http\"\n\nfunc login(w http.ResponseWriter, r *http.Request) {\n\thttp.SetCookie(w, &http.Cookie{Name: \"session\", Value: \"x\", Secure: false})\n}\n\nfunc main() { http.HandleFunc(\"/login\", login) }\n", At: "main.go:6"},
			},
			Fine: []checktest.Case{
				{Name: "where to go after sign-in", Files: cookieHead + "    response.set_cookie('next_page_after_login', make(1))\n    return {}\n"},
				{Name: "a mark for the page", Files: cookieHead + "    response.set_cookie('is_session_over', 'true')\n    return {}\n"},
				{Name: "Flask-JWT-Extended with cookies that are secure", Files: "-- app.py --\nimport os\nfrom flask import Flask\nfrom flask_jwt_extended import JWTManager\napp = Flask(__name__)\napp.config['JWT_SECRET_KEY'] = os.environ['K']\napp.config['JWT_TOKEN_LOCATION'] = ['headers', 'cookies']\napp.config['JWT_COOKIE_SECURE'] = os.getenv('HTTPS', '1') == '1'\nJWTManager(app)\n@app.route('/')\ndef home():\n    return 'x'\n"},
				{Name: "a cookie that is removed", Files: cookieHead + "    response.set_cookie('session', '', max_age=0)\n    return {}\n"},
				{Name: "attributes that come from elsewhere", Files: "-- server.js --\nconst express = require('express');\nconst { attributes } = require('cookies');\nconst app = express();\napp.post('/login', (req, res) => { res.cookie('token', make(), attributes()); res.end(); });\n"},
				{Name: "a condition on the environment", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\napp.post('/login', (req, res) => { res.cookie('token', 'x', { httpOnly: true, secure: process.env.NODE_ENV === 'production' }); res.end(); });\n"},
				{Name: "a setting", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI, Response\napp = FastAPI()\nSECURE = os.getenv('COOKIE_SECURE', 'true') == 'true'\n@app.post('/login')\ndef login(response: Response):\n    response.set_cookie('session', 'x', secure=SECURE)\n"},
				{Name: "a cookie of the theme", Files: cookieHead + "    response.set_cookie('theme', 'dark', secure=False)\n    return {}\n"},
			}},
		{Check: auth14,
			Faulty: []checktest.Case{
				{Name: "a manifest that leaves it out", Files: "-- app/__init__.py --\n-- app/main.py --\nfrom fastapi import FastAPI\nfrom google.oauth2 import id_token\nfrom google.auth.transport import requests\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    google_client_id: str = ''\nsettings = Settings()\napp = FastAPI()\n@app.post('/login')\ndef login(token: str):\n    return id_token.verify_oauth2_token(token, requests.Request(), settings.google_client_id)\n" + renderHead + "      - key: X\n        value: y\n"},
				{Name: "nothing said about deployment", Level: preflight.Warn, Files: googleVerify + "@app.post('/login')\ndef login(token: str):\n    return id_token.verify_oauth2_token(token, requests.Request(), os.getenv('GOOGLE_CLIENT_ID'))\n"},
			},
			Fine: []checktest.Case{
				{Name: "a check before", Files: googleVerify + "CLIENT_ID = os.getenv('GOOGLE_CLIENT_ID')\n@app.post('/login')\ndef login(token: str):\n    if not CLIENT_ID:\n        raise ValueError('GOOGLE_CLIENT_ID')\n    return id_token.verify_oauth2_token(token, requests.Request(), CLIENT_ID)\n"},
				{Name: "a literal client id", Files: googleVerify + "@app.post('/login')\ndef login(token: str):\n    return id_token.verify_oauth2_token(token, requests.Request(), '1-x.apps.googleusercontent.com')\n"},
			}},
		{Check: key08,
			Faulty: []checktest.Case{
				{Name: "express and compose", Files: "-- server.js --\nconst express = require('express');\nconst jwt = require('jsonwebtoken');\nconst app = express();\napp.post('/login', (q, r) => r.send(jwt.sign({}, 'abc-123-def')));\n-- Dockerfile --\nFROM node:20\nCOPY . .\nCMD [\"node\", \"server.js\"]\n-- docker-compose.yml --\nservices:\n  api:\n    build: .\n    environment:\n      JWT_SECRET: ${JWT_SECRET}\n"},
				{Name: "an example of the environment", Files: key08App + "-- .env.example --\nJWT_SECRET_KEY=change\n", At: ".env.example:1"},
			},
			Fine: []checktest.Case{
				{Name: "a variable that is read", Files: "-- main.py --\nimport os\nimport jwt\nfrom fastapi import FastAPI\napp = FastAPI()\nKEY = os.getenv('SECRET_KEY', 'dev')\n@app.post('/login')\ndef login():\n    return jwt.encode({}, KEY, algorithm='HS256')\n-- .env.example --\nSECRET_KEY=\n"},
				{Name: "no variable anywhere", Files: key08App},
			}},
		{Check: mail01,
			Faulty: []checktest.Case{
				{Name: "a constant and a sum", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\nconst FRONT = 'http://localhost:3000';\napp.post('/forgot', (req, res) => { send(req.body.email, FRONT + '/reset-password/' + token()); res.end(); });\n", At: "server.js:4"},
				{Name: "Go", Files: "-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport \"net/http\"\n\nfunc invite(w http.ResponseWriter, r *http.Request) {\n\tsend(\"http://localhost:8080/invite/accept?t=\" + token())\n}\n\nfunc main() { http.HandleFunc(\"/invites\", invite) }\n", At: "main.go:6"},
			},
			Fine: []checktest.Case{
				{Name: "a variable with a default", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\nconst FRONT = process.env.FRONTEND_URL || 'http://localhost:3000';\napp.post('/forgot', (req, res) => { send(`${FRONT}/reset-password/${token()}`); res.end(); });\n"},
				{Name: "a route", Files: "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.post('/reset-password')\ndef reset():\n    print('http://localhost:3000/reset-password')\n"},
			}},
		{Check: adm01,
			Faulty: []checktest.Case{
				{Name: "a seed in node", Files: "-- server.js --\nconst express = require('express');\nconst bcrypt = require('bcrypt');\nconst app = express();\nasync function seed() {\n  await User.create({ email: 'admin@example.com', role: 'admin', password: await bcrypt.hash('Admin@123', 10) });\n}\nseed();\n", At: "server.js:5"},
				{Name: "Django's manager", Files: "-- app/__init__.py --\n-- app/apps.py --\nfrom django.contrib.auth.models import User\nUser.objects.create_superuser(username='admin', email='a@b.example', password='admin123')\n-- proj/wsgi.py --\nimport os\nimport app.apps\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n", At: "app/apps.py:2"},
			},
			Fine: []checktest.Case{
				{Name: "a connection", Files: "-- server.js --\nconst express = require('express');\nconst mysql = require('mysql2');\nconst app = express();\nmysql.createConnection({ host: 'db', user: 'admin', password: 'admin123' });\n"},
				{Name: "a password from the environment", Files: "-- server.js --\nconst express = require('express');\nconst bcrypt = require('bcrypt');\nconst app = express();\nUser.create({ role: 'admin', password: bcrypt.hashSync(process.env.ADMIN_PASSWORD, 10) });\n"},
				{Name: "a seed of development", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\nif (process.env.NODE_ENV === 'development') { User.create({ role: 'admin', password: 'admin123' }); }\n"},
			}},
	}
}
