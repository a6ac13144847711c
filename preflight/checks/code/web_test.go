package code

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

const nextHead = "-- package.json --\n{\"dependencies\": {\"next\": \"14\", \"react\": \"18\"}}\n"

func webSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: sec07,
			Faulty: []checktest.Case{
				{Name: "a define of Dart", Files: flutterWeb + "-- lib/main.dart --\nimport 'package:flutter/material.dart';\nconst key = String.fromEnvironment('OPENAI_API_KEY');\nvoid main() { print(key); }\n", At: "lib/main.dart:2"},
				{Name: "an env file among the assets", Files: "-- pubspec.yaml --\nname: app\nflutter:\n  assets:\n    - .env\n    - assets/images/\n-- .env.example --\nAPI_URL=https://x\nANTHROPIC_API_KEY=\n-- lib/main.dart --\nimport 'package:flutter/material.dart';\nvoid main() {}\n", At: "pubspec.yaml:4"},
				{Name: "a service role in Next.js", Files: nextHead + "-- app/page.tsx --\n'use client';\nexport default function Page() { fetch('/x', { headers: { k: process.env.NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY } }); return null; }\n"},
			},
			Fine: []checktest.Case{
				{Name: "keys made for browsers", Files: reactHead + "init(import.meta.env.VITE_FIREBASE_API_KEY, import.meta.env.VITE_SUPABASE_ANON_KEY, import.meta.env.VITE_STRIPE_PUBLISHABLE_KEY, import.meta.env.VITE_GOOGLE_MAPS_API_KEY, import.meta.env.VITE_GOOGLE_CLIENT_ID);\n"},
				{Name: "a key of the server", Files: nextHead + "-- app/api/ask/route.ts --\nexport async function POST() { return fetch('https://api.openai.com', { headers: { k: process.env.OPENAI_API_KEY } }); }\n"},
				{Name: "an env file without secrets", Files: "-- pubspec.yaml --\nname: app\nflutter:\n  assets:\n    - .env\n-- .env --\nAPI_URL=https://x\n-- lib/main.dart --\nimport 'package:flutter/material.dart';\nvoid main() {}\n"},
			}},
		{Check: web09,
			Faulty: []checktest.Case{
				{Name: "axios through a module", Files: reactHead + "import { api } from './api';\napi.get('/items');\n-- src/api.js --\nimport axios from 'axios';\nexport const api = axios.create({ baseURL: 'http://localhost:5000/api' });\n", At: "src/api.js:2"},
				{Name: "a class of constants in Dart", Files: flutterWeb + "-- lib/config.dart --\nclass ApiConfig {\n  static const String baseUrl = 'http://localhost:8000';\n}\n-- lib/main.dart --\nimport 'package:flutter/material.dart';\nimport 'package:http/http.dart' as http;\nimport 'config.dart';\nvoid main() { http.get(Uri.parse('${ApiConfig.baseUrl}/items')); }\n", At: "lib/config.dart:2"},
				{Name: "an emulator's address on one branch and localhost on the other", Files: flutterWeb + "-- lib/main.dart --\nimport 'package:flutter/material.dart';\nimport 'package:dio/dio.dart';\nString baseUrl() {\n  if (Platform.isAndroid) return 'http://10.0.2.2:8000';\n  return 'http://localhost:8000';\n}\nvoid main() { Dio(BaseOptions(baseUrl: baseUrl())); }\n"},
				{Name: "a websocket in Vue", Files: "-- package.json --\n{\"dependencies\": {\"vue\": \"3\", \"vite\": \"5\"}}\n-- src/main.js --\nimport { createApp } from 'vue';\nimport App from './App.vue';\ncreateApp(App).mount('#app');\n-- src/App.vue --\n<template><p/></template>\n<script setup>\nconst socket = new WebSocket('ws://127.0.0.1:8000/ws');\n</script>\n"},
				{Name: "a link to the sign-in", Files: reactHead + "export const Login = () => <a href=\"http://localhost:5000/auth/google\">Sign in</a>;\n"},
				{Name: "Angular without a production environment", Files: "-- package.json --\n{\"dependencies\": {\"@angular/core\": \"17\"}}\n-- src/main.ts --\nimport { bootstrapApplication } from '@angular/platform-browser';\nimport { ItemService } from './app/item.service';\nbootstrapApplication(ItemService);\n-- src/environments/environment.ts --\nexport const environment = { apiUrl: 'http://localhost:3000' };\n-- src/app/item.service.ts --\nimport { environment } from '../environments/environment';\nimport { HttpClient } from '@angular/common/http';\nexport class ItemService {\n  constructor(private http: HttpClient) {}\n  list() { return this.http.get(environment.apiUrl + '/items'); }\n}\n"},
			},
			Fine: []checktest.Case{
				{Name: "a variable with a default", Files: reactHead + "const API = import.meta.env.VITE_API_URL || 'http://localhost:8000';\nfetch(`${API}/items`);\n"},
				{Name: "a public branch", Files: flutterWeb + "-- lib/main.dart --\nimport 'package:flutter/foundation.dart';\nimport 'package:http/http.dart' as http;\nconst base = kReleaseMode ? 'https://api.example.net' : 'http://localhost:8000';\nvoid main() { http.get(Uri.parse('$base/items')); }\n"},
				{Name: "the page's own host", Files: reactHead + "const API = window.location.hostname === 'localhost' ? 'http://localhost:8000' : '/api';\nfetch(`${API}/items`);\n"},
				{Name: "a model on the user's own machine", Files: reactHead + "fetch('http://localhost:11434/api/chat');\n"},
				{Name: "a desktop application", Files: "-- package.json --\n{\"dependencies\": {\"react\": \"18\", \"react-dom\": \"18\", \"electron\": \"30\"}}\n-- src/main.jsx --\nimport { createRoot } from 'react-dom/client';\ncreateRoot(document.body).render(null);\nfetch('http://localhost:8000/x');\n"},
				{Name: "printed text", Files: reactHead + "console.log('open http://localhost:3000');\nfetch('/items');\n"},
				{Name: "Angular with a production environment", Files: "-- package.json --\n{\"dependencies\": {\"@angular/core\": \"17\"}}\n-- src/main.ts --\nimport { bootstrapApplication } from '@angular/platform-browser';\nimport { environment } from './environments/environment';\nfetch(environment.apiUrl + '/x');\nbootstrapApplication(null);\n-- src/environments/environment.ts --\nexport const environment = { apiUrl: 'http://localhost:3000' };\n-- src/environments/environment.prod.ts --\nexport const environment = { apiUrl: '/api' };\n", Edit: nil},
				{Name: "a server that calls its neighbour", Files: "-- package.json --\n{\"dependencies\": {\"express\": \"4\"}}\n-- server.js --\nconst express = require('express');\nconst app = express();\napp.get('/x', (req, res) => fetch('http://localhost:11434/api/tags'));\n"},
			}},
		{Check: web10,
			Faulty: []checktest.Case{
				{Name: "an image of Vite without an argument", Files: reactHead + "const API = import.meta.env.VITE_API_URL || 'http://localhost:8000';\nfetch(`${API}/items`);\n-- Dockerfile --\nFROM node:20 AS build\nCOPY . .\nRUN npm ci && npm run build\nFROM nginx\nCOPY --from=build /dist /usr/share/nginx/html\n", Says: "VITE_API_URL"},
				{Name: "a workflow that deploys", Files: flutterWeb + dartEnv + "-- .github/workflows/deploy.yml --\non: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: flutter build web --release\n      - uses: FirebaseExtended/action-hosting-deploy@v0\n"},
			},
			Fine: []checktest.Case{
				{Name: "a production env file", Files: reactHead + "const API = import.meta.env.VITE_API_URL || 'http://localhost:8000';\nfetch(`${API}/items`);\n-- .env.production --\nVITE_API_URL=https://api.example.net\n-- Dockerfile --\nFROM node:20 AS build\nCOPY . .\nRUN npm run build\nFROM nginx\nCOPY --from=build /dist /usr/share/nginx/html\n"},
				{Name: "an argument of the image", Files: reactHead + "const API = import.meta.env.VITE_API_URL || 'http://localhost:8000';\nfetch(`${API}/items`);\n-- Dockerfile --\nFROM node:20 AS build\nARG VITE_API_URL\nCOPY . .\nRUN npm run build\nFROM nginx\nCOPY --from=build /dist /usr/share/nginx/html\n"},
				{Name: "a dashboard", Files: reactHead + "const API = import.meta.env.VITE_API_URL || 'http://localhost:8000';\nfetch(`${API}/items`);\n-- vercel.json --\n{\"buildCommand\": \"npm run build\", \"outputDirectory\": \"dist\"}\n"},
			}},
		{Check: web11,
			Faulty: []checktest.Case{
				{Name: "a client component without the prefix", Files: nextHead + "-- app/page.tsx --\n'use client';\nexport default function Page() { fetch(process.env.API_URL + '/x'); return null; }\n", At: "app/page.tsx:2"},
				{Name: "a container that only serves files", Files: reactHead + "fetch(import.meta.env.VITE_API_URL + '/x');\n-- Dockerfile --\nFROM node:20 AS build\nCOPY . .\nRUN npm run build\nFROM nginx\nCOPY --from=build /dist /usr/share/nginx/html\n-- docker-compose.yml --\nservices:\n  web:\n    build: .\n    ports: ['80:80']\n    environment:\n      VITE_API_URL: https://api.example.net\n", At: "docker-compose.yml:6"},
				{Name: "Vite's form under Create React App", Files: "-- package.json --\n{\"dependencies\": {\"react\": \"18\", \"react-dom\": \"18\", \"react-scripts\": \"5\"}}\n-- src/index.js --\nimport React from 'react';\nimport ReactDOM from 'react-dom/client';\nfetch(import.meta.env.VITE_API_URL);\nReactDOM.createRoot(document.body).render(null);\n"},
			},
			Fine: []checktest.Case{
				{Name: "a define in the configuration", Files: reactHead + "fetch(process.env.API_URL + '/items');\n-- vite.config.js --\nexport default { define: { 'process.env': process.env } };\n"},
				{Name: "a server component", Files: nextHead + "-- app/page.tsx --\nexport default async function Page() { await fetch(process.env.API_URL + '/x'); return null; }\n"},
				{Name: "a script that writes the configuration at start", Files: reactHead + "fetch(window.config.api);\n-- Dockerfile --\nFROM nginx\nCOPY dist /usr/share/nginx/html\n-- entrypoint.sh --\nenvsubst < config.template.js > config.js\n-- docker-compose.yml --\nservices:\n  web:\n    build: .\n    ports: ['80:80']\n    environment:\n      VITE_API_URL: https://api.example.net\n"},
			}},
		{Check: web12,
			Faulty: []checktest.Case{
				{Name: "a bare machine", Files: reactHead + "import axios from 'axios';\naxios.defaults.baseURL = 'http://203.0.113.9:8000';\n", At: "src/main.jsx:4"},
				{Name: "a constant in Dart", Files: flutterWeb + "-- lib/main.dart --\nimport 'package:flutter/material.dart';\nimport 'package:http/http.dart' as http;\nconst base = 'http://api.acme.io';\nvoid main() { http.post(Uri.parse(base + '/login')); }\n", At: "lib/main.dart:3"},
			},
			Fine: []checktest.Case{
				{Name: "https and a namespace", Files: reactHead + "const ns = 'http://www.w3.org/2000/svg';\ndocument.createElementNS(ns, 'svg');\nfetch('https://api.acme.io/x');\n"},
				{Name: "a local address", Files: reactHead + "fetch('http://localhost:3000');\n"},
			}},
		{Check: web13,
			Faulty: []checktest.Case{
				{Name: "a text style", Files: flutterWeb + "-- lib/main.dart --\nimport 'package:flutter/material.dart';\nimport 'package:google_fonts/google_fonts.dart';\nfinal style = GoogleFonts.roboto(fontSize: 12);\nvoid main() {}\n"},
				{Name: "a theme in another file", Files: flutterWeb + "-- lib/main.dart --\nimport 'theme.dart';\nvoid main() { theme(); }\n-- lib/theme.dart --\nimport 'package:google_fonts/google_fonts.dart';\nimport 'package:flutter/material.dart';\ntheme() => GoogleFonts.latoTextTheme();\n", At: "lib/theme.dart:3"},
			},
			Fine: []checktest.Case{
				{Name: "fetching switched off", State: preflight.StatePass, Files: flutterWeb + "-- lib/main.dart --\nimport 'package:google_fonts/google_fonts.dart';\nvoid main() { GoogleFonts.config.allowRuntimeFetching = false; GoogleFonts.lato(); }\n"},
				{Name: "no fonts package", State: preflight.StateNotApplicable, Files: flutterWeb + "-- lib/main.dart --\nvoid main() {}\n"},
			}},
		{Check: web17,
			Faulty: []checktest.Case{
				{Name: "the template of Flutter", Files: "-- pubspec.yaml --\nname: x\n-- web/index.html --\n<!DOCTYPE html>\n<html>\n<head></head>\n<body>\n  <!-- nothing -->\n  <script src=\"main.dart.js\"></script>\n</body>\n</html>\n"},
				{Name: "a project in a folder", Files: "-- frontend/pubspec.yaml --\nname: x\n-- frontend/web/index.html --\n<html><body><script src=\"flutter_bootstrap.js\"></script></body></html>\n"},
			},
			Fine: []checktest.Case{
				{Name: "a splash", State: preflight.StatePass, Files: "-- pubspec.yaml --\nname: x\n-- web/index.html --\n<html><body><p>Loading</p><script src=\"main.dart.js\"></script></body></html>\n"},
				{Name: "no Flutter", State: preflight.StateNotApplicable, Files: "-- web/index.html --\n<html><body></body></html>\n"},
			}},
	}
}
