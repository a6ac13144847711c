package artifact_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/replay"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// titleOf returns the title of the section that a request asks for.
func titleOf(r llm.Request) string {
	line, _, _ := strings.Cut(r.Messages[0].Text, "\n")
	return strings.TrimPrefix(line, "Section to write: ")
}

// writing returns a model that writes the script of each section's title, and
// the text for all others.
func writing(text string, scripts map[string]replay.Script) *replay.Provider {
	return replay.Answering("model", llm.NoWait, func(r llm.Request) (replay.Script, bool) {
		if s, known := scripts[titleOf(r)]; known {
			return s, true
		}
		return replay.Text(text), true
	})
}

// withRules stores a document with three requirements and an aim.
func (d *desk) withRules() {
	d.t.Helper()
	storetest.Document(d.t, d.db, d.editor, d.project, "Rules.md", "We want to let patients cancel online. The system must send a reminder. The system should keep a log of changes.",
		"The goal of the project is fewer calls at reception.")
}

func TestWhatAModelMakesUpIsTakenOutOrLabelledAndSaid(t *testing.T) {
	text := "Fewer calls are wanted [1].\n\n" +
		"Reminders go out, see REQ-0001 and REQ-9999, as the plan says [77].\n\n" +
		"The board has decided to invest two million.\n\n" +
		"- \"the moon is made of cheese entirely\" [1]\n" +
		"- What is still open?\n\n" +
		"| Who | What |\n| --- | --- |\n| Reception | fewer calls each day [1] |\n| The board | pays for all of it |\n\n" +
		"<script>alert(1)</script>These two lines are one statement\nwhich rests on a source [1]."
	m := writing(text, nil)
	d := newDesk(t, m)
	d.withRules()
	v := d.ended(d.ask(ba.ArtifactBRD, "").ID, ba.ArtifactReady)
	d.sound(v)
	s := section(t, v, "objectives")
	for _, want := range []string{
		"Fewer calls are wanted [1].\n", "see REQ-0001 and (no such requirement), as the plan says.\n",
		"two million. *(assumption)*\n", "entirely\" [1] *(assumption)*\n", "- What is still open?\n",
		"| Reception | fewer calls each day [1] |\n", "| The board | pays for all of it *(assumption)* |", "which rests on a source [1].",
	} {
		if !strings.Contains(s.Text, want) {
			t.Errorf("the text lacks %q:\n%s", want, s.Text)
		}
	}
	if strings.Contains(s.Text, "<script>") || strings.Contains(s.Text, "source [1]. *(") {
		t.Errorf("the text is\n%s", s.Text)
	}
	for _, want := range []string{"REQ-9999 was taken out", "[77] was taken out", "1 quotation stands in no source", "2 statements rest on no source"} {
		if !strings.Contains(strings.Join(s.Remarks, "\n"), want) {
			t.Errorf("no remark says %q: %q", want, s.Remarks)
		}
	}
	for _, r := range m.Requests() {
		if len(r.Tools) > 0 || !strings.Contains(r.System, "You have no tools") {
			t.Error("the model was offered tools")
		}
	}
	if got := section(t, v, "requirements_must"); got.Text != "1 requirement, each with a quote of its source." || len(got.Requirements) != 1 {
		t.Errorf("a model wrote the list of requirements: %+v", got)
	}
}

func TestASectionThatTheOutputLimitCutsIsContinued(t *testing.T) {
	cut := func(text string) replay.Script { return append(replay.Pieces(text), replay.Stop(llm.StopLength)) }
	calls := 0
	m := replay.Answering("model", llm.NoWait, func(r llm.Request) (replay.Script, bool) {
		if titleOf(r) != "Risks" {
			return replay.Text("Fewer calls are wanted [1]."), true
		}
		calls++
		switch calls {
		case 1:
			return cut("The vendor may "), true
		case 2:
			if n := len(r.Messages); r.Messages[n-1].Text != prompt.GoOn || r.Messages[n-2].Text != "The vendor may " {
				return nil, false
			}
			return cut("be late"), true
		}
		return replay.Text(" again [1]."), true
	})
	d := newDesk(t, m)
	d.withRules()
	v := d.ended(d.ask(ba.ArtifactBRD, "").ID, ba.ArtifactReady)
	if s := section(t, v, "risks"); s.Text != "The vendor may be late again [1]." || !s.Done {
		t.Errorf("risks %+v", s)
	}
}

