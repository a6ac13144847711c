// Package api is the JSON API: one route table with the authority that each
// route needs, the wire types, and their description as OpenAPI 3.1.
//
// It owns no rule of the business: each handler checks the form of a request,
// calls one service with the actor, and writes wire types. It refuses unknown
// and repeated fields, wrong types, invalid UTF-8 and bodies over their limit,
// and never repeats a rejected value.
//
// Invariant: every route stands in routes with its authority; what needs a
// person answers 401 to nobody, 403 to a token that may only read and wants to
// change something, and 404 for what belongs to others.
package api
