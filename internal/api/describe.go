package api

import (
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ba-assistant/ba-assistant/internal/chat"
)

// streamEvents are the events of a thread's stream with their data.
var streamEvents = map[string]reflect.Type{
	"message":  reflect.TypeFor[wireMessage](),
	"snapshot": reflect.TypeFor[chat.SnapshotJSON](),
	"delta":    reflect.TypeFor[chat.DeltaJSON](),
	"block":    reflect.TypeFor[wireBlockEvent](),
	"tool":     reflect.TypeFor[chat.ToolJSON](),
	"citation": reflect.TypeFor[chat.CitationEventJSON](),
	"title":    reflect.TypeFor[chat.TitleJSON](),
	"done":     reflect.TypeFor[chat.DoneJSON](),
	"failure":  reflect.TypeFor[chat.FailureJSON](),
}

func streamSchema(r huma.Registry) *huma.MediaType {
	var names []string
	for name := range streamEvents {
		names = append(names, name)
	}
	slices.Sort(names)
	schema := &huma.Schema{Description: "Server-sent events; each has an opaque id, and a comment line comes at least every 15 seconds"}
	for _, name := range names {
		schema.OneOf = append(schema.OneOf, &huma.Schema{
			Type: huma.TypeObject, Required: []string{"event", "data"},
			Properties: map[string]*huma.Schema{
				"id":    {Type: huma.TypeString},
				"event": {Type: huma.TypeString, Enum: []any{name}},
				"data":  r.Schema(streamEvents[name], true, name),
			},
		})
	}
	return &huma.MediaType{Schema: schema}
}

func jsonSchema[T any](r huma.Registry, hint string) *huma.MediaType {
	return &huma.MediaType{Schema: r.Schema(reflect.TypeFor[T](), true, hint)}
}

func content(op *huma.Operation, status, mediaType string, m *huma.MediaType) {
	if op.Responses[status] == nil {
		op.Responses[status] = &huma.Response{Description: "Done"}
	}
	if op.Responses[status].Content == nil {
		op.Responses[status].Content = map[string]*huma.MediaType{}
	}
	op.Responses[status].Content[mediaType] = m
}

func describeProbe(op *huma.Operation, r huma.Registry) {
	content(op, "200", eventStream, jsonSchema[probe](r, "Probe"))
}

func describeStream(op *huma.Operation, r huma.Registry) {
	content(op, "200", eventStream, streamSchema(r))
}

func describeSend(op *huma.Operation, r huma.Registry) {
	content(op, "202", "application/json", jsonSchema[wireSent](r, "Sent"))
	content(op, "200", eventStream, streamSchema(r))
	op.Responses["200"].Description = "With Accept: text/event-stream: an event 'accepted' with the same, then the events of the answer up to 'done'"
}

func describeDev(op *huma.Operation, r huma.Registry) {
	content(op, "200", "application/json", jsonSchema[wireUser](r, "User"))
}

// describeUpload documents the form, which the framework must not read itself.
func describeUpload(op *huma.Operation, r huma.Registry) {
	op.RequestBody = fileForm("The document, with its file name")
	content(op, "201", "application/json", jsonSchema[wireDocument](r, "Document"))
}

func fileForm(description string) *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: huma.TypeObject, Required: []string{"file"},
		Properties: map[string]*huma.Schema{"file": {Type: huma.TypeString, Format: "binary", Description: description}},
	}}}}
}

func describeContent(op *huma.Operation, _ huma.Registry) {
	content(op, "200", "application/octet-stream", &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}})
}

func pathParameter(name, description string) *huma.Param {
	return &huma.Param{Name: name, In: "path", Required: true, Description: description, Schema: &huma.Schema{Type: huma.TypeString}}
}

func queryParameter(name, description string) *huma.Param {
	return &huma.Param{Name: name, In: "query", Description: description, Schema: &huma.Schema{Type: huma.TypeString}}
}

func describeLogin(op *huma.Operation, _ huma.Registry) {
	op.Parameters = append(op.Parameters,
		pathParameter("provider", "google, microsoft or oidc"),
		queryParameter("return_to", "Local path to show after sign-in"),
		queryParameter("prompt", "select_account to use another account"),
		queryParameter("link", "1 to add this provider to the person who is signed in"),
		queryParameter("client", "front for a separate front end"),
		queryParameter("code_challenge", "Of a separate front end: PKCE, S256"))
}

func describeCallback(op *huma.Operation, _ huma.Registry) {
	op.Parameters = append(op.Parameters, pathParameter("provider", "google, microsoft or oidc"),
		queryParameter("code", "By the provider"), queryParameter("state", "By the provider"),
		queryParameter("error", "By the provider"), queryParameter("iss", "By the provider (RFC 9207)"))
}
