// Package export turns an artifact and its requirement objects into the files
// that people pass on: Markdown, HTML, Word, PDF, Excel, CSV, CSV for Jira and
// ReqIF; and it reads requirements back from Excel, Word, CSV and ReqIF as a
// list of proposed changes.
//
// It is pure: a writer takes an Input and an io.Writer, a reader takes bytes or
// the blocks that package extract delivered. It touches no file system and no
// network, and takes the time from the Input, so the same Input is the same
// bytes.
//
// # Writing
//
//	in := export.Input{Title: a.Title, Project: p.Name, Kind: a.Kind, ...}
//	if problems := export.Check(in, format, opts); export.Blocked(problems) { ... }
//	err := export.Write(w, format, in, opts)
//
// It refuses to drop a character: what a format cannot carry is a Problem of
// Check, with the format that can, and an error of Write.
//
// Check costs about as much as laying out the text; Write calls it itself, so
// call it only to show the problems before. PDF is set in Options.Fonts: load
// them once with package systemfont; without them the built-in font is used.
//
// A list of requirements alone is an Input with one Section without Markdown.
//
// # Reading
//
//	rows, err := export.Read(ctx, name, data)          // in this process
//	rows, err := export.ReadApart(ctx, supervisor, name, data) // in a child process, whose main function has export.Reader()
//	proposals := export.Propose(rows, current)
//
// Nothing is changed by reading. A Proposal is one addition, one change of one
// requirement with the old and the new value of each field, or one requirement
// that the file does not hold; the caller applies what the person accepts.
//
// Invariant: reading what was written from the same requirements proposes
// nothing.
package export
