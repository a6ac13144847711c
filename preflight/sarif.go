package preflight

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// sarifLog is the part of SARIF 2.1.0 that we write. Source:
// docs.oasis-open.org/sarif/sarif/v2.1.0.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool             `json:"tool"`
	Invocations []sarifInvocation     `json:"invocations"`
	BaseIDs     map[string]sarifPlace `json:"originalUriBaseIds,omitempty"`
	Results     []sarifResult         `json:"results"`
	Columns     string                `json:"columnKind"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	URI     string      `json:"informationUri"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID      string         `json:"id"`
	Short   sarifText      `json:"shortDescription"`
	Full    *sarifText     `json:"fullDescription,omitempty"`
	Help    *sarifText     `json:"help,omitempty"`
	Default sarifDefault   `json:"defaultConfiguration"`
	Extra   map[string]any `json:"properties"`
}

type sarifDefault struct {
	Level string `json:"level"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifInvocation struct {
	Successful bool                `json:"executionSuccessful"`
	Exit       int                 `json:"exitCode"`
	Notes      []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Kind         string             `json:"kind"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Baseline     string             `json:"baselineState,omitempty"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Extra        map[string]any     `json:"properties,omitempty"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
	Message  *sarifText    `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifPlace   `json:"artifactLocation"`
	Region   *sarifRegion `json:"region,omitempty"`
}

type sarifPlace struct {
	URI    string `json:"uri,omitempty"`
	BaseID string `json:"uriBaseId,omitempty"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

// WriteSARIF writes the findings as SARIF 2.1.0, for code scanning services.
// Fingerprints survive moved lines; suppressed and known findings say so.
func (r *Report) WriteSARIF(w io.Writer, strict bool) error {
	run := sarifRun{
		Tool:    sarifTool{sarifDriver{Name: "preflight", Version: r.Tool.Version, URI: "https://github.com/ba-assistant/ba-assistant", Rules: []sarifRule{}}},
		BaseIDs: map[string]sarifPlace{"SRCROOT": {}},
		Results: []sarifResult{},
		Columns: "utf16CodeUnits",
	}
	inv := sarifInvocation{Successful: len(r.Errors) == 0, Exit: r.ExitCode(strict)}
	for _, e := range r.Errors {
		inv.Notes = append(inv.Notes, sarifNotification{"error", sarifText{oneLine(e)}})
	}
	run.Invocations = []sarifInvocation{inv}
	index := map[string]int{}
	for _, f := range r.Findings {
		at, ok := index[f.ID]
		if !ok {
			at = len(run.Tool.Driver.Rules)
			index[f.ID] = at
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, r.rules[f.ID].sarif())
		}
		res := f.sarif()
		res.RuleIndex = at
		run.Results = append(run.Results, res)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

var sarifLevels = map[Level]string{Fail: "error", Warn: "warning", Info: "none", Question: "none"}

var sarifKinds = map[Level]string{Fail: "fail", Warn: "fail", Info: "informational", Question: "review"}

func (r *Rule) sarif() sarifRule {
	out := sarifRule{ID: r.ID, Short: sarifText{r.Title}, Default: sarifDefault{sarifLevels[r.Level]}, Extra: map[string]any{"tags": append([]string{"deployment"}, r.Rows...)}}
	if r.Why != "" {
		out.Full = &sarifText{r.Why}
	}
	if r.Fix != "" {
		out.Help = &sarifText{r.Fix}
	}
	return out
}

func (f *Finding) sarif() sarifResult {
	out := sarifResult{
		RuleID: f.ID, Kind: sarifKinds[f.Level], Level: sarifLevels[f.Level],
		Message:      sarifText{oneLine(strings.Join(nonEmpty(f.Title+".", f.Detail, f.Fix), " "))},
		Locations:    []sarifLocation{},
		Fingerprints: map[string]string{"preflight/v1": f.Fingerprint},
	}
	if f.Path != "" {
		out.Extra = map[string]any{"path": oneLine(f.Path)}
	}
	for _, e := range f.Evidence {
		if loc, ok := e.sarif(); ok {
			out.Locations = append(out.Locations, loc)
		}
	}
	if f.Baseline {
		out.Baseline = "unchanged"
	}
	if f.Suppressed != "" {
		out.Suppressions = []sarifSuppression{{"external", oneLine(f.Suppressed)}}
	}
	return out
}

func (e Evidence) sarif() (sarifLocation, bool) {
	var loc sarifLocation
	switch {
	case e.File != "":
		loc.Physical.Artifact = sarifPlace{URI: (&url.URL{Path: "./" + e.File}).EscapedPath()[2:], BaseID: "SRCROOT"}
		if e.Line > 0 {
			loc.Physical.Region = &sarifRegion{e.Line}
		}
	case e.Request != "":
		_, address, ok := strings.Cut(e.Request, " ")
		u, err := url.Parse(strings.TrimSpace(firstWord(address)))
		if !ok || err != nil || u.Host == "" {
			return loc, false
		}
		loc.Physical.Artifact = sarifPlace{URI: u.String()}
	default:
		return loc, false
	}
	note := e.Note
	if e.Commit != "" {
		note = fmt.Sprintf("in commit %.12s; %s", e.Commit, note)
	}
	if note != "" {
		loc.Message = &sarifText{oneLine(note)}
	}
	return loc, true
}

func firstWord(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	return s
}
