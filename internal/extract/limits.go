package extract

import "time"

// The hard limits. A document over one of them is refused with a reason; long
// texts are the exception, they are split.
const (
	MaxDocument    = 100 << 20 // bytes of a document as uploaded; the workspace's own limit is lower
	MaxParts       = 20_000    // entries of a package
	MaxExpanded    = 512 << 20 // bytes of all entries of a package together
	MaxXMLPart     = 256 << 20 // bytes of one XML entry
	MaxXMLTotal    = 384 << 20 // bytes of XML actually read from a package
	MaxRatio       = 250       // expanded to packed bytes of an entry over RatioFloor
	RatioFloor     = 4 << 20   // below it the ratio does not matter
	MaxXMLDepth    = 1_000     // nested elements
	MaxXMLToken    = 16 << 20  // bytes without a tag or text end
	MaxHTMLToken   = 4 << 20   // bytes of one tag or text run of a web page
	MaxPages       = 5_000     // pages of a PDF, slides, sheets
	MaxPageChars   = 2_000_000 // characters of one PDF page
	MaxBlocks      = 2_000_000
	MaxBlockChars  = 8_000            // code points of a block; longer texts are split
	MaxText        = 128 << 20        // bytes of text in all blocks
	MaxCells       = 5_000_000        // cells of a workbook or CSV file, the empty ones between full ones included
	MaxColumns     = 16_384           // of a row, as in a workbook
	MaxCSVColumns  = MaxColumns       // of a CSV row
	MaxStrings     = 128 << 20        // bytes of a workbook's shared strings
	MaxSideText    = 16 << 20         // bytes of footnotes and of comments kept in memory
	MaxWarnings    = 50               // sentences in a Result
	MaxListedPages = 100              // numbers of pages without text in a Result
	MaxHeading     = 200              // code points of a heading in a locator
	MaxName        = 1_024            // bytes of a file name
	MaxFrame       = 4 << 20          // bytes of one message from the child process
	pdfMemoryPages = 5_120            // pages of 64 KiB that the PDF engine may use: 320 MiB
	DefaultMemory  = 512 << 20        // bytes of resident memory of the child process
	DefaultTimeout = 30 * time.Second // of a document in the child process, in processor time where it is known
)
