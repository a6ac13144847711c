package question

import (
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

const (
	plain   = "-- tool.py --\nprint(1)\n"
	google  = "-- main.py --\nimport os\nfrom fastapi import FastAPI\nID = os.environ['GOOGLE_CLIENT_ID']\nSECRET = os.environ['GOOGLE_CLIENT_SECRET']\napp = FastAPI()\n@app.get('/auth/google/login')\ndef login():\n    return {}\n"
	claude  = "-- main.py --\nimport os\nfrom fastapi import FastAPI\nKEY = os.environ['ANTHROPIC_API_KEY']\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {}\n"
	signing = "-- main.py --\nimport os\nfrom fastapi import FastAPI\nKEY = os.environ['SECRET_KEY']\napp = FastAPI()\n"
	sqlite  = "-- main.py --\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine('sqlite:///./a.db')\napp = FastAPI()\n"
	disk    = "-- fly.toml --\napp = 'x'\n[mounts]\n  source = 'd'\n  destination = '/data'\n"
	stream  = "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\n@app.get('/s')\ndef s():\n    return StreamingResponse(iter(()), media_type='text/event-stream')\n"
)

// applies says for which repository each question is asked; none is asked of a plain tool.
var applies = map[string]string{
	"AUTH-15": google, "SEC-14": claude, "KEY-10": signing, "DATA-10": sqlite, "DATA-19": disk, "SSE-14": stream, "SSE-15": claude, "LOG-05": claude,
	"ERR-03": claude, "RATE-04": claude, "OPS-01": google, "OPS-02": google, "OPS-03": google, "OPS-04": claude, "OPS-05": disk, "OPS-06": sqlite, "OPS-07": claude,
}

func suites() []checktest.Suite {
	var out []checktest.Suite
	for _, c := range Checks() {
		out = append(out, checktest.Suite{Check: c,
			Faulty: []checktest.Case{{Name: "the application that it is about", Files: applies[c.ID]}},
			Fine: []checktest.Case{
				{Name: "a tool without a server", Files: plain, State: preflight.StateNotApplicable},
				{Name: "an answer of last month", Files: applies[c.ID], Edit: answered(c.ID, -30), State: preflight.StatePass},
				{Name: "an answer of last year, and asks again", Files: applies[c.ID], Edit: answered(c.ID, -400), State: preflight.StateQuestion},
			},
		})
	}
	return out
}

func answered(id string, days int) func(*check.Input) {
	return func(in *check.Input) {
		in.Answers = map[string]check.Answer{id: {Text: "yes", Date: checktest.Now.Add(time.Duration(days) * 24 * time.Hour)}}
	}
}

func TestEveryQuestionIsAskedWhereItAppliesAndCanBeAnswered(t *testing.T) {
	for _, s := range suites() {
		s.Run(t)
	}
}

func TestEveryQuestionSaysWhyAProgramCannotKnow(t *testing.T) {
	checktest.Cover(t, Checks(), suites())
}
