package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const (
	linkColumns = `l.id, l.requirement_id, l.project_id, l.document_id, l.document_version, l.passage_id, l.thread_id, l.message_id, l.state, l.version, l.body`

	qLinks query = `SELECT ` + linkColumns + ` FROM requirement_links l WHERE l.requirement_id = $1 AND l.project_id = $2 ORDER BY l.id LIMIT $3`
	// As many as the links of a page of requirements can be.
	qSomeLinks query = `SELECT ` + linkColumns + ` FROM requirement_links l
		WHERE l.requirement_id IN (SELECT value FROM json_each($1)) AND l.project_id = $2 ORDER BY l.requirement_id, l.id LIMIT 10000`
	// What is sealed stays closed.
	qProjectLinks query = `SELECT l.requirement_id, l.id, l.document_id, l.document_version, l.passage_id, l.thread_id, l.message_id, l.state
		FROM requirement_links l WHERE l.project_id = $1 LIMIT $2`
	qCountLinks query = `SELECT count(*) FROM requirement_links WHERE requirement_id = $1`
	qAddLink    query = `INSERT INTO requirement_links (id, requirement_id, project_id, document_id, document_version, passage_id, thread_id, message_id,
		hash, state, version, body)
		SELECT $1, r.id, r.project_id, $2, $3, $4, $5, $6, $7, 'verified', 1, $8 FROM requirements r WHERE r.id = $9 AND r.project_id = $10
		ON CONFLICT (requirement_id, passage_id, message_id, hash) DO NOTHING`
	qUpdateLink query = `UPDATE requirement_links SET document_version = $1, passage_id = $2, hash = $3, state = $4, body = $5, version = version + 1
		WHERE id = $6 AND requirement_id = $7 AND project_id = $8 AND version = $9`
	qDeleteLink query = `DELETE FROM requirement_links WHERE id = $1 AND requirement_id = $2 AND project_id = $3`
	qLinkRow    query = `SELECT ` + linkColumns + ` FROM requirement_links l WHERE l.id = $1 AND l.requirement_id = $2 AND l.project_id = $3`

	qDocumentLinks query = `SELECT ` + linkColumns + ` FROM requirement_links l
		WHERE l.document_id <> '' AND l.document_id = $1 AND l.project_id = $2 AND l.id > $3 ORDER BY l.id LIMIT 1000`
	qThreadLinks query = `SELECT ` + linkColumns + ` FROM requirement_links l
		WHERE l.thread_id <> '' AND l.thread_id = $1 AND l.project_id = $2 AND l.id > $3 ORDER BY l.id LIMIT 1000`

	qHasRequirement query = `SELECT count(*) FROM requirements WHERE id = $1 AND project_id = $2`
	qPassageCurrent query = `SELECT d.indexed FROM passages g JOIN documents d ON d.id = g.document_id
		WHERE g.id = $1 AND g.document_id = $2 AND g.version = $3 AND d.project_id = $4 AND d.deleted_at = 0`
	qMessageIn query = `SELECT count(*) FROM messages g JOIN threads t ON t.id = g.thread_id WHERE g.id = $1 AND g.thread_id = $2 AND t.project_id = $3`

	qDocumentSuspect query = `UPDATE requirement_links SET state = 'suspect', document_version = 0 WHERE document_id <> '' AND document_id = $1`
	qThreadSuspect   query = `UPDATE requirement_links SET state = 'suspect' WHERE thread_id <> '' AND thread_id = $1`
)

const noLink = "This source is not one of the requirement's. Load the page again."

// linkRow is a link with its sealed body.
type linkRow struct {
	ba.Link
	requirement ba.RequirementID
	project     ba.ProjectID
	version     int64
	hash, body  []byte
}

// linkBody is what is sealed of a link.
type linkBody struct {
	Filename string     `json:"f,omitempty"`
	Locator  ba.Locator `json:"l"`
	Quote    string     `json:"q"`
	Now      string     `json:"n,omitempty"`
}

func scanLink(scan func(...any) error) (linkRow, error) {
	var l linkRow
	err := scan(&l.ID, &l.requirement, &l.project, &l.Document, &l.Version, &l.Passage, &l.Thread, &l.Message, &l.State, &l.version, &l.body)
	return l, err
}

// sealLink seals a link for a version of its row.
func (db *DB) sealLink(ctx context.Context, project ba.ProjectID, l ba.Link, version int64) (linkRow, error) {
	row := linkRow{Link: l, project: project, version: version}
	s := db.sealer(ctx, ba.ProjectScope(project), string(l.ID), version)
	row.body = s.sealJSON("requirement link", linkBody{l.Filename, l.Locator, l.Quote, l.Now}, false)
	if s.err != nil {
		return row, s.err
	}
	blinder, err := db.vault.Blinder(ctx, ba.ProjectScope(project))
	if err != nil {
		return row, err
	}
	row.hash = quoteKey(blinder, l.Quote)
	return row, nil
}

