package deploy

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

// made up, and put together here so that no scanner takes this file for a leak
var noise = "q7Vw2LmZ9tKxB4nRf8cYpD3s" + "HgJ6eUaT1iOoXbWzNvMk5uQyEr0C"

const (
	settings = "-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    environment: str = 'development'\n    cors_origins: str = 'http://localhost:3000'\n    anthropic_api_key: str = ''\nsettings = Settings()\napp = FastAPI()\nprint(settings.anthropic_api_key, settings.cors_origins)\n"
	image    = "-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]\n"
)

func envSuites() []checktest.Suite {
	return []checktest.Suite{
		{Check: env01,
			Faulty: []checktest.Case{
				{Name: "a program of which nothing says how it is deployed", Files: settings, Level: preflight.Info},
				{Name: "a platform whose dashboard holds all variables", Files: "-- Procfile --\nweb: uvicorn main:app --host 0.0.0.0 --port $PORT\n" + settings, Level: preflight.Info},
				{Name: "a blueprint that leaves a key out", Files: renderPy + "    envVars:\n      - key: LOG_LEVEL\n        value: info\n" + settings, At: "main.py:6", Path: "render.yaml: api"},
				{Name: "process.env handed to a client", Files: "-- fly.toml --\napp = 'x'\n[env]\n  LOG = 'info'\n[http_service]\n  internal_port = 3000\n" + nodeFile + "CMD [\"node\", \"server.js\"]\n-- package.json --\n{\"dependencies\": {\"express\": \"4\"}}\n-- server.js --\nconst express = require('express')\nconst { Mail } = require('mail')\nconst app = express()\nconst mail = new Mail({ key: process.env.MAILER_API_KEY })\napp.get('/', (q, r) => r.json({}))\napp.listen(3000)\n", Level: preflight.Warn, Says: "--names"},
			},
			Fine: []checktest.Case{
				{Name: "a key that is required", Files: renderPy + "-- main.py --\nimport os\nfrom fastapi import FastAPI\nKEY = os.environ['ANTHROPIC_API_KEY']\napp = FastAPI()\n", State: preflight.StatePass},
				{Name: "a feature that is off without its key", Files: renderPy + "    envVars:\n      - key: A\n        value: b\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nKEY = os.getenv('SEARCH_API_KEY', '')\napp = FastAPI()\n@app.get('/s')\ndef s():\n    if not KEY:\n        return {'off': True}\n    return {}\n", State: preflight.StatePass},
				{Name: "a path that asks for it", Files: renderPy + "    envVars:\n      - key: ANTHROPIC_API_KEY\n        sync: false\n" + settings, State: preflight.StatePass},
			},
		},
		{Check: env02,
			Faulty: []checktest.Case{
				{Name: "a name that the example leaves out", Files: env02.Bad, Says: "BILLING_WEBHOOK_SECRET"},
				{Name: "no documentation at all", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nQ = os.getenv('QUEUE_NAME', 'q')\napp = FastAPI()\n", Level: preflight.Info},
			},
			Fine: []checktest.Case{
				{Name: "a name that the README explains", Files: "-- README.md --\nSet BUCKET_NAME.\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nB = os.environ['BUCKET_NAME']\napp = FastAPI()\n", State: preflight.StatePass},
				{Name: "names of the platform and of tests", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nP = os.getenv('PORT')\nD = os.getenv('RAILWAY_PUBLIC_DOMAIN')\napp = FastAPI()\n-- tests/test_a.py --\nimport os\nX = os.environ['FIXTURE_TOKEN']\n", State: preflight.StatePass},
			},
		},
		{Check: env03,
			Faulty: []checktest.Case{
				{Name: "a slip in a name that begins as those of images do", Files: "-- compose.yaml --\nservices:\n  api:\n    build: .\n    environment:\n      POSTGRES_SERVRE: db\n" + image + "-- main.py --\nimport os\nfrom fastapi import FastAPI\nHOST = os.getenv('POSTGRES_SERVER', 'localhost')\napp = FastAPI()\n", Says: "POSTGRES_SERVRE"},
				{Name: "a typing error beside a complete example file", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0\n    envVars:\n      - key: GOOGLE_CLEINT_ID\n        sync: false\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nGOOGLE = os.environ.get('GOOGLE_CLIENT_ID')\napp = FastAPI()\n-- .env.example --\nGOOGLE_CLIENT_ID=\n", Says: "GOOGLE_CLEINT_ID"},
				{Name: "letters exchanged in a manifest", Files: renderPy + "    envVars:\n      - key: ANTRHOPIC_API_KEY\n        sync: false\n" + settings, At: "render.yaml:7", Says: "ANTHROPIC_API_KEY"},
				{Name: "words in another order", Files: "-- .env.example --\nURL_FRONTEND_BASE=https://a.net\n-- server.js --\nconst app = require('express')()\nconst base = process.env.FRONTEND_BASE_URL\napp.listen(process.env.PORT)\n", Says: "FRONTEND_BASE_URL"},
				{Name: "a word more in the code", Files: "-- .env.example --\nCORS_ORIGINS=\n-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    cors_origins_str: str = ''\ns = Settings()\napp = FastAPI()\n", Level: preflight.Warn, Says: "CORS_ORIGINS_STR"},
			},
			Fine: []checktest.Case{
				{Name: "a protocol and its protected form", Files: "-- .env.example --\nHTTPS_PORT=443\n-- server.js --\nconst app = require('express')()\napp.listen(process.env.HTTP_PORT)\n", State: preflight.StatePass},
				{Name: "the name of the example file", Files: "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0\n    envVars:\n      - key: GOOGLE_CLIENT_ID\n        sync: false\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nGOOGLE = os.environ.get('GOOGLE_CLIENT_ID')\napp = FastAPI()\n-- .env.example --\nGOOGLE_CLIENT_ID=\n", State: preflight.StatePass},
				{Name: "an alias", Files: "-- .env.example --\nJWT_SECRETS=\n-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic import Field, AliasChoices\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    key: str = Field('', validation_alias=AliasChoices('JWT_SECRET', 'JWT_SECRETS'))\ns = Settings()\napp = FastAPI()\n"},
				{Name: "a family of names", Files: "-- .env.example --\nDB_HOST=\nDB_PORT=\nGOOGLE_CLIENT_ID=\nSMTP_USER=\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nA = os.getenv('DB_USER'), os.getenv('GOOGLE_CLIENT_SECRET'), os.getenv('SMTP_PORT')\napp = FastAPI()\n", State: preflight.StatePass},
				{Name: "a name that a script reads", Files: "-- .env.example --\nBACKUP_BUCKETS=\n-- run.sh --\necho $BACKUP_BUCKETS\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nA = os.getenv('BACKUP_BUCKET')\napp = FastAPI()\n", State: preflight.StatePass},
				{Name: "a variable of another image", Files: "-- compose.yaml --\nservices:\n  search:\n    image: meilisearch\n    environment:\n      MEILI_MASTER_KEYS: x\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nA = os.getenv('MEILI_MASTER_KEY')\napp = FastAPI()\n"},
			},
		},
		{Check: env04,
			Faulty: []checktest.Case{
				{Name: "a leftover of a blueprint", Files: renderPy + "    envVars:\n      - key: OLD_FEATURE_FLAG\n        value: on\n" + settings, At: "render.yaml:7"},
				{Name: "a leftover of the example file", Files: env04.Bad},
			},
			Fine: []checktest.Case{
				{Name: "names that tools read", Files: "-- .env.example --\nAWS_ACCESS_KEY_ID=\nSENTRY_DSN=\nPOSTGRES_PASSWORD=\nANTHROPIC_API_KEY=\n" + settings, State: preflight.StatePass},
				{Name: "a name in lower case in the settings", Files: "-- .env.example --\nCORS_ORIGINS=\n" + settings, State: preflight.StatePass},
			},
		},
		{Check: env05,
			Faulty: []checktest.Case{
				{Name: "a validator that only runs in production", Files: "-- compose.yaml --\nservices:\n  api:\n    build: .\n    environment:\n      LOG_LEVEL: info\n" + image + "-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    environment: str = 'development'\n    smtp_url: str = ''\n    def validate_required(self):\n        if self.environment == 'production':\n            if not self.smtp_url:\n                raise ValueError('SMTP_URL')\nsettings = Settings()\nsettings.validate_required()\napp = FastAPI()\n", Path: "compose.yaml: api"},
				{Name: "a blueprint that says development", Files: renderPy + "    envVars:\n      - key: APP_ENV\n        value: development\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nif os.getenv('APP_ENV') == 'production':\n    assert os.getenv('KEY')\n    raise SystemExit(1)\napp = FastAPI()\n", Says: "not set to production"},
				{Name: "cookies that are secure in production only", Files: renderPy + "    envVars:\n      - key: A\n        value: b\n-- main.py --\nimport os\nfrom fastapi import FastAPI\napp = FastAPI()\nif os.getenv('APP_ENV', 'dev') == 'production':\n    SECURE = True\nelse:\n    SECURE = False\n", Level: preflight.Warn},
			},
			Fine: []checktest.Case{
				{Name: "production unless told otherwise", Files: renderPy + "-- main.py --\nimport os\nfrom fastapi import FastAPI\nif os.getenv('APP_ENV', 'production') == 'production':\n    if not os.getenv('KEY'):\n        raise SystemExit(1)\napp = FastAPI()\n", State: preflight.StateNotApplicable},
				{Name: "NODE_ENV on a platform that sets it", Files: "-- Procfile --\nweb: node server.js\n-- server.js --\nconst app = require('express')()\nif (process.env.NODE_ENV === 'production') { if (!process.env.KEY) { throw new Error('KEY') } }\napp.listen(process.env.PORT)\n", State: preflight.StatePass},
				{Name: "a path that sets it", Files: env05.Good, State: preflight.StatePass},
			},
		},
		{Check: env06,
			Faulty: []checktest.Case{
				{Name: "a Node server that reads five", Files: "-- server.js --\nconst app = require('express')()\nconst c = { a: process.env.SMTP_HOST, b: process.env.SMTP_LOGIN, c: process.env.BUCKET, d: process.env.QUEUE, e: process.env.SEARCH }\napp.listen(3000)\n"},
				{Name: "a FastAPI server that reads four", Files: env06.Bad},
			},
			Fine: []checktest.Case{
				{Name: "a test of one of them", Files: "-- server.js --\nconst app = require('express')()\nconst c = { a: process.env.SMTP_HOST, b: process.env.SMTP_LOGIN, c: process.env.BUCKET, d: process.env.QUEUE }\nif (!process.env.BUCKET) throw new Error('BUCKET')\napp.listen(3000)\n", State: preflight.StatePass},
				{Name: "defaults for all", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nA = os.getenv('LEVEL', 'info'), os.getenv('NAME', 'x'), os.getenv('SIZE', '1'), os.getenv('LANGUAGE', 'en')\napp = FastAPI()\n", State: preflight.StatePass},
			},
		},
		{Check: env07,
			Faulty: []checktest.Case{
				{Name: "a blueprint with a template's host", Files: renderPy + "    envVars:\n      - key: FRONTEND_URL\n        value: https://your-app.example.com\n" + settings, At: "render.yaml:7"},
				{Name: "an env file for production", Files: "-- .env.production --\nSMTP_HOST=<your smtp host>\n", At: ".env.production:1"},
				{Name: "a workflow that deploys", Files: "-- .github/workflows/d.yml --\non: push\njobs:\n  d:\n    env:\n      VITE_API_URL: https://api.yourdomain.com\n    steps:\n      - run: flyctl deploy\n", Says: "VITE_API_URL"},
			},
			Fine: []checktest.Case{
				{Name: "an example file", Files: "-- .env.example --\nSMTP_HOST=<your smtp host>\n-- .env.production --\nA=1\n", State: preflight.StatePass},
				{Name: "words that only look like it", Files: renderPy + "    envVars:\n      - key: GREETING\n        value: welcome to yourself\n      - key: FLAGS\n        value: '{\"a\": 1}'\n      - key: HOSTS\n        value: '[\"a.net\"]'\n" + settings, State: preflight.StatePass},
			},
		},
		{Check: env08,
			Faulty: []checktest.Case{
				{Name: "blanks around the sign", Files: "-- .env.production --\nA_NAME = value\n", At: ".env.production:1"},
				{Name: "a name twice", Files: "-- .env --\nLEVEL=debug\nOTHER=1\nLEVEL=info\n", At: ".env:3"},
				{Name: "a colon as in YAML", Files: "-- deploy.env --\nSMTP_HOST: mail.acme.net\n", At: "deploy.env:1"},
			},
			Fine: []checktest.Case{
				{Name: "comments, quotes and export", Files: "-- .env.production --\n# A = b: c\nexport A=\"x y\"\nB='it is # not a comment'\nC=\n", State: preflight.StatePass},
				{Name: "a test environment", Files: "-- .env.test --\nA = b\n", State: preflight.StatePass},
			},
		},
		{Check: env09,
			Faulty: []checktest.Case{
				{Name: "commas for a list", Files: env09.Bad, At: "docker-compose.prod.yml:5"},
				{Name: "words for a number", Files: renderPy + "    envVars:\n      - key: POOL_SIZE\n        value: ten\n-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    pool_size: int = 5\ns = Settings()\napp = FastAPI()\n", Says: "a number"},
			},
			Fine: []checktest.Case{
				{Name: "a validator that splits", Files: renderPy + "    envVars:\n      - key: HOSTS\n        value: a.net,b.net\n-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic import field_validator\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    hosts: list[str] = []\n    @field_validator('hosts', mode='before')\n    def split(cls, v):\n        return v.split(',')\ns = Settings()\napp = FastAPI()\n", State: preflight.StatePass},
				{Name: "a text field with commas", Files: renderPy + "    envVars:\n      - key: CORS_ORIGINS\n        value: https://a.net,https://b.net\n" + settings, State: preflight.StatePass},
			},
		},
		{Check: env10,
			Faulty: []checktest.Case{
				{Name: "a local file in a production compose file", Files: "-- compose.prod.yaml --\nservices:\n  api:\n    build: .\n    env_file: [.env.local]\n-- .env.local --\nA=1\n" + image},
				{Name: "a loader that wins over the platform", Files: "-- .env --\nLEVEL=debug\n-- main.py --\nfrom dotenv import load_dotenv\nfrom fastapi import FastAPI\nload_dotenv(override=True)\napp = FastAPI()\n", At: "main.py:3"},
			},
			Fine: []checktest.Case{
				{Name: "a loader that yields", Files: "-- .env --\nLEVEL=debug\n-- main.py --\nfrom dotenv import load_dotenv\nfrom fastapi import FastAPI\nload_dotenv()\napp = FastAPI()\n", State: preflight.StatePass},
				{Name: "a compose file for development", Files: "-- compose.dev.yaml --\nservices:\n  api:\n    build: .\n    env_file: [.env.local]\n-- .env.local --\nA=1\n" + image, State: preflight.StatePass},
			},
		},
		{Check: env11,
			Faulty: []checktest.Case{
				{Name: "Django that is debug by default", Files: renderPy + "    envVars:\n      - key: A\n        value: b\n-- main.py --\nfrom django.core.wsgi import get_wsgi_application\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napp = get_wsgi_application()\n-- shop/settings.py --\nimport os\nROOT_URLCONF = 'shop.urls'\nDEBUG = os.getenv('DEBUG', 'True') == 'True'\n", At: "shop/settings.py:3"},
				{Name: "a variable of fly.toml", Files: "-- fly.toml --\napp = 'x'\n[env]\n  FLASK_DEBUG = '1'\n" + image + app, At: "fly.toml:3"},
				{Name: "Flask started by python", Files: env11.Bad, At: "app.py:4"},
			},
			Fine: []checktest.Case{
				{Name: "a settings module for development", Files: renderPy + "-- main.py --\nfrom django.core.wsgi import get_wsgi_application\napp = get_wsgi_application()\n-- shop/settings/dev.py --\nROOT_URLCONF = 'shop.urls'\nDEBUG = True\n"},
				{Name: "a debug argument behind gunicorn", Files: env11.Good},
				{Name: "off by default", Files: renderPy + "-- main.py --\nfrom django.core.wsgi import get_wsgi_application\nimport os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napp = get_wsgi_application()\n-- shop/settings.py --\nimport os\nROOT_URLCONF = 'shop.urls'\nDEBUG = os.getenv('DEBUG', 'False') == 'True'\n"},
			},
		},
		{Check: env12,
			Faulty: []checktest.Case{
				{Name: "a slip on the platform", Files: settings, Edit: platform("ANTRHOPIC_API_KEY", "ENVIRONMENT"), Says: "The platform has ANTRHOPIC_API_KEY"},
				{Name: "a required name that is missing", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nB = os.environ['BUCKET_NAME']\napp = FastAPI()\n", Edit: platform("OTHER"), Says: "BUCKET_NAME"},
			},
			Fine: []checktest.Case{
				{Name: "all names there", Files: settings, Edit: platform("ANTHROPIC_API_KEY", "ENVIRONMENT"), State: preflight.StatePass},
				{Name: "a default that works", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nB = os.getenv('LEVEL', 'info')\napp = FastAPI()\n", Edit: platform("OTHER"), State: preflight.StatePass},
			},
		},
		{Check: env13,
			Faulty: []checktest.Case{
				{Name: "a letter missing in the field", Files: env13.Bad, At: "main.py:4"},
				{Name: "letters exchanged in the use", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    upload_folder: str = ''\nsettings = Settings()\napp = FastAPI()\nprint(settings.uplaod_folder)\n"},
			},
			Fine: []checktest.Case{
				{Name: "fields that are used", Files: settings, State: preflight.StatePass},
				{Name: "an unused field without a neighbour", Files: "-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    retention_days: int = 3\n    timezone: str = 'UTC'\nsettings = Settings()\napp = FastAPI()\nprint(settings.timezone)\n", State: preflight.StatePass},
			},
		},
		{Check: env14,
			Faulty: []checktest.Case{
				{Name: "uvicorn alone", Files: env14.Bad},
				{Name: "a migration before the server, and no check", Files: "-- Procfile --\nrelease: alembic upgrade head\nweb: uvicorn main:app\n" + "-- main.py --\nimport os\nfrom fastapi import FastAPI\nKEY = os.getenv('SEARCH_API_KEY', '')\napp = FastAPI()\n"},
			},
			Fine: []checktest.Case{
				{Name: "a script in the start command", Files: env14.Good, State: preflight.StatePass},
				{Name: "required settings", Files: "-- main.py --\nimport os\nfrom fastapi import FastAPI\nKEY = os.environ['SEARCH_API_KEY']\napp = FastAPI()\n", State: preflight.StatePass},
			},
		},
		{Check: auth06,
			Faulty: []checktest.Case{
				{Name: "http in an env file for production", Files: "-- .env.production --\nMICROSOFT_REDIRECT_URI=http://ba.acme.net/auth/callback\n", Says: "https only"},
				{Name: "this machine in a blueprint", Files: renderPy + "    envVars:\n      - key: FRONTEND_URL\n        value: http://localhost:3000\n" + settings, Says: "this machine"},
			},
			Fine: []checktest.Case{
				{Name: "https", Files: auth06.Good, State: preflight.StatePass},
				{Name: "a development file", Files: "-- .env.dev --\nGOOGLE_REDIRECT_URI=http://localhost:8000/cb\n", State: preflight.StateNotApplicable},
			},
		},
		{Check: tls07,
			Faulty: []checktest.Case{
				{Name: "an env file for production", Files: tls07.Bad},
				{Name: "a blueprint", Files: renderPy + "    envVars:\n      - key: SEARCH_ENDPOINT\n        value: http://search.acme.io:9200\n" + settings, Says: "search.acme.io"},
			},
			Fine: []checktest.Case{
				{Name: "names inside", Files: "-- compose.prod.yaml --\nservices:\n  api:\n    build: .\n    environment:\n      A_URL: http://backend:8000\n      B_URL: http://10.0.0.4/x\n      C_URL: http://api.railway.internal\n" + image, State: preflight.StatePass},
				{Name: "a namespace", Files: "-- .env.production --\nXML_NAMESPACE=http://schemas.acme.net/x\n", State: preflight.StatePass},
			},
		},
		{Check: key05,
			Faulty: []checktest.Case{
				{Name: "a published default in compose", Files: key05.Bad, At: "docker-compose.yml:5"},
				{Name: "the example's value in production", Files: "-- .env.example --\nSESSION_SECRET=replace_this_session_value\n-- .env.production --\nSESSION_SECRET=replace_this_session_value\n", At: ".env.production:1"},
				{Name: "a fallback of compose", Files: "-- compose.yaml --\nservices:\n  api:\n    build: .\n    environment:\n      SECRET_KEY: ${SECRET_KEY:-changeme}\n" + image, Level: preflight.Warn},
			},
			Fine: []checktest.Case{
				{Name: "a generated value", Files: renderPy + "    envVars:\n      - key: SECRET_KEY\n        generateValue: true\n" + settings, State: preflight.StateNotApplicable},
				{Name: "an example and a development file", Files: "-- .env.example --\nSECRET_KEY=changeme\n-- docker-compose.dev.yml --\nservices:\n  api:\n    build: .\n    environment:\n      SECRET_KEY: changeme\n" + image, State: preflight.StateNotApplicable},
				{Name: "a real key", Files: "-- .env.production --\nSECRET_KEY=" + noise + "\n", State: preflight.StatePass},
			},
		},
		{Check: key06,
			Faulty: []checktest.Case{
				{Name: "seven characters", Files: key06.Bad},
				{Name: "a short key in fly.toml", Files: "-- fly.toml --\napp = 'x'\n[env]\n  JWT_SECRET = 'k9Xw2Lm0'\n" + image},
			},
			Fine: []checktest.Case{
				{Name: "a long one", Files: "-- .env.production --\nSECRET_KEY=" + noise + "\n", State: preflight.StatePass},
				{Name: "a reference", Files: "-- .env.production --\nSECRET_KEY=${SECRET_KEY}\n", State: preflight.StateNotApplicable},
			},
		},
		{Check: sec06,
			Faulty: []checktest.Case{
				{Name: "fly.toml", Files: sec06.Bad, At: "fly.toml:3"},
				{Name: "an ARG with a value", Files: "-- Dockerfile --\nFROM node:22\nARG NPM_TOKEN=" + noise + "\nCMD [\"node\", \"a.js\"]\n", At: "Dockerfile:2"},
				{Name: "a Secret of Kubernetes", Files: "-- k8s/secret.yaml --\napiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData:\n  API_TOKEN: " + noise + "\n-- fly.toml --\napp = 'x'\n", At: "k8s/secret.yaml:6"},
				{Name: "a connection string in a workflow", Files: "-- .github/workflows/d.yml --\non: push\nenv:\n  DATABASE_URL: postgres" + "ql://app:" + noise[:20] + "@db.prod-host.net/app\njobs:\n  d:\n    steps:\n      - run: ./x\n", Says: "DATABASE_URL"},
			},
			Fine: []checktest.Case{
				{Name: "references and the secret store", Files: renderPy + "    envVars:\n      - key: A_SECRET\n        sync: false\n      - key: B_SECRET\n        generateValue: true\n-- compose.yaml --\nservices:\n  a:\n    image: a\n    environment:\n      C_TOKEN: ${C_TOKEN}\n      POSTGRES_PASSWORD: postgres\n", State: preflight.StatePass},
				{Name: "a compose file for development", Files: "-- compose.dev.yaml --\nservices:\n  a:\n    image: a\n    environment:\n      C_TOKEN: " + noise + "\n", State: preflight.StatePass},
			},
		},
	}
}

// platform gives a run a list of names.
func platform(names ...string) func(*check.Input) {
	return func(in *check.Input) {
		in.Names = map[string]bool{}
		for _, n := range names {
			in.Names[n] = true
		}
	}
}
