package library

import (
	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// Codes of ba.Document.ReasonCode beside those of extract.Reason.
const (
	CodeNoText  = "no_text"  // the document was read and holds no text
	CodeGivenUp = "given_up" // our own failures, again and again
)

// extracted is the outcome of a document that was read to its end.
func extracted(res extract.Result, passages int) ba.Extraction {
	e := ba.Extraction{Format: string(res.Format), Status: ba.DocumentReady, Pages: res.Pages, EmptyPages: res.EmptyPages, Notes: res.Notes(), Passages: passages}
	if msg, none := res.NoText(); none {
		e.Status, e.ReasonCode, e.Reason = ba.DocumentNoText, CodeNoText, msg
	}
	return e
}

// rejected is the outcome of a document with a fault.
func rejected(res extract.Result, why *extract.RejectError) ba.Extraction {
	return ba.Extraction{Format: string(res.Format), Status: ba.DocumentRejected, ReasonCode: string(why.Reason), Reason: why.Msg, Pages: res.Pages}
}

// givenUp is the outcome of a document that we fail to read.
func givenUp() ba.Extraction {
	return ba.Extraction{Status: ba.DocumentRejected, ReasonCode: CodeGivenUp,
		Reason: "Reading this document failed several times on our side. The original is stored and can be downloaded. Upload it again; if that fails too, tell your administrator."}
}
