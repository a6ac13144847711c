package chat

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// read returns a passage that was found with those around it. A number that no
// search returned is refused: a model reaches nothing but what it was shown,
// and what stands beside that.
func (t *toolbox) read(ctx context.Context, c llm.ToolCall) (outcome, error) {
	in, ok := arguments[prompt.ReadArguments](c)
	if !ok {
		return refusal(prompt.BadArguments), nil
	}
	from, known := t.known[in.N]
	if !known {
		return refusal(prompt.UnknownPassage), nil
	}
	passages, err := t.library.PassagesAround(ctx, t.actor, from.Passage, around, around)
	if ba.KindOf(err) == ba.NotFound {
		return refusal(prompt.PassageGone), nil
	}
	if err != nil {
		return outcome{}, err
	}
	hits := make([]ba.Hit, len(passages))
	for i, p := range passages {
		hits[i] = ba.Hit{Kind: ba.HitPassage, Project: t.project, Document: p.Document, Version: p.Version,
			Filename: from.Filename, Passage: p.ID, Locator: p.Locator, Text: p.Text}
	}
	out := t.found(hits)
	out.summary = "Read " + count(len(out.sources), "passage") + " of " + from.Filename
	return out, nil
}

// note writes down what the conversation left open, settled or took for
// granted. What the person may not do is told to the model.
func (t *toolbox) note(ctx context.Context, c llm.ToolCall) (outcome, error) {
	in, ok := arguments[prompt.NoteArguments](c)
	n := ba.Note{Project: t.project, Kind: ba.NoteKind(in.Kind), Text: strings.TrimSpace(in.Text), Message: t.question}
	if !ok || !n.Kind.Valid() {
		return refusal(prompt.BadArguments), nil
	}
	err := t.notes.TakeNote(ctx, t.actor, n)
	var refused *ba.Error
	if errors.As(err, &refused) && refused.Kind != ba.Internal && refused.Kind != ba.Unavailable {
		return refusal(fmt.Sprintf(prompt.NotNoted, refused.Msg)), nil
	}
	if err != nil {
		return outcome{}, err
	}
	return outcome{text: string(encode(prompt.Noted{Noted: in.Kind})), summary: "Noted: " + join(strings.Fields(strings.Map(plainRune, n.Text)))}, nil
}
