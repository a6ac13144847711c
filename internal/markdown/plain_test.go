package markdown

import "testing"

func TestPlainTextIsWhatAReaderSees(t *testing.T) {
	for source, want := range map[string]string{
		"**After eighteen months.** *Rules.docx* says: \"Points expire.\" [1]": "After eighteen months. Rules.docx says: \"Points expire.\"",
		"# Scope\n\n- one\n- two `code`\n\nline\nbreak":                        "Scope one two code line break",
		"| Source | Free |\n| --- | --- |\n| Kick-off [2] | 24 h |":            "Source Free Kick-off 24 h",
		"```go\nx := 1\n```\n[link](https://example.com) <b>raw</b>":           "x := 1 link <b>raw</b>",
		"year [2026] and snake_case_name":                                      "year [2026] and snake_case_name",
		"":                                                                     "",
	} {
		if got := Plain(source); got != want {
			t.Errorf("Plain(%q)\n got %q\nwant %q", source, got, want)
		}
	}
}
