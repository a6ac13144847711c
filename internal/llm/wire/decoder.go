package wire

import (
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/sse"
)

// Decoder reads the events of one response. Its errors are *llm.Error with
// Kind, Code and Msg; Broken makes one.
type Decoder interface {
	// Event takes one event and returns what it says, in order. A DeltaStop
	// ends the answer. Deltas that come with an error are yielded before it.
	Event(e sse.Event) ([]llm.Delta, error)
	// Ended reports whether the provider has said how the answer ended. What
	// may still come, such as counts, is not waited for long.
	Ended() bool
	// End returns the last deltas, with a DeltaStop, when the body is at its end
	// or broken. It returns nothing where the provider did not end the answer.
	End() ([]llm.Delta, error)
	// Size returns how many bytes of the answer came. While it does not grow,
	// the server makes no progress, however many pings it sends.
	Size() int
	// ID returns the provider's id of the answer, empty until it is known.
	ID() string
}

// maxAnswer bounds what a Decoder keeps of one answer: the longest output of
// any model, four times.
const maxAnswer = 16 << 20

// Meter counts the bytes of an answer for a Decoder and bounds them.
type Meter struct{ n int }

// Add counts n more bytes and fails over the limit.
func (m *Meter) Add(n int) error {
	if m.n += n; m.n > maxAnswer {
		return Broken("the answer is larger than 16 MiB", nil)
	}
	return nil
}

// Size returns the count.
func (m *Meter) Size() int { return m.n }
