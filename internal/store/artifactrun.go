package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qArtifactThere query = `SELECT EXISTS (SELECT 1 FROM artifacts WHERE id = $1)`
	qAddArtifact   query = `INSERT INTO artifacts (id, project_id, thread_id, kind, state, head, version, revision, done, total, epoch, owner, lease_until,
		stop_requested, provider, model, input_tokens, cached_tokens, output_tokens, cost_micro_usd, created_by, created_at, updated_at)
		VALUES ($1, $2, $3, $4, 'generating', $5, 1, $6, 0, $7, 1, $8, $9, 0, $10, $11, 0, 0, 0, 0, $12, $13, $13)`
	qAddArtifactVersion query = `INSERT INTO artifact_versions (artifact_id, version, revision, origin, request, hash, body, created_by, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`
	qLockArtifact    query = `SELECT version, revision, state, epoch FROM artifacts WHERE id = $1 FOR UPDATE`
	qRequestedBefore query = `SELECT count(*) FROM artifact_versions WHERE artifact_id = $1 AND request = $2`
	qResumeArtifact  query = `UPDATE artifacts SET state = 'generating', epoch = epoch + 1, owner = $1, lease_until = $2, stop_requested = 0, failure = NULL, updated_at = $3
		WHERE id = $4 AND state IN ('interrupted', 'failed')`
	qRegenerate query = `UPDATE artifacts SET state = 'generating', epoch = epoch + 1, owner = $1, lease_until = $2, stop_requested = 0, failure = NULL, updated_at = $3,
		head = $4, version = $5, revision = $6, done = 0, total = $7 WHERE id = $8 AND state <> 'generating' AND revision = $9`
	qKeepArtifact query = `UPDATE artifacts SET lease_until = $1, head = $2, revision = $3, done = $4, total = $5,
		input_tokens = $6, cached_tokens = $7, output_tokens = $8, cost_micro_usd = $9, updated_at = $10 WHERE id = $11 AND epoch = $12 AND state = 'generating'`
	qKeepVersion   query = `UPDATE artifact_versions SET body = $1, revision = $2, hash = $3, updated_at = $4 WHERE artifact_id = $5 AND version = $6`
	qEndArtifact   query = `UPDATE artifacts SET state = $1, failure = $2, lease_until = 0, owner = '' WHERE id = $3 AND epoch = $4 AND state = 'generating'`
	qStopArtifact  query = `UPDATE artifacts SET stop_requested = 1 WHERE id = $1 AND state = 'generating'`
	qArtifactStop  query = `SELECT stop_requested FROM artifacts WHERE id = $1`
	qLeftArtifacts query = `SELECT ` + artifactColumns + ` FROM artifacts d
		WHERE d.state = 'generating' AND ($1 = 1 OR d.owner = $2 OR d.lease_until < $3 OR d.lease_until > $4) ORDER BY d.lease_until LIMIT 1000`
	qInterruptArtifact query = `UPDATE artifacts SET state = 'interrupted', epoch = epoch + 1, failure = $1, lease_until = 0, owner = '', updated_at = $2
		WHERE id = $3 AND epoch = $4 AND state = 'generating'`
)

func artifactLost() error {
	return ba.E(ba.Conflict, "This artifact is no longer being written here.")
}

func artifactBusy() error {
	return &ba.Error{Kind: ba.Conflict, Code: "artifact_generating", Msg: "This artifact is being written. Wait until it is complete, or stop it first."}
}

// StartArtifact stores an artifact that its owner begins to generate, in
// version 1 with its planned sections. It needs an editor. Sent again with the
// same id it returns what is stored, and created is false; where that is
// another request, it is a Conflict.
func (db *DB) StartArtifact(ctx context.Context, a ba.Actor, v ba.Artifact, owner ba.TurnOwner) (stored ba.Artifact, created bool, err error) {
	v.Version, v.Revision = 1, 1
	head, body, err := db.sealArtifact(ctx, v)
	if err != nil {
		return ba.Artifact{}, false, err
	}
	now := toMS(db.clock())
	err = db.engine.write.write(ctx, func(t *tx) error {
		created = false
		if err := require(t.rower(), a, v.Project, ba.RoleEditor); err != nil {
			return err
		}
		var there bool
		if err := t.row(qArtifactThere, v.ID).Scan(&there); err != nil || there {
			return err
		}
		if _, err := t.exec(qAddArtifact, v.ID, v.Project, v.Thread, v.Kind, head, v.Revision, len(v.Sections), owner.Instance, toMS(owner.Until),
			v.Provider, v.Model, a.User, now); err != nil {
			return err
		}
		if _, err := t.exec(qAddArtifactVersion, v.ID, v.Version, v.Revision, ba.OriginGenerated, string(v.ID), "", body, a.User, now); err != nil {
			return err
		}
		created = true
		return touch(t, v.Project, now)
	})
	if duplicate(err) { // another request with the same id was faster
		created, err = false, nil
	}
	if err != nil {
		return ba.Artifact{}, false, failed("store an artifact", err)
	}
	stored, err = db.Artifact(ctx, a, v.ID, 0)
	if ba.KindOf(err) == ba.NotFound || err == nil && !sameRequest(stored, v) {
		return ba.Artifact{}, false, ba.E(ba.Conflict, "This id was used for another artifact already. Send with a new one.")
	}
	return stored, created, err
}

