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
// Invariant: a block's index never changes while text is appended, and every
// block before the last one keeps its HTML.
package markdown
