package lint

import (
	"slices"
	"testing"
)

func TestSentencesEndWhereAReaderStops(t *testing.T) {
	for text, want := range map[string][]string{
		"The system shall stop. The pump shall start.":                                          {"The system shall stop.", "The pump shall start."},
		"Name, number, etc. are shown. Each is a link.":                                         {"Name, number, etc. are shown.", "Each is a link."},
		"See e.g. Fig. 3 for the layout.":                                                       {"See e.g. Fig. 3 for the layout."},
		"The rate is 2.5 % at 10:30. It is fixed.":                                              {"The rate is 2.5 % at 10:30.", "It is fixed."},
		"- The client shall print\n- The client shall store":                                    {"- The client shall print", "- The client shall store"},
		"Overview\nThe system shall stop":                                                       {"Overview", "The system shall stop"},
		"The system shall stop\n\nthe pump":                                                     {"The system shall stop", "the pump"},
		"The system shall stop\nthe pump at once.":                                              {"The system shall stop the pump at once."},
		"Shall it stop? Yes!":                                                                   {"Shall it stop?", "Yes!"},
		"The form shall have the fields:\nname\nand number":                                     {"The form shall have the fields:", "name and number"},
		"The system shall use the file index.html. Other files are ignored":                     {"The system shall use the file index.html.", "Other files are ignored"},
		"3. The system shall stop.":                                                             {"3. The system shall stop."},
		"The archive of the company shall send the letters that are old to Anna\nBerg by post.": {"The archive of the company shall send the letters that are old to Anna Berg by post."},
		"": nil,
	} {
		var got []string
		for list := range sentences(words(text)) {
			got = append(got, (&statement{words: list}).quoted(0, len(list)))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestWordsKeepWhatBelongsTogether(t *testing.T) {
	for text, want := range map[string][]string{
		"user-friendly, don’t":    {"user-friendly", ",", "don't"},
		"10,000 rows in 2.5 s":    {"10,000", "rows", "in", "2.5", "s"},
		"100%/month (e.g. 99.9%)": {"100", "%", "/", "month", "(", "e.g", ".", "99.9", "%", ")"},
		"Größe 🙂 über-alles":      {"größe", "🙂", "über-alles"},
		"REQ-0042: A":             {"req-0042", ":", "a"},
		"end. Next":               {"end", ".", "next"},
	} {
		var got []string
		for _, w := range words(text) {
			got = append(got, w.low)
			if w.text != string([]rune(text)[w.start:w.end]) {
				t.Errorf("%q: %q is not at %d to %d", text, w.text, w.start, w.end)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestALabelBeforeASentenceIsNoPartOfIt(t *testing.T) {
	for text, want := range map[string]string{
		"REQ-0042: The system shall stop":  "The",
		"3.2.1 The system shall stop":      "The",
		"a) The system shall stop":         "The",
		"[SRS 12] The system shall stop":   "The",
		"- The system shall stop":          "The",
		"90 % of the orders shall be paid": "90",
		"A clerk shall pay":                "A",
		"5 users shall log in":             "5",
		"3. The system shall stop":         "The",
	} {
		s := newStatement(words(text))
		if got := s.words[s.body].text; got != want {
			t.Errorf("%q begins with %q, want %q", text, got, want)
		}
	}
}
