package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

// listed is a requirement of the list that goes with a document.
type listed struct {
	File string `json:"file"`
	Key  string `json:"key"`
	Text string `json:"text"`
}

// documentResult is how a document's list and our candidates compare.
type documentResult struct {
	name       string
	list       int // requirements of the list
	found      int // of them: their words stand in candidates
	candidates int
	right      int // candidates whose words stand in one requirement of the list
	same       int // requirements of which one candidate has the words, and hardly any other
	verbatim   int // candidates whose quote stands in the blocks, as it must
	blocks     int
	took       time.Duration // of the rules
}

func (r documentResult) recall() float64    { return share(r.found, r.list) }
func (r documentResult) precision() float64 { return share(r.right, r.candidates) }

func measureDocuments(shared string, faults *log) ([]documentResult, error) {
	lists, order, err := readLists(filepath.Join(shared, "requirements", "documents-to-requirements", "requirements.jsonl"))
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	var results []documentResult
	for _, file := range order {
		if (faults.kind != "" && faults.kind != "documents") || !strings.Contains(file, faults.only) {
			continue
		}
		blocks, err := readBlocks(filepath.Join(shared, "corpus", file), filepath.Join(cache, "ba-assistant-bench"))
		if err != nil {
			return nil, err
		}
		begun := time.Now()
		found := statement.Find(blocks)
		took := time.Since(begun)
		r := compare(lists[file], found, faults)
		r.name, r.blocks, r.took = file, len(blocks), took
		r.verbatim = verbatim(blocks, found)
		results = append(results, r)
	}
	return results, nil
}

func readLists(path string) (map[string][]listed, []string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	lists := make(map[string][]listed)
	var order []string
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l listed
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, nil, err
		}
		if lists[l.File] == nil {
			order = append(order, l.File)
		}
		lists[l.File] = append(lists[l.File], l)
	}
	return lists, order, lines.Err()
}

func readBlocks(path, cache string) ([]extract.Block, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var blocks []extract.Block
	_, err = extract.Extract(context.Background(), extract.Source{Name: filepath.Base(path), Data: data, CacheDir: cache},
		func(b extract.Block) error { blocks = append(blocks, b); return nil })
	return blocks, err
}

// verbatim counts the candidates whose span gives their quote.
func verbatim(blocks []extract.Block, found []statement.Candidate) int {
	n := 0
	for _, c := range found {
		var text []string
		for _, b := range blocks[c.First : c.Last+1] {
			text = append(text, b.Text)
		}
		if joined := strings.Join(text, "\n"); c.Start >= 0 && c.End <= len(joined) && joined[c.Start:c.End] == c.Quote {
			n++
		}
	}
	return n
}
