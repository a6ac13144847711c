package main

import (
	"path/filepath"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

// measureSentences tells requirements from other sentences, each taken alone,
// by document.
func measureSentences(shared string, faults *log) (map[string]figure, error) {
	rows, err := readTable(filepath.Join(shared, "requirements", "requirement-or-not", "pure_sentences.csv"))
	if err != nil {
		return nil, err
	}
	figures := make(map[string]figure)
	for _, row := range rows {
		rule, got := statement.Is(row["text"])
		want := row["label"] == "req"
		f := figures[row["document"]]
		f.add(want, got)
		figures[row["document"]] = f
		if want != got && faults.on("sentences") && strings.Contains(row["document"], faults.only) {
			faults.printf("%v\t%s\t%s\t%s\n", want, rule, row["document"], row["text"])
		}
	}
	return figures, nil
}
