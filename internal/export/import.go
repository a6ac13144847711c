package export

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// Field is a part of a requirement that a file can change.
type Field string

// The fields. The owner, the sources and the key are never changed by a file.
const (
	FieldStatement Field = "statement"
	FieldType      Field = "type"
	FieldQuality   Field = "quality"
	FieldPriority  Field = "priority"
	FieldStatus    Field = "status"
	FieldRationale Field = "rationale"
	FieldCriteria  Field = "criteria"
)

// Fields lists the fields in the order in which people see them.
var Fields = []Field{FieldStatement, FieldType, FieldQuality, FieldPriority, FieldStatus, FieldRationale, FieldCriteria}

// Row is one requirement as a file holds it. A field that the file has no
// column for is not in Values.
type Row struct {
	Key    string // as it stands in the file; may be empty
	Number int    // of a key such as REQ-0042; zero for none
	Where  string // such as "sheet Requirements, row 12"
	Values map[Field]string
	split  bool // a very long text came in pieces: its white space is not certain
}

// The limits of an import.
const (
	MaxImport     = 32 << 20 // bytes of a file
	MaxImportRows = 20_000   // requirements and criteria
)

// Read reads the requirements of an Excel, Word, CSV or ReqIF file in this
// process. A file that cannot be read is an error of kind Invalid, TooLarge or
// Unsupported with the reason. Strangers' files belong in ReadApart.
func Read(ctx context.Context, name string, data []byte) ([]Row, error) {
	if len(data) > MaxImport {
		return nil, tooMuch(tooLargeFile)
	}
	if isReqIF(name, data) {
		return readReqIF(data)
	}
	format, err := extract.Detect(data, name)
	if err != nil {
		return nil, refusal(err)
	}
	if !slices.Contains([]extract.Format{extract.XLSX, extract.CSV, extract.DOCX}, format) {
		return nil, ba.E(ba.Unsupported, "Requirements are read from Excel, Word, CSV and ReqIF files. Export one of these, change it, and read that.")
	}
	c := NewCollector()
	_, err = extract.Extract(ctx, extract.Source{Name: name, Data: data}, c.Add)
	if err != nil {
		return nil, refusal(err)
	}
	return c.Rows()
}

const tooLargeFile = "The file is larger than 32 MB. Remove pictures and sheets that are not needed, or split it."

func tooMuch(msg string) error { return ba.E(ba.TooLarge, msg) }

// refusal is an error of reading as one for the person.
func refusal(err error) error {
	var r *extract.RejectError
	if !errors.As(err, &r) {
		return err
	}
	kind := ba.Invalid
	switch r.Reason {
	case extract.TooLarge, extract.ExpandsTooFar, extract.TooManyPages:
		kind = ba.TooLarge
	case extract.UnknownType, extract.LegacyFormat:
		kind = ba.Unsupported
	}
	return &ba.Error{Kind: kind, Code: "import_" + string(r.Reason), Msg: r.Msg, Err: err}
}

// Collector finds the tables of requirements among the blocks of a document.
type Collector struct {
	rows   []Row
	table  *importTable  // that the rows stand in; nil outside of one that is known
	last   extract.Block // a row of which more may come
	listed []int         // rows of the last table of requirements
}

// NewCollector returns one that has seen nothing.
func NewCollector() *Collector { return &Collector{} }

// Add takes a block; it fits extract.Input.Block. The error says that the file
// holds more rows than are read.
func (c *Collector) Add(b extract.Block) error {
	if b.Kind != extract.Row {
		if b.Kind == extract.Note || b.Kind == extract.Comment {
			return nil
		}
		err := c.endRow()
		c.endTable()
		return err
	}
	if c.continues(b) {
		c.join(b)
		return nil
	}
	if err := c.endRow(); err != nil {
		return err
	}
	c.last = b
	return nil
}

// Rows returns what was found. A file without a table of requirements is an
// error of kind Invalid.
func (c *Collector) Rows() ([]Row, error) {
	if err := c.endRow(); err != nil {
		return nil, err
	}
	c.endTable()
	if len(c.rows) == 0 {
		return nil, ba.E(ba.Invalid, "The file holds no table of requirements. Its first row must name the columns, such as ID and Requirement; the Excel export shows how.")
	}
	return c.rows, nil
}

// continues reports a row that the reader cut because it was long.
func (c *Collector) continues(b extract.Block) bool {
	if c.last.Kind != extract.Row {
		return false
	}
	if b.Locator.Row > 0 {
		return b.Locator.Row == c.last.Locator.Row && b.Locator.Sheet == c.last.Locator.Sheet
	}
	return len(c.last.Text) > extract.MaxBlockChars/3 && len(b.Cells) > 0 && b.Cells[0] == "" && c.table != nil
}

func (c *Collector) join(b extract.Block) {
	for i, cell := range b.Cells {
		for len(c.last.Cells) <= i {
			c.last.Cells = append(c.last.Cells, "")
		}
		if cell != "" {
			c.last.Cells[i] = strings.TrimSpace(c.last.Cells[i] + "\n" + cell)
		}
	}
	c.last.Level = 1 // marks a row that was put together
}

// endRow takes the row that is complete.
func (c *Collector) endRow() error {
	b := c.last
	c.last = extract.Block{}
	if b.Kind != extract.Row {
		return nil
	}
	otherTable := b.Header && b.Locator.Row == 0 // tables of a sheet are not told apart by their headers
	if header := readHeader(b.Cells); header != nil || otherTable {
		c.endTable()
		c.table = header
		return nil
	}
	if c.table == nil || c.table.ignored {
		return nil
	}
	c.table.take(b)
	if len(c.rows)+c.table.size() > MaxImportRows {
		return tooMuch("The file holds more than 20,000 rows of requirements. Split it.")
	}
	return nil
}

// endTable adds what the table held; a table of criteria speaks for all rows of
// the table of requirements before it.
func (c *Collector) endTable() {
	t := c.table
	c.table = nil
	switch {
	case t == nil || t.ignored:
	case t.isCriteria():
		c.addCriteria(t)
	default:
		c.listed = nil
		for _, row := range t.rows {
			c.listed = append(c.listed, len(c.rows))
			c.rows = append(c.rows, row)
		}
	}
}

// addCriteria gives the rows listed before their criteria, and those that are
// not in the table none.
func (c *Collector) addCriteria(t *importTable) {
	taken := map[int]bool{}
	for _, i := range c.listed {
		if n := c.rows[i].Number; n > 0 {
			c.rows[i].Values[FieldCriteria] = criteriaText(t.criteria[n])
			taken[n] = true
		}
	}
	for _, row := range t.rows {
		if !taken[row.Number] {
			row.Values = map[Field]string{FieldCriteria: criteriaText(t.criteria[row.Number])}
			c.rows = append(c.rows, row)
		}
	}
	c.listed = nil
}
