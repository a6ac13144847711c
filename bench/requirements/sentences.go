package main

import (
	"path/filepath"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

// sentenceResult compares the sentences of a document.
type sentenceResult struct {
	alone  figure // each sentence is judged by itself, as the published figures were made
	within figure // with the document's other sentences in view
}

// measureSentences tells requirements from other sentences, by document.
func measureSentences(shared string, faults *log) (map[string]sentenceResult, error) {
	rows, err := readTable(filepath.Join(shared, "requirements", "requirement-or-not", "pure_sentences.csv"))
	if err != nil {
		return nil, err
	}
	documents := make(map[string][]map[string]string)
	for _, row := range rows {
		documents[row["document"]] = append(documents[row["document"]], row)
	}
	results := make(map[string]sentenceResult)
	for name, rows := range documents {
		var r sentenceResult
		within := judgedWithin(rows)
		for i, row := range rows {
			want := row["label"] == "req"
			rule, alone := statement.Is(row["text"])
			r.alone.add(want, alone)
			r.within.add(want, within[i])
			if faults.on("sentences") && strings.Contains(name, faults.only) && (faults.all || want != alone) {
				faults.printf("%v\t%v\t%v\t%s\t%s\t%s\n", want, alone, within[i], rule, name, row["text"])
			}
		}
		results[name] = r
	}
	return results, nil
}

// judgedWithin judges the sentences as paragraphs of one document.
func judgedWithin(rows []map[string]string) map[int]bool {
	blocks := make([]extract.Block, len(rows))
	for i, row := range rows {
		blocks[i] = extract.Block{Kind: extract.Paragraph, Text: row["text"]}
	}
	judged := make(map[int]bool)
	for _, c := range statement.Find(blocks) {
		for i := c.First; i <= c.Last; i++ {
			judged[i] = true
		}
	}
	return judged
}
