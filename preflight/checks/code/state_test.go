package code

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

const classStates = `
-- app/__init__.py --
-- app/oauth.py --
import secrets
class OAuthService:
    def __init__(self):
        self._states = {}
    def start(self):
        state = secrets.token_urlsafe(16)
        self._states[state] = 1
        return state
    def finish(self, state):
        return self._states.pop(state, None) is not None
service = OAuthService()
-- app/main.py --
from fastapi import FastAPI
from app.oauth import service
app = FastAPI()
@app.get("/login")
def login():
    return service.start()
@app.get("/callback")
def callback(state: str):
    return service.finish(state)
`

const nodeStates = `
-- server.js --
const express = require('express');
const crypto = require('crypto');
const app = express();
const pending = new Map();
app.get('/auth/github', (req, res) => {
  const state = crypto.randomBytes(16).toString('hex');
  pending.set(state, Date.now());
  res.redirect('https://github.com/login/oauth/authorize?state=' + state);
});
app.get('/auth/github/callback', (req, res) => {
  if (!pending.has(req.query.state)) return res.status(400).end();
  pending.delete(req.query.state);
  res.send('ok');
});
`

const goStates = `
-- go.mod --
module example.com/x
-- main.go --
package main

import (
	"net/http"
	"sync"
)

type Server struct {
	mu     sync.Mutex
	states map[string]bool
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	state := random()
	s.states[state] = true
	http.Redirect(w, r, "https://github.com/login/oauth/authorize?state="+state, 302)
}

func (s *Server) callback(w http.ResponseWriter, r *http.Request) {
	state := r.FormValue("state")
	if _, ok := s.states[state]; !ok {
		return
	}
	delete(s.states, state)
}

func random() string { return "" }

func main() {
	s := &Server{states: map[string]bool{}}
	http.HandleFunc("/login", s.login)
	http.HandleFunc("/callback", s.callback)
}
`

const sessionDict = `
-- main.py --
import uuid
from fastapi import FastAPI, Response, Request
app = FastAPI()
sessions = {}
@app.post("/login")
def login(response: Response):
    sid = str(uuid.uuid4())
    sessions[sid] = "user"
    response.set_cookie("sid", sid)
    return {}
def current(request: Request):
    return sessions.get(request.cookies.get("sid"))
`

const stateLookAlikes = `
-- main.py --
from fastapi import FastAPI
app = FastAPI()
chat_sessions = {}
ui_state = {}
rate_buckets = {}
@app.post("/chat")
def chat(sid: str):
    chat_sessions[sid] = []
    return {}
@app.get("/chat")
def history(sid: str):
    return chat_sessions.get(sid)
@app.post("/login")
def login(ip: str):
    rate_buckets[ip] = 1
    ui_state["theme"] = "dark"
    return rate_buckets.get(ip)
@app.get("/limits")
def limits(ip: str):
    return rate_buckets.get(ip)
`

const stateRedis = `
-- main.py --
import secrets
import redis
from fastapi import FastAPI
app = FastAPI()
redis_client = redis.from_url("redis://cache")
oauth_states = {}
def save_state(state):
    if redis_client:
        redis_client.setex(state, 600, "1")
    else:
        oauth_states[state] = 1
def check_state(state):
    return redis_client.get(state) or oauth_states.pop(state, None)
@app.get("/auth/login")
def login():
    state = secrets.token_hex(8)
    save_state(state)
    return state
@app.get("/auth/callback")
def callback(state: str):
    return check_state(state)
-- Procfile --
web: uvicorn main:app --workers 4
`

const reactStates = `
-- package.json --
{"dependencies": {"react": "18", "react-dom": "18", "vite": "5"}}
-- src/auth.ts --
const states = new Map();
export function login() { const state = String(Math.random()); states.set(state, 1); }
export function callback(state) { return states.get(state); }
-- src/main.tsx --
import React from 'react';
import { createRoot } from 'react-dom/client';
import { login, callback } from './auth';
createRoot(document.getElementById('root')).render(null);
login(); callback('x');
`

func stateSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: state01,
			Faulty: []checktest.Case{
				{Name: "gunicorn with four workers", Files: stateApp + "-- Procfile --\nweb: gunicorn main:app -w 4 -k uvicorn.workers.UvicornWorker\n", At: "main.py:5", Says: "4 processes"},
				{Name: "a service object and replicas", Files: classStates + "-- fly.toml --\napp = 'x'\n-- railway.json --\n{\"deploy\": {\"startCommand\": \"uvicorn app.main:app --host 0.0.0.0 --port $PORT\", \"numReplicas\": 3}}\n", At: "app/oauth.py:4"},
				{Name: "a Map in node under pm2", Files: nodeStates + "-- Procfile --\nweb: pm2-runtime start server.js -i 4\n", At: "server.js:4"},
			},
			Fine: []checktest.Case{
				{Name: "one process", Files: stateApp + "-- Procfile --\nweb: uvicorn main:app\n"},
				{Name: "chat sessions, buckets and interface state", Files: stateLookAlikes + "-- Procfile --\nweb: uvicorn main:app --workers 4\n"},
				{Name: "memory that only stands in for Redis", Files: stateRedis},
			}},
		{Check: state02,
			Faulty: []checktest.Case{
				{Name: "a Map in node", Files: nodeStates, At: "server.js:4"},
				{Name: "one variable for everybody", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\nlet savedState = null;\napp.get('/auth/login', (req, res) => { savedState = rnd(); res.redirect('https://x.example?state=' + savedState); });\napp.get('/auth/callback', (req, res) => { if (req.query.state !== savedState) return res.status(400).end(); res.end(); });\n", At: "server.js:3"},
				{Name: "a field of a Go server", Files: goStates, At: "main.go:10"},
				{Name: "sessions by cookie", Files: sessionDict, At: "main.py:4", Says: "sessions of users"},
				{Name: "a service object", Files: classStates},
			},
			Fine: []checktest.Case{
				{Name: "chat sessions, buckets and interface state", Files: stateLookAlikes},
				{Name: "memory that only stands in for Redis", Files: stateRedis},
				{Name: "state kept by a front end", Files: reactStates},
			}},
		{Check: state03,
			Faulty: []checktest.Case{
				{Name: "the package memorystore", Level: preflight.Warn, Files: "-- server.js --\nconst express = require('express');\nconst session = require('express-session');\nconst MemoryStore = require('memorystore')(session);\nconst app = express();\napp.use(session({ secret: process.env.S, store: new MemoryStore({ checkPeriod: 86400000 }) }));\napp.get('/', (q, r) => r.json({}));\napp.listen(3000);\n"},
				{Name: "the package memorystore as a module", Level: preflight.Warn, Files: "-- server.js --\nconst express = require('express');\nconst session = require('express-session');\nimport memorystore from 'memorystore';\nconst MemoryStore = memorystore(session);\nconst app = express();\napp.use(session({ secret: process.env.S, store: new MemoryStore({ checkPeriod: 86400000 }) }));\napp.get('/', (q, r) => r.json({}));\napp.listen(3000);\n"},
				{Name: "express-session in one process", Level: preflight.Warn, Files: "-- server.js --\nimport express from 'express';\nimport session from 'express-session';\nconst app = express();\nconst options = { secret: process.env.S, resave: false };\napp.use(session(options));\n", At: "server.js:5"},
				{Name: "Django's local cache with workers", Files: "-- proj/__init__.py --\n-- proj/settings.py --\nINSTALLED_APPS = []\nSESSION_ENGINE = 'django.contrib.sessions.backends.cache'\n-- proj/wsgi.py --\nimport os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\napplication = get_wsgi_application()\n-- Procfile --\nweb: gunicorn proj.wsgi --workers 3\n", At: "proj/settings.py:2"},
				{Name: "Flask-Session in files", Level: preflight.Warn, Files: "-- app.py --\nfrom flask import Flask\nfrom flask_session import Session\napp = Flask(__name__)\napp.config['SESSION_TYPE'] = 'filesystem'\nSession(app)\n", At: "app.py:4"},
			},
			Fine: []checktest.Case{
				{Name: "a store of a server", Files: "-- server.js --\nconst express = require('express');\nconst session = require('express-session');\nconst RedisStore = require('connect-redis')(session);\nconst app = express();\napp.use(session({ secret: process.env.S, store: new RedisStore({ url: process.env.REDIS_URL }) }));\napp.get('/', (q, r) => r.json({}));\napp.listen(3000);\n"},
				{Name: "cookie-session", Files: "-- server.js --\nconst express = require('express');\nconst session = require('cookie-session');\nconst app = express();\napp.use(session({ keys: [process.env.K] }));\n"},
				{Name: "a store that is added in production", Files: "-- server.js --\nconst express = require('express');\nconst session = require('express-session');\nconst { RedisStore } = require('connect-redis');\nconst app = express();\nconst options = { secret: process.env.S };\nif (process.env.NODE_ENV === 'production') options.store = new RedisStore({});\napp.use(session(options));\n"},
				{Name: "Starlette's signed cookie", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom starlette.middleware.sessions import SessionMiddleware\napp = FastAPI()\napp.add_middleware(SessionMiddleware, secret_key=os.environ['K'])\n"},
			}},
	}
}
