// Package page holds the typed data of the pages: what a template may show and
// nothing else. It turns nouns into words (sizes, times, places, counts), so
// that templates stay free of logic. It refuses to fetch anything.
package page