// quoteKey is a keyed hash of a quote: without the key, nobody can find out
// whether a guess of it is right.
func quoteKey(b *vault.Blinder, quote string) []byte {
	return []byte(b.Term("quote\x00" + ba.QuoteHash(quote)))
}

func (db *DB) sealInto(ctx context.Context, rows *[]linkRow, project ba.ProjectID, l ba.AddedLink) error {
	row, err := db.sealLink(ctx, project, l.Link, 1)
	row.requirement = l.Requirement
	*rows = append(*rows, row)
	return err
}

func (db *DB) openLink(ctx context.Context, l linkRow) (ba.Link, error) {
	s := db.sealer(ctx, ba.ProjectScope(l.project), string(l.ID), l.version)
	var b linkBody
	s.openJSON("requirement link", l.body, &b)
	l.Filename, l.Locator, l.Quote, l.Now, l.Hash = b.Filename, b.Locator, b.Quote, b.Now, ba.QuoteHash(b.Quote)
	if l.Document != "" && l.Version == 0 { // the document is gone since it was compared last
		l.Now = ""
	}
	return l.Link, s.err
}

func (db *DB) linksOf(ctx context.Context, project ba.ProjectID, id ba.RequirementID) ([]ba.Link, error) {
	rows, err := db.engine.read.rows(ctx, qLinks, id, project, ba.MaxLinks)
	found, err := collect(rows, err, func(r *sql.Rows) (linkRow, error) { return scanLink(r.Scan) })
	if err != nil {
		return nil, failed("read the sources of a requirement", err)
	}
	links := make([]ba.Link, len(found))
	for i, l := range found {
		if links[i], err = db.openLink(ctx, l); err != nil {
			return nil, err
		}
	}
	return links, nil
}

// OpenLinks replaces the links of some requirements of a project, which
// Requirements leaves closed, by what they quote. It is for a page of a list,
// ba.MaxPageSize at most, not for a project.
func (db *DB) OpenLinks(ctx context.Context, a ba.Actor, project ba.ProjectID, some []ba.Requirement) error {
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
		return err
	}
	place := make(map[ba.RequirementID]int)
	var ids []ba.RequirementID
	for i := range some {
		if len(some[i].Links) > 0 {
			ids, place[some[i].ID], some[i].Links = append(ids, some[i].ID), i, nil
		}
	}
	if len(ids) == 0 {
		return nil
	}
	list, err := idList(ids)
	if err != nil {
		return err
	}
	rows, err := db.engine.read.rows(ctx, qSomeLinks, list, project)
	found, err := collect(rows, err, func(r *sql.Rows) (linkRow, error) { return scanLink(r.Scan) })
	if err != nil {
		return failed("read the sources of requirements", err)
	}
	for _, l := range found {
		link, err := db.openLink(ctx, l)
		if err != nil {
			return err
		}
		r := &some[place[l.requirement]]
		r.Links = append(r.Links, link)
	}
	return nil
}

// DocumentLinks returns all links to a document, with their requirements.
func (db *DB) DocumentLinks(ctx context.Context, a ba.Actor, id ba.DocumentID) ([]ba.AddedLink, error) {
	project, err := requireDocument(db.rower(ctx), a, id, ba.RoleViewer)
	if err != nil {
		return nil, err
	}
	return db.sourceLinks(ctx, project, qDocumentLinks, string(id))
}

// ThreadLinks returns all links to the messages of a conversation in a
// project, with their requirements.
func (db *DB) ThreadLinks(ctx context.Context, a ba.Actor, id ba.ThreadID) ([]ba.AddedLink, error) {
	t, err := thread(db.rower(ctx), a, id, ba.RoleViewer)
	if err != nil || t.Project == "" {
		return nil, err
	}
	return db.sourceLinks(ctx, t.Project, qThreadLinks, string(id))
}

func (db *DB) sourceLinks(ctx context.Context, project ba.ProjectID, q query, source string) ([]ba.AddedLink, error) {
	found, err := db.sourceLinkRows(ctx, project, q, source)
	if err != nil {
		return nil, err
	}
	links := make([]ba.AddedLink, len(found))
	for i, l := range found {
		opened, err := db.openLink(ctx, l)
		if err != nil {
			return nil, err
		}
		links[i] = ba.AddedLink{Requirement: l.requirement, Link: opened}
	}
	return links, nil
}

