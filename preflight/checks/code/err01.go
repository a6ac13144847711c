package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var err01 = check.Check{
	Rule: preflight.Rule{
		ID:      "ERR-01",
		Title:   "Users see raw errors",
		Level:   preflight.Info,
		Rows:    []string{"C10", "U2"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "A text from a library tells users nothing about what to do, and tells attackers what runs inside.",
		Fix:     "Answer with a code and a sentence for the user (what happened, whether trying again helps), and write the cause to the log.",
		Verify:  "Break the database and use the page: the message must be one that you wrote.",
		Detect:  "An answer with an error holds the text of the exception or a stack trace.",
		Silent:  "Messages of the program's own errors; conditions on the environment.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI, HTTPException\napp = FastAPI()\n@app.get('/x')\ndef x():\n    try:\n        return work()\n    except Exception as e:\n        raise HTTPException(500, detail=str(e))\n",
		Good:    "-- main.py --\nfrom fastapi import FastAPI, HTTPException\napp = FastAPI()\n@app.get('/x')\ndef x():\n    try:\n        return work()\n    except Exception:\n        raise HTTPException(500, detail='The report could not be made. Try again in a minute.')\n",
	},
	Run: runErr01,
}

func runErr01(_ context.Context, in *check.Input) preflight.Outcome {
	if !serves(in) {
		return preflight.NotApplicable("no routes were found in the code")
	}
	var evidence []preflight.Evidence
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		switch last {
		case "HTTPException", "JSONResponse", "jsonify", "json", "send", "JSON", "Error", "JsonResponse":
		default:
			return
		}
		if !clientSide(in, m) && !in.Code.Mode(s.Guards) && rawError(m, s) {
			evidence = append(evidence, here(in, s, "the text of the exception"))
		}
	})
	if len(evidence) == 0 {
		return preflight.Pass("")
	}
	return preflight.Found(preflight.Finding{Level: preflight.Info, Evidence: first(evidence, 4), Detail: count(len(evidence), "answer") + " with the text of an exception."})
}

// rawError reports whether an answer holds the text of a caught exception.
func rawError(m *repo.Module, s *repo.Site) bool {
	for _, a := range s.Node.List {
		if contains(a, func(n *node) bool {
			switch {
			case n.Is(syntax.Call) && syntax.Last(n.X) == "format_exc":
				return true
			case n.Is(syntax.Call) && (syntax.Last(n.X) == "str" || syntax.Last(n.X) == "repr") && len(n.List) == 1:
				return caught(syntax.Last(n.List[0]))
			case n.Is(syntax.Attr) && (n.Name == "message" || n.Name == "stack"), n.Is(syntax.Attr) && n.Name == "Error" && m.File.Lang == repo.Go:
				return n.X.Is(syntax.Name) && caught(n.X.Name)
			}
			return false
		}) {
			return true
		}
	}
	return false
}

func caught(name string) bool {
	switch name {
	case "e", "err", "error", "exc", "ex", "exception":
		return true
	}
	return false
}
