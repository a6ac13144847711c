package scan

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// ConfigFile is where a repository keeps what it accepts and what it answered.
const ConfigFile = ".preflight.yaml"

// config is the content of ConfigFile and of the comments in the code.
type config struct {
	suppressions []preflight.Suppression
	answers      map[string]check.Answer
	problems     []preflight.SuppressionProblem
}

type configFile struct {
	Suppress []struct {
		ID     string `yaml:"id"`
		Files  string `yaml:"files"`
		Reason string `yaml:"reason"`
		Until  string `yaml:"until"`
	} `yaml:"suppress"`
	Answers map[string]struct {
		Answer string `yaml:"answer"`
		Date   string `yaml:"date"`
	} `yaml:"answers"`
}

// readConfig reads the configuration file and the comments of every text file.
// What is wrong with them is in problems; the rest counts.
func readConfig(t *tree.Tree) *config {
	c := &config{answers: map[string]check.Answer{}}
	c.comments(t)
	if !t.Has(ConfigFile) {
		return c
	}
	src, err := t.Read(ConfigFile)
	if err != nil {
		c.bad("it could not be read")
		return c
	}
	var file configFile
	if err := load(src, &file); err != nil {
		c.bad("it could not be parsed: " + err.Error())
		return c
	}
	c.take(file)
	return c
}

func load(src []byte, file *configFile) (err error) {
	defer func() {
		if r := recover(); r != nil { // a parser that gives up must not end the run
			err = fmt.Errorf("the parser gave up")
		}
	}()
	return yaml.Unmarshal(src, file)
}

func (c *config) bad(msg string) {
	c.problems = append(c.problems, preflight.SuppressionProblem{File: ConfigFile, Msg: msg})
}

var idPattern = regexp.MustCompile(`^[A-Z]{2,5}-\d\d$`)

func (c *config) take(file configFile) {
	for _, s := range file.Suppress {
		out := preflight.Suppression{ID: s.ID, Files: s.Files, Reason: strings.TrimSpace(s.Reason)}
		switch {
		case !idPattern.MatchString(s.ID):
			c.bad(fmt.Sprintf("a suppression names no check: %q", s.ID))
			continue
		case out.Reason == "":
			c.bad("the suppression of " + s.ID + " gives no reason, so it does not count")
			continue
		case s.Until != "":
			until, err := time.Parse(time.DateOnly, s.Until)
			if err != nil {
				c.bad("the date of the suppression of " + s.ID + " is not YYYY-MM-DD")
				continue
			}
			out.Until = until
		}
		c.suppressions = append(c.suppressions, out)
	}
	for id, a := range file.Answers {
		date, err := time.Parse(time.DateOnly, a.Date)
		if err != nil || strings.TrimSpace(a.Answer) == "" {
			c.bad("the answer to " + id + " needs an answer and a date as YYYY-MM-DD")
			continue
		}
		c.answers[id] = check.Answer{Text: strings.TrimSpace(a.Answer), Date: date}
	}
}

const marker = "preflight:ignore"

// comments reads the suppressions that stand beside the lines they accept.
func (c *config) comments(t *tree.Tree) {
	for _, f := range t.Files() {
		if f.Size > tree.MaxRead || f.Size < int64(len(marker)) || f.Path == ConfigFile || prose(f.Path) {
			continue
		}
		src, err := t.Read(f.Path)
		if err != nil || !bytes.Contains(src, []byte(marker)) {
			continue
		}
		list, problems := preflight.Comments(f.Path, t.Text(f.Path))
		c.suppressions = append(c.suppressions, list...)
		c.problems = append(c.problems, problems...)
	}
}

// prose is documentation: it may explain the comment without meaning it.
func prose(path string) bool {
	for _, ext := range []string{".md", ".mdx", ".rst", ".txt", ".adoc"} {
		if strings.HasSuffix(path, ext) {
			return true
		}
	}
	return false
}
