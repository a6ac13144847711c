package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var man11 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAN-11",
		Title:   "Nothing in the repository says how it is deployed",
		Level:   preflight.Info,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Everything that matters then lives in a dashboard, where nobody reviews it and preflight cannot look.",
		Fix:     "Add a manifest of your platform to the repository.",
		Verify:  "preflight . lists a deployment path.",
		Detect:  "A program with routes, and no manifest, Dockerfile, Procfile or unit file.",
		Silent:  "Libraries and tools: there is no server.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {}\n",
		Good:    "-- Procfile --\nweb: uvicorn main:app --host 0.0.0.0 --port $PORT\n-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {}\n",
	},
	Run: runMan11,
}

func runMan11(_ context.Context, in *check.Input) preflight.Outcome {
	routes := in.Code.Routes()
	if len(routes) == 0 {
		return preflight.NotApplicable("no server was found: there is nothing to deploy")
	}
	for _, p := range in.Paths() {
		if p.Platform != manifest.Unknown {
			return preflight.Pass("deployment descriptions were found")
		}
	}
	f := preflight.Finding{Level: preflight.Info, Fix: template(routes[0]), Evidence: []preflight.Evidence{{File: routes[0].File, Line: routes[0].Line, Note: "a route"}}}
	f.Detail = fmt.Sprintf("There are %d routes, and nothing that says where they run.", len(routes))
	return preflight.Found(f)
}

// template is the smallest image for the language of a route.
func template(r repo.Route) string {
	lines := []string{"A Dockerfile to begin with:"}
	switch repo.LangOf(r.File) {
	case repo.Python:
		module := strings.ReplaceAll(strings.TrimSuffix(r.File, ".py"), "/", ".")
		lines = append(lines, "FROM python:3.13-slim", "WORKDIR /app", "COPY requirements.txt .", "RUN pip install --no-cache-dir -r requirements.txt", "COPY . .",
			fmt.Sprintf("CMD [\"sh\", \"-c\", \"exec uvicorn %s:app --host 0.0.0.0 --port ${PORT:-8000}\"]", module))
	case repo.Go:
		lines = append(lines, "FROM golang:1.26 AS build", "WORKDIR /src", "COPY . .", "RUN CGO_ENABLED=0 go build -o /app .", "FROM gcr.io/distroless/static:nonroot", "COPY --from=build /app /app", "CMD [\"/app\"]")
	default:
		lines = append(lines, "FROM node:24-slim", "WORKDIR /app", "COPY package*.json ./", "RUN npm ci --omit=dev", "COPY . .", "USER node", "CMD [\"npm\", \"start\"]")
	}
	return strings.Join(lines, "\n  ")
}
