// Command requirements measures the rules of internal/requirement/statement on
// labelled requirements that other people wrote, and prints one table with the
// published figures beside ours. The data lies in a folder "shared" beside the
// repository.
//
// The rules were written by hand and tuned while looking at these documents, so
// the split is the tuning part against a part that is kept elsewhere. Nothing
// is trained: no weight comes from the data. Of another part than the one for
// tuning it prints totals alone.
package main
