// Package web answers browsers with pages. It owns the addresses of pages and
// of the forms on them, and turns what services return into typed page data
// (package page), which the embedded templates (package ui) show.
//
// It refuses to decide: a handler reads the request, calls a service with the
// actor, and renders. Whoever is not signed in is led to the sign-in and back.
//
// Invariant: every page works with links and forms alone; modules improve it,
// and no page needs a script or a request from elsewhere.
package web
