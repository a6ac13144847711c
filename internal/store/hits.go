package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
)

// openHits opens what was found, in its order. What the actor may not see, or
// what is gone since, is left out.
func (db *DB) openHits(ctx context.Context, a ba.Actor, found []ranked) ([]ba.Hit, error) {
	passages, err := db.hitPassages(ctx, a, idsOf(found, ba.HitPassage))
	if err != nil {
		return nil, err
	}
	messages, err := db.hitMessages(ctx, a, idsOf(found, ba.HitMessage))
	if err != nil {
		return nil, err
	}
	artifacts, err := db.hitArtifacts(ctx, a, idsOf(found, ba.HitArtifact))
	if err != nil {
		return nil, err
	}
	requirements, err := db.hitRequirements(ctx, a, idsOf(found, ba.HitRequirement))
	if err != nil {
		return nil, err
	}
	opened := map[ba.HitKind]map[string]ba.Hit{ba.HitPassage: passages, ba.HitMessage: messages, ba.HitArtifact: artifacts, ba.HitRequirement: requirements}
	hits := make([]ba.Hit, 0, len(found))
	for _, r := range found {
		h, ok := opened[r.kind][r.item]
		if ok {
			h.Score = r.score
			hits = append(hits, h)
		}
	}
	return hits, nil
}

func idsOf(found []ranked, kind ba.HitKind) []string {
	var ids []string
	for _, r := range found {
		if r.kind == kind {
			ids = append(ids, r.item)
		}
	}
	return ids
}

func (db *DB) hitPassages(ctx context.Context, a ba.Actor, ids []string) (map[string]ba.Hit, error) {
	type hit struct {
		passageRow
		filename []byte
	}
	found, err := hitRows(ctx, db, qHitPassages, a, ids, func(r *sql.Rows) (h hit, err error) {
		h.passageRow, err = scanPassage(func(dest ...any) error { return r.Scan(append(dest, &h.filename)...) })
		return h, err
	})
	if err != nil {
		return nil, err
	}
	hits := make(map[string]ba.Hit, len(found))
	for _, h := range found {
		p, err := db.openPassage(ctx, h.passageRow)
		if err != nil {
			return nil, err
		}
		s := db.sealer(ctx, ba.ProjectScope(h.project), string(p.Document), int64(p.Version))
		hits[string(p.ID)] = ba.Hit{Kind: ba.HitPassage, Project: h.project, Document: p.Document, Version: p.Version,
			Filename: s.open("document filename", h.filename), Passage: p.ID, Locator: p.Locator, Text: p.Text}
		if s.err != nil {
			return nil, s.err
		}
	}
	return hits, nil
}

func (db *DB) hitMessages(ctx context.Context, a ba.Actor, ids []string) (map[string]ba.Hit, error) {
	type hit struct {
		messageRow
		title   []byte
		version int64
	}
	found, err := hitRows(ctx, db, qHitMessages, a, ids, func(r *sql.Rows) (h hit, err error) {
		h.messageRow, err = scanMessage(func(dest ...any) error { return r.Scan(append(dest, &h.title, &h.version)...) })
		return h, err
	})
	if err != nil {
		return nil, err
	}
	hits := make(map[string]ba.Hit, len(found))
	for _, h := range found {
		g, err := db.openMessage(ctx, h.messageRow)
		if err != nil {
			return nil, err
		}
		s := db.sealer(ctx, scopeOf(h.project, h.owner), string(g.Thread), h.version)
		hits[string(g.ID)] = ba.Hit{Kind: ba.HitMessage, Project: h.project, Filename: s.open("thread title", h.title),
			Thread: g.Thread, Message: g.ID, Text: g.Text}
		if s.err != nil {
			return nil, s.err
		}
	}
	return hits, nil
}

func (db *DB) hitRequirements(ctx context.Context, a ba.Actor, ids []string) (map[string]ba.Hit, error) {
	found, err := hitRows(ctx, db, qHitRequirements, a, ids, func(r *sql.Rows) (requirementRow, error) { return scanRequirement(r.Scan) })
	if err != nil {
		return nil, err
	}
	opened, err := db.openRequirements(ctx, found)
	hits := make(map[string]ba.Hit, len(opened))
	for i := range opened {
		r := &opened[i]
		hits[string(r.ID)] = ba.Hit{Kind: ba.HitRequirement, Project: r.Project, Required: r.ID, Version: r.Version, Filename: r.Key(), Text: r.Text()}
	}
	return hits, err
}

// hitRows reads the rows with the ids that the actor may see.
func hitRows[T any](ctx context.Context, db *DB, q query, a ba.Actor, ids []string, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("open what was found: %w", err)
	}
	rows, err := db.engine.read.rows(ctx, q, a.User, string(list))
	found, err := collect(rows, err, scan)
	return found, failed("open what was found", err)
}