// sourceLinkRows reads all links of a source, some at a time.
func (db *DB) sourceLinkRows(ctx context.Context, project ba.ProjectID, q query, source string) ([]linkRow, error) {
	var all []linkRow
	for after := ""; ; {
		rows, err := db.engine.read.rows(ctx, q, source, project, after)
		found, err := collect(rows, err, func(r *sql.Rows) (linkRow, error) { return scanLink(r.Scan) })
		if err != nil {
			return nil, failed("read the links of a source", err)
		}
		if len(found) == 0 {
			return all, nil
		}
		all = append(all, found...)
		after = string(found[len(found)-1].ID)
	}
}

// attachLinks gives the requirements of a project their links, unopened.
func (db *DB) attachLinks(ctx context.Context, project ba.ProjectID, all []ba.Requirement) error {
	at := make(map[ba.RequirementID]int, len(all))
	for i := range all {
		at[all[i].ID] = i
	}
	rows, err := db.engine.read.rows(ctx, qProjectLinks, project, ba.MaxRequirements*ba.MaxLinks)
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var id ba.RequirementID
		var l ba.Link
		err := r.Scan(&id, &l.ID, &l.Document, &l.Version, &l.Passage, &l.Thread, &l.Message, &l.State)
		if i, known := at[id]; known && err == nil {
			all[i].Links = append(all[i].Links, l)
		}
		return struct{}{}, err
	})
	return failed("read the sources of requirements", err)
}

// addLinks stores new links. The requirement and its source must be of the
// same project, and the passage of the version that is searched.
func addLinks(t *tx, links []linkRow) error {
	touched := make(map[ba.RequirementID]bool)
	for _, l := range links {
		if err := checkSource(t, l); err != nil {
			return err
		}
		n, err := t.exec(qAddLink, l.ID, l.Document, l.Version, l.Passage, l.Thread, l.Message, l.hash, l.body, l.requirement, l.project)
		if err != nil {
			return err
		}
		if n == 0 { // it is there already, or its requirement is not
			var has int
			if err := t.row(qHasRequirement, l.requirement, l.project).Scan(&has); err != nil {
				return err
			}
			if has == 0 {
				return ba.E(ba.NotFound, noRequirement)
			}
		}
		touched[l.requirement] = true
	}
	for id := range touched {
		var count int
		if err := t.row(qCountLinks, id).Scan(&count); err != nil {
			return err
		}
		if count > ba.MaxLinks {
			return ba.E(ba.TooLarge, fmt.Sprintf("A requirement has %d sources at most. Remove one that says the same as another.", ba.MaxLinks))
		}
	}
	return nil
}

// checkSource refuses what is not there, or of another project.
func checkSource(t *tx, l linkRow) error {
	var n int
	if l.Message != "" {
		if err := t.row(qMessageIn, l.Message, l.Thread, l.project).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return ba.E(ba.NotFound, "This message does not exist in the project.")
		}
		return nil
	}
	if err := t.row(qPassageCurrent, l.Passage, l.Document, l.Version, l.project).Scan(&n); err != nil {
		return missing(err, "find a passage", "This passage does not exist in the project.")
	}
	if n != l.Version {
		return ba.E(ba.Conflict, "This passage is of an older version of its document. Look for the text in the newest version.")
	}
	return nil
}

// UpdateLink stores where a link's quote stands now, what it is, and its state.
// It needs an editor. NotFound is for a link that is not the requirement's.
func (db *DB) UpdateLink(ctx context.Context, a ba.Actor, r ba.Requirement, l ba.Link) error {
	old, err := scanLink(db.engine.read.row(ctx, qLinkRow, l.ID, r.ID, r.Project).Scan)
	if err != nil {
		return missing(err, "read a source", noLink)
	}
	row, err := db.sealLink(ctx, r.Project, l, old.version+1)
	if err != nil {
		return err
	}
	err = db.engine.write.write(ctx, func(t *tx) error {
		if err := require(t.rower(), a, r.Project, ba.RoleEditor); err != nil {
			return err
		}
		if err := checkSource(t, row); err != nil {
			return err
		}
		return t.change(linkChanged(), qUpdateLink, l.Version, l.Passage, row.hash, l.State, row.body, l.ID, r.ID, r.Project, old.version)
	})
	if duplicate(err) {
		return ba.E(ba.Conflict, "The requirement has this very source already. Remove one of the two.")
	}
	return failed("update a source", err)
}

func linkChanged() error {
	return ba.E(ba.Conflict, "The source changed meanwhile. Look at it as it is now, then try again.")
}

// DeleteLink removes a link of a requirement. It needs an editor.
func (db *DB) DeleteLink(ctx context.Context, a ba.Actor, r ba.Requirement, id ba.LinkID) error {
	return db.write(ctx, "remove a source", func(t *tx) error {
		if err := require(t.rower(), a, r.Project, ba.RoleEditor); err != nil {
			return err
		}
		return t.change(ba.E(ba.NotFound, noLink), qDeleteLink, id, r.ID, r.Project)
	})
}