func sameRequest(stored, asked ba.Artifact) bool {
	return stored.Project == asked.Project && stored.Thread == asked.Thread && stored.Kind == asked.Kind && (stored.Newest > 1 || stored.Instructions == asked.Instructions)
}

// ResumeArtifact makes the caller the owner of an artifact whose generation
// broke off, and returns it. It needs an editor. One that is being generated,
// or is ready, is returned as it is, and resumed is false.
func (db *DB) ResumeArtifact(ctx context.Context, a ba.Actor, id ba.ArtifactID, owner ba.TurnOwner) (v ba.Artifact, resumed bool, err error) {
	err = db.write(ctx, "resume an artifact", func(t *tx) error {
		if _, err := requireArtifact(t.rower(), a, id, ba.RoleEditor); err != nil {
			return err
		}
		n, err := t.exec(qResumeArtifact, owner.Instance, toMS(owner.Until), toMS(db.clock()), id)
		resumed = n == 1
		return err
	})
	if err != nil {
		return ba.Artifact{}, false, err
	}
	v, err = db.Artifact(ctx, a, id, 0)
	return v, resumed, err
}

// RegenerateArtifact begins a new version of an artifact with its planned
// sections and makes the caller its owner. It needs an editor. v.Revision is
// the one that the plan was made from: where the content is newer, or is being
// generated, it is a Conflict. The same request again returns what is stored.
func (db *DB) RegenerateArtifact(ctx context.Context, a ba.Actor, v ba.Artifact, request string, owner ba.TurnOwner) (stored ba.Artifact, created bool, err error) {
	based := v.Revision
	v.Version, v.Revision = v.Newest+1, v.Revision+1
	head, body, err := db.sealArtifact(ctx, v)
	if err != nil {
		return ba.Artifact{}, false, err
	}
	now := toMS(db.clock())
	err = db.write(ctx, "generate an artifact again", func(t *tx) error {
		created = false
		if _, err := requireArtifact(t.rower(), a, v.ID, ba.RoleEditor); err != nil {
			return err
		}
		var before int
		if err := t.row(qRequestedBefore, v.ID, request).Scan(&before); err != nil || before > 0 {
			return err
		}
		if err := t.change(artifactBusy(), qRegenerate, owner.Instance, toMS(owner.Until), now, head, v.Version, v.Revision, len(v.Sections), v.ID, based); err != nil {
			return err
		}
		if _, err := t.exec(qAddArtifactVersion, v.ID, v.Version, v.Revision, ba.OriginGenerated, request, "", body, a.User, now); err != nil {
			return err
		}
		created = true
		return touch(t, v.Project, now)
	})
	if err != nil {
		return ba.Artifact{}, false, err
	}
	stored, err = db.Artifact(ctx, a, v.ID, 0)
	return stored, created, err
}

// SaveGenerated stores the content of an artifact so far, at its revision, and
// renews the lease. It is a Conflict where the artifact has another owner now,
// has ended, or is gone.
func (db *DB) SaveGenerated(ctx context.Context, v ba.Artifact, until time.Time) error {
	head, body, err := db.sealArtifact(ctx, v)
	if err != nil {
		return err
	}
	return db.write(ctx, "store a part of an artifact", func(t *tx) error {
		return db.keepGenerated(t, v, until, head, body, "")
	})
}

func (db *DB) keepGenerated(t *tx, v ba.Artifact, until time.Time, head, body []byte, hash string) error {
	now, u, p := toMS(db.clock()), v.Usage, v.Written()
	if err := t.change(artifactLost(), qKeepArtifact, toMS(until), head, v.Revision, p.Done, p.Total, u.InputTokens, u.CachedTokens, u.OutputTokens,
		u.CostMicroUSD, now, v.ID, v.Epoch); err != nil {
		return err
	}
	return t.change(artifactLost(), qKeepVersion, body, v.Revision, hash, now, v.ID, v.Version)
}

