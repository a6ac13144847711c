package code

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

const sseQueue = "-- main.py --\nimport asyncio\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\nqueue = asyncio.Queue()\n@app.get('/events')\nasync def stream():\n    async def events():\n        while True:\n            item = await queue.get()\n            yield f'data: {item}\\n\\n'\n    return StreamingResponse(events(), media_type='text/event-stream', headers={'X-Accel-Buffering': 'no'})\n"

const sseGo = "-- go.mod --\nmodule example.com/x\n-- main.go --\npackage main\n\nimport \"net/http\"\n\nfunc events(w http.ResponseWriter, r *http.Request) {\n\tw.Header().Set(\"Content-Type\", \"text/event-stream\")\n"

func sseSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: sse01,
			Faulty: []checktest.Case{
				{Name: "express with writeHead", Files: "-- server.js --\nconst express = require('express');\nconst app = express();\napp.get('/events', (req, res) => {\n  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });\n  res.write('data: x\\n\\n');\n});\n", At: "server.js:4"},
				{Name: "Go", Files: sseGo + "\tw.(http.Flusher).Flush()\n}\n\nfunc main() { http.HandleFunc(\"/events\", events) }\n", At: "main.go:6"},
				{Name: "Flask with a mimetype", Files: "-- app.py --\nfrom flask import Flask, Response, stream_with_context\napp = Flask(__name__)\nHEADERS = {'Cache-Control': 'no-cache'}\n@app.route('/s')\ndef s():\n    def gen():\n        yield 'data: 1\\n\\n'\n    return Response(stream_with_context(gen()), mimetype='text/event-stream', headers=HEADERS)\n", At: "app.py:8"},
				{Name: "a route of Next.js", Files: "-- package.json --\n{\"dependencies\": {\"next\": \"14\"}}\n-- app/api/chat/route.ts --\nexport async function POST(req: Request) {\n  const stream = new ReadableStream();\n  return new Response(stream, { headers: { 'Content-Type': 'text/event-stream' } });\n}\n", At: "app/api/chat/route.ts:3"},
			},
			Fine: []checktest.Case{
				{Name: "sse-starlette", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom sse_starlette.sse import EventSourceResponse\napp = FastAPI()\n@app.get('/s')\nasync def s():\n    async def gen():\n        yield {'data': 'x'}\n    return EventSourceResponse(gen())\n"},
				{Name: "a client that accepts streams", Files: "-- main.py --\nimport httpx\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/s')\nasync def s():\n    async with httpx.AsyncClient() as c:\n        return await c.get('https://x.example', headers={'Accept': 'text/event-stream'})\n"},
				{Name: "a middleware that sets the header", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\n@app.middleware('http')\nasync def unbuffer(request, call_next):\n    response = await call_next(request)\n    response.headers['X-Accel-Buffering'] = 'no'\n    return response\n@app.get('/s')\nasync def s():\n    return StreamingResponse(iter(()), media_type='text/event-stream')\n"},
				{Name: "headers from a shared constant", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\nfrom headers import SSE\napp = FastAPI()\n@app.get('/s')\nasync def s():\n    return StreamingResponse(iter(()), media_type='text/event-stream', headers={**SSE})\n-- headers.py --\nSSE = {'Cache-Control': 'no-cache', 'X-Accel-Buffering': 'no'}\n"},
				{Name: "Railway's proxy", State: preflight.StatePass, Files: sseHead + "    return StreamingResponse(events(), media_type='text/event-stream')\n-- railway.json --\n{\"deploy\": {\"startCommand\": \"uvicorn main:app --host 0.0.0.0 --port $PORT\"}}\n"},
				{Name: "a download", State: preflight.StateNotApplicable, Files: sseHead + "    return StreamingResponse(events(), media_type='text/plain')\n"},
			}},
		{Check: sse03,
			Faulty: []checktest.Case{
				{Name: "a pinned starlette", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.middleware.gzip import GZipMiddleware\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\napp.add_middleware(GZipMiddleware, minimum_size=500)\n@app.get('/s')\nasync def s():\n    return StreamingResponse(iter(()), media_type='text/event-stream')\n-- requirements.txt --\nfastapi==0.110.0\nuvicorn\n", At: "main.py:5"},
				{Name: "Django", Files: "-- proj/__init__.py --\n-- proj/settings.py --\nINSTALLED_APPS = []\nROOT_URLCONF = 'proj.urls'\nMIDDLEWARE = ['django.middleware.gzip.GZipMiddleware']\n-- proj/urls.py --\nfrom django.http import StreamingHttpResponse\ndef events(request):\n    return StreamingHttpResponse(iter(()), content_type='text/event-stream')\nurlpatterns = []\n-- proj/wsgi.py --\nimport os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\n", At: "proj/urls.py:3"},
			},
			Fine: []checktest.Case{
				{Name: "a newer starlette", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.middleware.gzip import GZipMiddleware\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\napp.add_middleware(GZipMiddleware)\n@app.get('/s')\nasync def s():\n    return StreamingResponse(iter(()), media_type='text/event-stream')\n-- requirements.txt --\nfastapi==0.116.1\n"},
				{Name: "a stream that flushes", Files: sseNode + "app.use(compression());\napp.get('/e', (req, res) => { res.setHeader('Content-Type', 'text/event-stream'); res.write('data: 1\\n\\n'); res.flush(); });\n"},
				{Name: "compression without streams", Files: sseNode + "app.use(compression());\napp.get('/', (req, res) => res.send('x'));\n"},
			}},
		{Check: sse04,
			Faulty: []checktest.Case{
				{Name: "a generator inside the route", Files: sseQueue, At: "main.py:10"},
				{Name: "a queue for each client in Flask", Files: "-- app.py --\nimport queue\nfrom flask import Flask, Response\napp = Flask(__name__)\ndef listen(q):\n    while True:\n        yield q.get()\n@app.route('/s')\ndef s():\n    return Response(listen(queue.Queue()), mimetype='text/event-stream')\n"},
			},
			Fine: []checktest.Case{
				{Name: "a time limit", Files: "-- app.py --\nimport queue\nfrom flask import Flask, Response\napp = Flask(__name__)\ndef listen(q):\n    while True:\n        try:\n            yield q.get(timeout=15)\n        except queue.Empty:\n            yield ': ping\\n\\n'\n@app.route('/s')\ndef s():\n    return Response(listen(queue.Queue()), mimetype='text/event-stream')\n"},
				{Name: "one answer", Files: sseHead + "    return StreamingResponse(events(), media_type='text/event-stream')\n"},
			}},
		{Check: sse05,
			Faulty: []checktest.Case{
				{Name: "a WriteTimeout in Go", Files: sseGo + "}\n\nfunc main() {\n\thttp.HandleFunc(\"/events\", events)\n\ts := &http.Server{Addr: \":8080\", WriteTimeout: 10 * time.Second}\n\ts.ListenAndServe()\n}\n", At: "main.go:11"},
				{Name: "a limit around the whole answer", Files: "-- main.py --\nimport asyncio\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\nasync def events():\n    async with asyncio.timeout(30):\n        yield 'data: hello\\n\\n'\n@app.get('/s')\nasync def s():\n    return StreamingResponse(events(), media_type='text/event-stream')\n", At: "main.py:6"},
			},
			Fine: []checktest.Case{
				{Name: "uvicorn's workers", Files: sseFlask + "-- Procfile --\nweb: gunicorn -k uvicorn.workers.UvicornWorker app:app\n"},
				{Name: "a stream that clears its deadline", Files: sseGo + "\thttp.NewResponseController(w).SetWriteDeadline(time.Time{})\n}\n\nfunc main() {\n\thttp.HandleFunc(\"/events\", events)\n\ts := &http.Server{WriteTimeout: 10}\n\ts.ListenAndServe()\n}\n"},
			}},
		{Check: sse08,
			Faulty: []checktest.Case{
				{Name: "requests in an async route", Files: "-- main.py --\nimport requests\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\nasync def x():\n    return requests.get('https://x.example').json()\n", At: "main.py:6"},
				{Name: "a synchronous client in a stream", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\nfrom openai import OpenAI\napp = FastAPI()\nclient = OpenAI()\nasync def events():\n    answer = client.chat.completions.create(model='m', messages=[], stream=True)\n    for part in answer:\n        yield part\n@app.get('/s')\nasync def s():\n    return StreamingResponse(events(), media_type='text/event-stream')\n", At: "main.py:7", Says: "stream"},
			},
			Fine: []checktest.Case{
				{Name: "a def route", Files: "-- main.py --\nimport requests\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef x():\n    return requests.get('https://x.example').json()\n"},
				{Name: "a call in a thread", Files: "-- main.py --\nimport asyncio\nimport requests\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\nasync def x():\n    return await asyncio.to_thread(requests.get, 'https://x.example')\n"},
			}},
		{Check: sse09,
			Faulty: []checktest.Case{
				{Name: "a nested generator", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\nfrom anthropic import AsyncAnthropic\napp = FastAPI()\nclient = AsyncAnthropic()\n@app.get('/s')\nasync def s():\n    async def gen():\n        async with client.messages.stream(model='m', messages=[]) as stream:\n            async for text in stream.text_stream:\n                yield text\n    return StreamingResponse(gen(), media_type='text/event-stream')\n", At: "main.py:8"},
				{Name: "a generator of a service", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\nimport ai\napp = FastAPI()\n@app.get('/s')\nasync def s():\n    return StreamingResponse(ai.answer(), media_type='text/event-stream')\n-- ai.py --\nfrom openai import AsyncOpenAI\nclient = AsyncOpenAI()\nasync def answer():\n    async for part in await client.chat.completions.create(stream=True):\n        yield part\n", At: "ai.py:3"},
			},
			Fine: []checktest.Case{
				{Name: "a handler in the service", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\nimport ai\napp = FastAPI()\nasync def events():\n    async for e in ai.stream():\n        yield e\n@app.get('/s')\nasync def s():\n    return StreamingResponse(events(), media_type='text/event-stream')\n-- ai.py --\nasync def stream():\n    try:\n        yield 1\n    except Exception:\n        yield 'error'\n"},
				{Name: "a stream that asks nobody", Files: sseHead + "    return StreamingResponse(events(), media_type='text/event-stream')\n"},
			}},
		{Check: sse10,
			Faulty: []checktest.Case{
				{Name: "Anthropic in node", Files: "-- server.js --\nimport express from 'express';\nimport Anthropic from '@anthropic-ai/sdk';\nconst app = express();\nconst client = new Anthropic();\napp.post('/ask', async (req, res) => { res.json(await client.messages.create({ model: 'm' })); });\n", At: "server.js:5"},
				{Name: "Gemini in Python", Files: "-- main.py --\nimport google.generativeai as genai\nfrom fastapi import FastAPI\napp = FastAPI()\nmodel = genai.GenerativeModel('m')\n@app.post('/ask')\ndef ask():\n    return model.generate_content('x').text\n"},
			},
			Fine: []checktest.Case{
				{Name: "retries of the client", Files: "-- main.py --\nfrom openai import OpenAI\nfrom fastapi import FastAPI\napp = FastAPI()\nclient = OpenAI(max_retries=5)\n@app.post('/ask')\ndef ask():\n    return client.chat.completions.create(model='m', messages=[])\n"},
				{Name: "a status that is looked at", Files: "-- server.js --\nimport express from 'express';\nimport OpenAI from 'openai';\nconst app = express();\nconst client = new OpenAI();\napp.post('/ask', async (req, res) => { try { res.json(await client.chat.completions.create({})); } catch (e) { if (e.status === 429) res.status(503).end(); } });\n"},
			}},
		{Check: sse11,
			Faulty: []checktest.Case{
				{Name: "OpenAI in node", Files: "-- server.js --\nimport express from 'express';\nimport OpenAI from 'openai';\nconst app = express();\nconst client = new OpenAI();\napp.post('/ask', async (req, res) => { for await (const p of await client.chat.completions.create({ stream: true })) res.write(p); });\n"},
				{Name: "Anthropic's stream", Files: "-- main.py --\nfrom anthropic import Anthropic\nfrom fastapi import FastAPI\napp = FastAPI()\nclient = Anthropic()\n@app.get('/s')\ndef s():\n    with client.messages.stream(model='m') as stream:\n        return list(stream.text_stream)\n"},
			},
			Fine: []checktest.Case{
				{Name: "a stop reason", State: preflight.StatePass, Files: "-- main.py --\nfrom anthropic import Anthropic\nfrom fastapi import FastAPI\napp = FastAPI()\nclient = Anthropic()\n@app.get('/s')\ndef s():\n    with client.messages.stream(model='m') as stream:\n        return stream.get_final_message().stop_reason\n"},
				{Name: "no stream", State: preflight.StateNotApplicable, Files: modelHead + "    return client.chat.completions.create(model='m', messages=[])\n"},
			}},
		{Check: sse12,
			Faulty: []checktest.Case{
				{Name: "an old package:http", Files: flutterWeb + "-- pubspec.lock --\npackages:\n  http:\n    dependency: \"direct main\"\n    source: hosted\n    version: \"1.1.0\"\n-- lib/main.dart --\nimport 'package:http/http.dart' as http;\nimport 'package:flutter/material.dart';\nvoid main() async {\n  final r = http.Request('POST', Uri.parse('/chat'));\n  final s = await http.Client().send(r);\n  s.stream.listen((line) { if (line.startsWith('data: ')) print(line); });\n}\n"},
				{Name: "Dio in a service", Files: flutterWeb + "-- lib/main.dart --\nimport 'package:flutter/material.dart';\nimport 'chat.dart';\nvoid main() { Chat().ask(); }\n-- lib/chat.dart --\nimport 'package:dio/dio.dart';\nclass Chat {\n  final dio = Dio();\n  void ask() {\n    dio.post('/chat', options: Options(headers: {'Accept': 'text/event-stream'}, responseType: ResponseType.stream));\n  }\n}\n", At: "lib/chat.dart:5"},
			},
			Fine: []checktest.Case{
				{Name: "a phone application", Files: "-- pubspec.yaml --\nname: app\n-- lib/main.dart --\nimport 'package:dio/dio.dart';\nvoid main() { Dio().get('/s', options: Options(responseType: ResponseType.stream, headers: {'Accept': 'text/event-stream'})); }\n"},
				{Name: "a newer package:http", Files: flutterWeb + "-- pubspec.lock --\npackages:\n  http:\n    source: hosted\n    version: \"1.4.0\"\n-- lib/main.dart --\nimport 'package:http/http.dart' as http;\nvoid main() async { final s = await http.Client().send(http.Request('GET', Uri.parse('/s'))); print('data: '); }\n"},
			}},
		{Check: sse13,
			Faulty: []checktest.Case{
				{Name: "a handler of a button", Files: sseClient + "function ask(q) {\n  const es = new EventSource(`/ask?q=${q}`);\n  es.onmessage = () => {};\n}\ndocument.querySelector('button').onclick = () => ask('x');\n"},
				{Name: "an effect of React", Files: "-- package.json --\n{\"dependencies\": {\"react\": \"18\", \"react-dom\": \"18\", \"vite\": \"5\"}}\n-- src/main.jsx --\nimport { createRoot } from 'react-dom/client';\nimport { useEffect } from 'react';\nfunction App({ id }) {\n  useEffect(() => { new EventSource('/t/' + id).onmessage = () => {}; }, [id]);\n  return null;\n}\ncreateRoot(document.body).render(<App id='1' />);\n"},
			},
			Fine: []checktest.Case{
				{Name: "an effect that closes", State: preflight.StatePass, Files: sseClient + "function watch() { const es = new EventSource('/t'); return () => es.close(); }\nwatch();\n"},
				{Name: "no streams", State: preflight.StateNotApplicable, Files: sseClient},
			}},
	}
}
