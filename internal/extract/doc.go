// Package extract turns the bytes of a document that somebody uploaded into
// blocks of text with locators: the page of a PDF, the nearest heading of a
// Word file or web page, the sheet and row of a workbook, the line of a text
// file. It owns the readers of PDF, DOCX, XLSX, PPTX, CSV, TXT, Markdown and
// HTML, the decision what a file is, the supervised child process in which
// strangers' bytes are read, and the cutting of blocks into passages.
//
// It refuses, with a *RejectError that says why and what to do: empty files,
// formats that it does not read, contents that contradict the name, files
// behind a password, damaged files, packages that expand too far, document
// type definitions inside packages, and whatever goes over a limit of
// limits.go. It opens no network connection, follows no reference out of the
// document, runs no macro or script and writes no file; the one folder it
// touches is the compilation cache of the PDF engine, which holds code alone.
//
// Invariant: every block is valid, normalised text within the length limit and
// carries the locator of where it stands; nothing readable is dropped without
// a warning in the Result; text that the author deleted or hid is not
// presented as text.
package extract
