package export

import (
	"io"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
)

// tenThousand is the largest list that a project may have.
func tenThousand() Input {
	var list []ba.Requirement
	for i := range 167 {
		for _, r := range longTable() {
			r.Number = i*60 + r.Number
			r.Statement = r.Statement[:min(len(r.Statement), 300)]
			list = append(list, r)
		}
	}
	return listOf(list[:10_000])
}

func BenchmarkWrite10000Requirements(b *testing.B) {
	in := tenThousand()
	for _, f := range Formats {
		b.Run(string(f), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := Write(io.Discard, f, in, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReadAndCompare10000Requirements(b *testing.B) {
	in := tenThousand()
	for _, f := range readable {
		data := written(b, f, in, Options{})
		b.Run(string(f), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got := Propose(read(b, f, data), in.Sections[0].Requirements); got != nil {
					b.Fatalf("%d proposals", len(got))
				}
			}
		})
	}
}