// EndGeneration stores the last content of an artifact with its state, and
// makes searches find it by its terms. It is a Conflict where SaveGenerated
// would be.
func (db *DB) EndGeneration(ctx context.Context, v ba.Artifact, terms []string) error {
	head, body, err := db.sealArtifact(ctx, v)
	if err != nil {
		return err
	}
	scope := ba.ProjectScope(v.Project)
	s := db.sealer(ctx, scope, string(v.ID), v.Epoch)
	failure := s.sealJSON("artifact failure", v.Failure, v.Failure == nil)
	if s.err != nil {
		return s.err
	}
	blinder, err := db.vault.Blinder(ctx, scope)
	if err != nil {
		return err
	}
	blinded, hash := blind(blinder, terms), ""
	if v.State == ba.ArtifactReady {
		hash = v.Hash()
	}
	return db.write(ctx, "end the writing of an artifact", func(t *tx) error {
		if err := db.keepGenerated(t, v, time.Time{}, head, body, hash); err != nil {
			return err
		}
		if err := t.change(artifactLost(), qEndArtifact, v.State, failure, v.ID, v.Epoch); err != nil {
			return err
		}
		if err := db.indexArtifact(t, v.ID, blinded); err != nil {
			return err
		}
		return touch(t, v.Project, toMS(db.clock()))
	})
}

// indexArtifact replaces what search finds of an artifact.
func (db *DB) indexArtifact(t *tx, id ba.ArtifactID, blinded []string) error {
	if err := db.dropItem(t, string(id)); err != nil || len(blinded) == 0 {
		return err
	}
	return db.addEntry(t, entry{kind: ba.HitArtifact, item: string(id), terms: blinded})
}

// RequestArtifactStop notes that somebody wants the writing to stop. It needs an editor.
func (db *DB) RequestArtifactStop(ctx context.Context, a ba.Actor, id ba.ArtifactID) error {
	return db.write(ctx, "stop an artifact", func(t *tx) error {
		if _, err := requireArtifact(t.rower(), a, id, ba.RoleEditor); err != nil {
			return err
		}
		_, err := t.exec(qStopArtifact, id)
		return err
	})
}

// ArtifactStopRequested reports whether somebody asked to stop the writing.
// What is gone counts as stopped.
func (db *DB) ArtifactStopRequested(ctx context.Context, id ba.ArtifactID) (bool, error) {
	var stop bool
	err := db.engine.read.row(ctx, qArtifactStop, id).Scan(&stop)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	return stop, failed("look for a stop", err)
}

// InterruptArtifacts marks artifacts as interrupted that nobody will finish,
// keeps their sections, and returns them without content. It is called as
// InterruptTurns is.
func (db *DB) InterruptArtifacts(ctx context.Context, instance string, at time.Time) ([]ba.Artifact, error) {
	all := boolInt(instance != "" && db.engine.name == "sqlite")
	if instance == "" {
		instance = "-" // nobody's name
	}
	rows, err := db.engine.read.rows(ctx, qLeftArtifacts, all, instance, toMS(at), toMS(at.Add(longestLease)))
	left, err := collect(rows, err, func(r *sql.Rows) (artifactRow, error) { return scanArtifact(r.Scan) })
	if err != nil {
		return nil, failed("find artifacts that were left", err)
	}
	var interrupted []ba.Artifact
	for _, r := range left {
		v, changed, err := db.interruptArtifact(ctx, r, at)
		if err != nil {
			return interrupted, err
		}
		if changed {
			interrupted = append(interrupted, v)
		}
	}
	return interrupted, nil
}

func (db *DB) interruptArtifact(ctx context.Context, r artifactRow, at time.Time) (v ba.Artifact, changed bool, err error) {
	why := &ba.Failure{Code: "interrupted", Msg: "The server stopped before this was complete. The sections that were written are kept; go on, and the rest is written.", Retryable: true}
	s := db.sealer(ctx, ba.ProjectScope(r.Project), string(r.ID), r.Epoch+1)
	failure := s.sealJSON("artifact failure", why, false)
	if s.err != nil {
		return v, false, s.err
	}
	var n int64
	err = db.write(ctx, "interrupt an artifact", func(t *tx) (err error) {
		n, err = t.exec(qInterruptArtifact, failure, toMS(at), r.ID, r.Epoch)
		return err
	})
	if err != nil || n == 0 { // its owner was faster
		return v, false, err
	}
	if v, err = db.openArtifact(ctx, r); err != nil {
		return v, false, err
	}
	v.State, v.Failure = ba.ArtifactInterrupted, why
	v.Epoch++
	return v, true, nil
}
