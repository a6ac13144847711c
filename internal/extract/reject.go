package extract

import (
	"errors"
	"fmt"
)

// Reason is why a document was refused. The values are stable.
type Reason string

// The reasons.
const (
	Empty           Reason = "empty"            // zero bytes
	UnknownType     Reason = "unknown_type"     // no format that is read
	Mismatch        Reason = "mismatch"         // the content contradicts the name's ending
	LegacyFormat    Reason = "legacy_format"    // .doc, .xls, .ppt
	Encrypted       Reason = "encrypted"        // a password is needed
	Damaged         Reason = "damaged"          // cut short or overwritten
	TooLarge        Reason = "too_large"        // over a limit of size, cells, blocks or text
	ExpandsTooFar   Reason = "expands_too_far"  // small packed, enormous unpacked
	TooManyPages    Reason = "too_many_pages"   // pages, slides or sheets
	TooDeep         Reason = "too_deep"         // nested too deeply
	ExternalEntity  Reason = "external_entity"  // a package part that refers to something outside
	EntityExpansion Reason = "entity_expansion" // a package part that declares entities
	UnsafePartNames Reason = "unsafe_part_names"
	TooSlow         Reason = "timeout" // longer than the supervisor allows
	TooMuchMemory   Reason = "memory"  // more memory than the supervisor allows
	Crashed         Reason = "crashed" // the reader fell over; the service did not
)

// RejectError says that a document is refused: a fault of the document, not of
// the service. Msg is a sentence or two for the person: what happened and what
// to do. Err is for the log and holds no text of the document.
type RejectError struct {
	Reason Reason
	Msg    string
	Err    error
}

// Error returns the reason, the sentence and the cause.
func (e *RejectError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("document rejected (%s): %s: %v", e.Reason, e.Msg, e.Err)
	}
	return fmt.Sprintf("document rejected (%s): %s", e.Reason, e.Msg)
}

// Unwrap returns the cause, which may be nil.
func (e *RejectError) Unwrap() error { return e.Err }

// ReasonOf returns the reason of the first *RejectError in err's chain, and the
// empty code where there is none.
func ReasonOf(err error) Reason {
	var r *RejectError
	if errors.As(err, &r) {
		return r.Reason
	}
	return ""
}

func reject(reason Reason, msg string) *RejectError { return &RejectError{Reason: reason, Msg: msg} }

func rejectBecause(reason Reason, msg string, cause error) *RejectError {
	return &RejectError{Reason: reason, Msg: msg, Err: cause}
}

// damaged is the refusal of a file whose inside does not hold together.
func damaged(f Format, cause error) *RejectError {
	return rejectBecause(Damaged, "The "+f.noun()+" is damaged: it was cut short or changed on its way. Open it in the program that made it, save it again and upload that copy.", cause)
}

// noun names a format in a sentence.
func (f Format) noun() string {
	switch f {
	case PDF:
		return "PDF"
	case DOCX:
		return "Word document"
	case XLSX:
		return "Excel workbook"
	case PPTX:
		return "PowerPoint presentation"
	case CSV:
		return "CSV file"
	case Markdown:
		return "Markdown file"
	case HTML:
		return "web page"
	case TXT:
		return "text file"
	}
	return "file"
}

// withArticle names a format as one of its kind.
func (f Format) withArticle() string {
	if f == XLSX {
		return "an " + f.noun()
	}
	return "a " + f.noun()
}
