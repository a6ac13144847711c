package manifest

import (
	"regexp"
	"strings"
)

var deployActions = regexp.MustCompile(`(?i)deploy|firebase-hosting|flyctl|railway|netlify|vercel|gh-pages|pages-artifact|build-push-action|wrangler|ssh-action|scp-action|ftp|cloud-run|appengine|azure/webapps|render`)

var deployCommands = regexp.MustCompile(`(?i)\b(?:fly(?:ctl)? deploy|railway up|firebase deploy|firebase hosting|gcloud (?:run|app|builds)|vercel\b.*--prod|netlify deploy|docker(?: image)? push|docker buildx build.*--push|kubectl (?:apply|set|rollout)|helm upgrade|wrangler|rsync|scp |aws s3 (?:sync|cp)|az webapp|gh-pages|peanut deploy|surge |eb deploy|heroku container)`)

// Publishes reports whether a shell text has a command that puts something on a
// server: firebase deploy, fly deploy, rsync and their like.
func Publishes(text string) bool { return deployCommands.MatchString(text) }

// workflow reads a GitHub workflow: what its jobs run, and whether they publish something.
func (l *loader) workflow(file string) {
	src, ok := l.read(file, "workflow")
	if !ok {
		return
	}
	doc, problem := parseYAML(file, src)
	if problem != nil {
		l.problem(problem)
		return
	}
	w := &Workflow{File: file, Name: doc.text("name")}
	for _, j := range doc.get("jobs").pairs() {
		w.Jobs = append(w.Jobs, l.job(file, doc, j))
	}
	l.set.Flows = append(l.set.Flows, w)
}

func (l *loader) job(file string, doc *ynode, j pair) Job {
	job := Job{Name: j.key, Place: Place{file, j.line}, Env: map[string]Variable{}}
	addEnv := func(y *ynode) {
		for _, e := range y.pairs() {
			v := Variable{Name: e.key, Kind: Literal, Value: e.value.str(), Place: Place{file, e.line}}
			if strings.Contains(v.Value, "${{") {
				v.Kind, v.Ref, v.Value = Referenced, v.Value, ""
			}
			job.Env[e.key] = v
		}
	}
	addEnv(doc.get("env"))
	addEnv(j.value.get("env"))
	dir := j.value.text("defaults", "run", "working-directory")
	for _, s := range j.value.get("steps").items() {
		addEnv(s.get("env"))
		if u := s.text("uses"); u != "" {
			job.Uses = append(job.Uses, u)
			job.Deploys = job.Deploys || deployActions.MatchString(u)
		}
		run := s.get("run")
		if run.str() == "" {
			continue
		}
		at := Place{file, run.line()}
		if strings.Contains(run.str(), "\n") {
			at.Line++ // the text of a block begins below its key
		}
		c := Command{Text: run.str(), Place: at}
		if d := s.text("working-directory"); d != "" {
			c.dir = d
		} else {
			c.dir = dir
		}
		p := l.newPath(Unknown, file, "", at)
		p.Root = "."
		follow(l.t, l.finder(p), &c, nil, c.dir)
		job.Runs = append(job.Runs, c)
		job.Deploys = job.Deploys || deployCommands.MatchString(run.str())
	}
	return job
}
