// Package ui holds what a browser receives: templates, styles, modules and
// pictures, all embedded. It owns their addresses (/static/HASH/..., the hash
// taken over everything, so that an address never changes its content), their
// compression and the functions that templates may call.
//
// It refuses what the content policy would: inline scripts, styles and
// handlers do not pass its tests. Modules are served one by one as they are
// written; style sheets are joined in their layer order.
package ui
