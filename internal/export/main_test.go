package export

import (
	"fmt"
	"os"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// Verbs of this test program as a child process.
const (
	childVerb    = "extract-child"
	ignorantVerb = "ignorant-child" // knows no reader of ours
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 {
		switch os.Args[1] {
		case childVerb:
			os.Exit(extract.ChildMain(os.Stdin, os.Stdout, Reader()))
		case ignorantVerb:
			os.Exit(extract.ChildMain(os.Stdin, os.Stdout))
		}
	}
	os.Exit(m.Run())
}

func supervisor(verb string) *extract.Supervisor {
	s := &extract.Supervisor{Args: []string{verb}}
	if testenv.Race { // whose own memory counts too
		s.MemoryMB = 3 << 10
	}
	return s
}

func TestAChildReadsWhatThisProcessReads(t *testing.T) {
	list := manyRequirements(60)
	for _, f := range readable {
		data := written(t, f, listOf(list), Options{})
		apart, err := ReadApart(t.Context(), supervisor(childVerb), "in"+f.Extension(), data)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		if here := read(t, f, data); fmt.Sprint(apart) != fmt.Sprint(here) {
			t.Errorf("%s: the child read %d rows, this process %d, or others", f, len(apart), len(here))
		}
		if got := Propose(apart, list); len(got) > 0 {
			t.Errorf("%s: %d proposals", f, len(got))
		}
	}
}

func TestAChildRefusesWithTheSentenceOfThisProcess(t *testing.T) {
	for name, data := range map[string][]byte{
		"empty.csv":   nil,
		"broken.xlsx": []byte("PK\x03\x04 and nothing else"),
		"bomb.reqif":  []byte(`<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa">]><REQ-IF>&a;</REQ-IF>`),
		"none.csv":    []byte("a,b\n1,2\n"),
		"letter.pdf":  []byte("%PDF-1.4\n"),
		"long.csv":    append([]byte("ID,Requirement\nREQ-0001,"), append(bytesOf('x', 5<<20), '\n')...),
	} {
		_, here := Read(t.Context(), name, data)
		_, apart := ReadApart(t.Context(), supervisor(childVerb), name, data)
		if apart == nil {
			t.Errorf("%s was read", name)
			continue
		}
		if name != "long.csv" && (ba.KindOf(here) != ba.KindOf(apart) || ba.Explain(here) != ba.Explain(apart)) {
			t.Errorf("%s: here %v, apart %v", name, here, apart)
		}
		if ba.KindOf(apart) == ba.Internal {
			t.Errorf("%s is a fault of ours: %v", name, apart)
		}
	}
}

func bytesOf(b byte, n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = b
	}
	return out
}

func TestAChildThatKnowsNoReaderIsAFaultOfOurs(t *testing.T) {
	_, err := ReadApart(t.Context(), supervisor(ignorantVerb), "in.csv", []byte("ID,Requirement\nREQ-0001,x\n"))
	if err == nil || ba.KindOf(err) != ba.Internal {
		t.Errorf("the error is %v", err)
	}
}

func TestWhatNoReaderSendsIsRefused(t *testing.T) {
	for _, item := range []string{`{"number": -1}`, `[]`, `{"values": {"statement": 7}}`} {
		if _, err := takeOver([]byte(item)); err == nil {
			t.Errorf("%s was taken for a row", item)
		}
	}
	row, err := takeOver([]byte(`{"values": {"statement": "x", "owner": "somebody"}}`))
	if err != nil || len(row.Values) != 1 {
		t.Errorf("a field that no file has came along: %v %v", row, err)
	}
}
