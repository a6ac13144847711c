package export

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// readerName is that of Reader.
const readerName = "requirements"

// Reader returns what reads requirements in a child process of package
// extract.
func Reader() extract.Reader {
	return extract.Reader{Name: readerName, Read: func(ctx context.Context, src extract.Source, item func([]byte) error) error {
		rows, err := Read(ctx, src.Name, src.Data)
		if err != nil {
			return rejection(err)
		}
		for i := range rows {
			if err := handOver(&rows[i], item); err != nil {
				return err
			}
		}
		return nil
	}}
}

// ReadApart reads like Read, in a child process that knows Reader, under its
// limits of time and memory: strangers' files are read so.
func ReadApart(ctx context.Context, s *extract.Supervisor, name string, data []byte) ([]Row, error) {
	if len(data) > MaxImport {
		return nil, tooMuch(tooLargeFile)
	}
	var rows []Row
	_, err := s.Extract(ctx, extract.Input{Name: name, Reader: readerName, Size: int64(len(data)),
		Pieces: func(yield func([]byte, error) bool) { yield(data, nil) },
		Item: func(item []byte) error {
			if len(rows) >= MaxImportRows {
				return errUnlike
			}
			row, err := takeOver(item)
			rows = append(rows, row)
			return err
		}})
	return rows, refusal(err)
}

// unreadable is the reason of a file that holds no requirements, or damaged ones.
const unreadable extract.Reason = "no_requirements"

// rejection makes a fault of the file one of the document, which alone leaves
// the child with its sentence.
func rejection(err error) error {
	if known, is := errors.AsType[*extract.RejectError](err); is {
		return known
	}
	reason := unreadable
	switch ba.KindOf(err) {
	case ba.Internal:
		return err
	case ba.TooLarge:
		reason = extract.TooLarge
	case ba.Unsupported:
		reason = extract.UnknownType
	}
	return &extract.RejectError{Reason: reason, Msg: ba.Explain(err)}
}

// rowFrame is a Row on its way out of the child process.
type rowFrame struct {
	Key    string           `json:"key,omitempty"`
	Number int              `json:"number,omitempty"`
	Where  string           `json:"where"`
	Values map[Field]string `json:"values"`
	Split  bool             `json:"split,omitempty"`
}

const longestRow = extract.MaxFrame - 1024

func handOver(r *Row, item func([]byte) error) error {
	frame, err := json.Marshal(rowFrame{r.Key, r.Number, r.Where, r.Values, r.split})
	if err != nil {
		return fmt.Errorf("encode a row: %w", err)
	}
	if len(frame) > longestRow {
		return &extract.RejectError{Reason: extract.TooLarge, Msg: "A requirement in the file is longer than four million characters (" + r.Where + "). Shorten it."}
	}
	return item(frame)
}

// errUnlike says that the child sent what Reader does not: what it read may
// have taken it over.
var errUnlike = errors.New("the child sent rows that no file has")

func takeOver(item []byte) (Row, error) {
	var f rowFrame
	if err := json.Unmarshal(item, &f); err != nil || f.Number < 0 {
		return Row{}, errUnlike
	}
	row := Row{Key: f.Key, Number: f.Number, Where: f.Where, Values: map[Field]string{}, split: f.Split}
	for _, field := range Fields {
		if value, found := f.Values[field]; found {
			row.Values[field] = value
		}
	}
	return row, nil
}
