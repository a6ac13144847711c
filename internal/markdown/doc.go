// Package markdown turns the Markdown of messages into sanitised HTML, block
// by block, so that an answer can be shown formatted while it grows.
//
// It owns the dialect (CommonMark with tables, strikethrough, task lists and
// bare links; without raw HTML, reference links and underlined headings, all of
// which would change what was already shown) and the two lines of defence: our
// own renderers, which write only what they know, and an allow-list sanitiser.
//
// It refuses everything that loads or runs: images become links, links lead
// to http, https and mailto only and name their host, raw HTML is shown as the
// text that it is.
//
// It limits what takes more than its share of time: beyond 32 quotes and lists
// around a block, or 1,000 marks in one, the text is shown as it is written.
//
// Invariant: once an empty line has ended a block, and another one the block
// after it, no text that is appended changes its index or its HTML.
package markdown
