package page

// Viewer is one document's text.
type Viewer struct {
	Shell
	Project  Project
	Document Document
	Version  int // shown; Document.Version is the newest
	Versions []Document
	Sheets   []Link  // of a workbook
	Groups   []Group // of this part
	Grid     bool    // a table fills the page
	Part     int
	Parts    int
	Prev     string // address of the part before
	Next     string
	Limit    string
	Problem  string
}

// Group is a run of blocks that are shown together: rows of one table, items
// of one list, or one block alone.
type Group struct {
	Kind  string // heading, paragraph, list, table, note, code, page
	Level int    // of a heading, 2 to 6
	Lines []Line
	Head  []string // header cells of a table
	Label string   // of a page mark
}

// Numbered reports whether the rows carry their number in the sheet.
func (g Group) Numbered() bool { return len(g.Lines) > 0 && g.Lines[0].Number > 0 }

// Line is one block in a group.
type Line struct {
	Index  int
	Text   string
	Cells  []string
	Number int // of the row in its sheet; zero where it is not known
	Cited  bool
	First  bool // of the cited lines: the anchor
}