func TestASectionThatNeverEndsIsSaidAndNotCutSilently(t *testing.T) {
	m := replay.Answering("model", llm.NoWait, func(r llm.Request) (replay.Script, bool) {
		if titleOf(r) == "Context" {
			return append(replay.Pieces("more and "), replay.Stop(llm.StopLength)), true
		}
		return replay.Text("Fewer calls are wanted [1]."), true
	})
	d := newDesk(t, m)
	d.withRules()
	v := d.ended(d.ask(ba.ArtifactBRD, "").ID, ba.ArtifactInterrupted)
	s := section(t, v, "context")
	if s.Done || !strings.HasPrefix(s.Text, "more and more and ") || v.Failure.Code != "section_too_long" || !strings.Contains(v.Failure.Msg, `"Context"`) || v.Progress.Done != 1 {
		t.Errorf("section %+v, failure %+v, progress %+v", s, v.Failure, v.Progress)
	}
}

func TestAFaultOfTheProviderKeepsTheSectionsAndContinueWritesTheRest(t *testing.T) {
	broken := true
	m := replay.Answering("model", llm.NoWait, func(r llm.Request) (replay.Script, bool) {
		if titleOf(r) == "Flows" && broken {
			return append(replay.Pieces("Half of "), replay.Step{Cut: true}), true
		}
		return replay.Text(titleOf(r) + " by the model [1].\n"), true
	})
	d := newDesk(t, m)
	d.withRules()
	v := d.ended(d.ask(ba.ArtifactBRD, "").ID, ba.ArtifactFailed)
	if v.Failure.Code != "provider_error" || !v.Failure.Retryable || v.Progress.Done != 4 {
		t.Fatalf("failure %+v, progress %+v", v.Failure, v.Progress)
	}
	asked := len(m.Requests())
	broken = false
	if _, err := d.Continue(t.Context(), d.editor, v.ID); err != nil {
		t.Fatal(err)
	}
	v = d.ended(v.ID, ba.ArtifactReady)
	d.sound(v)
	if s := section(t, v, "flows"); s.Text != "Flows by the model [1]." {
		t.Errorf("flows %q", s.Text)
	}
	for _, r := range m.Requests()[asked:] {
		if slices.Contains([]string{"Executive summary", "Context", "Objectives", "Personas"}, titleOf(r)) {
			t.Errorf("%s was written twice", titleOf(r))
		}
	}
	if v.Version != 1 {
		t.Errorf("version %d", v.Version)
	}
	if _, err := d.Continue(t.Context(), d.editor, v.ID); ba.KindOf(err) != ba.Conflict {
		t.Errorf("to go on with what is complete: %v", err)
	}
}

func TestAModelIsPaidForAndItsUsageIsCounted(t *testing.T) {
	m := replay.Answering("model", llm.NoWait, func(llm.Request) (replay.Script, bool) {
		return append(append(replay.Pieces("Fewer calls are wanted [1]."), replay.Usage(100, 7)), replay.Stop(llm.StopEnd)), true
	})
	d := newDesk(t, m)
	d.withRules()
	v := d.ended(d.ask(ba.ArtifactBRD, "").ID, ba.ArtifactReady)
	n := int64(len(m.Requests()))
	if n == 0 || v.Usage.InputTokens != 100*n || v.Usage.OutputTokens != 7*n {
		t.Errorf("usage %+v of %d calls", v.Usage, n)
	}
}
