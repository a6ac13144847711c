package artifact_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/artifact"
)

// sides returns the two texts that a comparison was made of.
func sides(runs []artifact.Run) (before, after string) {
	for _, r := range runs {
		if r.State != artifact.Added {
			before += r.Text
		}
		if r.State != artifact.Removed {
			after += r.Text
		}
	}
	return before, after
}

func TestTheWordsThatChangedAreFound(t *testing.T) {
	got := artifact.Words("Patients may cancel up to 48 hours before.", "Patients may cancel or move up to 24 hours before.")
	want := []artifact.Run{{State: artifact.Same, Text: "Patients may cancel "}, {State: artifact.Added, Text: "or move "}, {State: artifact.Same, Text: "up to "},
		{State: artifact.Removed, Text: "48"}, {State: artifact.Added, Text: "24"}, {State: artifact.Same, Text: " hours before."}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if got := artifact.Words("same", "same"); !reflect.DeepEqual(got, []artifact.Run{{State: artifact.Same, Text: "same"}}) {
		t.Errorf("no change is %+v", got)
	}
	if got := artifact.Words("", ""); len(got) != 0 {
		t.Errorf("nothing is %+v", got)
	}
}

func TestAComparisonHoldsBothTextsWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	vocabulary := []string{"a", "b", "c", "the", " ", ", ", "\n\n", "приём", "约", "🙂", "24", "-"}
	text := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(vocabulary[random.IntN(len(vocabulary))])
		}
		return b.String()
	}
	for range 2000 {
		before, after := text(random.IntN(40)), text(random.IntN(40))
		x, y := sides(artifact.Words(before, after))
		if x != before || y != after {
			t.Fatalf("%q and %q became %q and %q", before, after, x, y)
		}
	}
	before, after := text(9000), text(9000)
	if x, y := sides(artifact.Words(before, after)); x != before || y != after {
		t.Error("two long texts that have little in common are not whole")
	}
}
