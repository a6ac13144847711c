package store

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qChangeArtifact query = `UPDATE artifacts SET head = $1, version = $2, revision = $3, done = $4, total = $5, updated_at = $6
		WHERE id = $7 AND revision = $8 AND state <> 'generating'`
	qVersionHash query = `SELECT v.hash FROM artifact_versions v WHERE v.artifact_id = $1 AND v.version = $2`
	qAddApproval query = `INSERT INTO artifact_approvals (artifact_id, version, user_id, hash, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (artifact_id, version, user_id, hash) DO NOTHING`
	qDropApproval query = `DELETE FROM artifact_approvals WHERE artifact_id = $1 AND version = $2 AND user_id = $3`
)

// ArtifactChanged is the code of the Conflict of a change that was made from
// an older content.
const ArtifactChanged = "artifact_changed"

// ChangeArtifact stores a content that was changed by hand: in the newest
// version, or as the version after it where v.Version is one more. v.Revision
// is the one that the change was made from; where the content is newer, it is
// a Conflict with the code ArtifactChanged and nothing is stored. It needs an
// editor, and returns the artifact as it is then.
func (db *DB) ChangeArtifact(ctx context.Context, a ba.Actor, v ba.Artifact, terms []string) (ba.Artifact, error) {
	based := v.Revision
	v.Revision++
	head, body, err := db.sealArtifact(ctx, v)
	if err != nil {
		return ba.Artifact{}, err
	}
	blinder, err := db.vault.Blinder(ctx, ba.ProjectScope(v.Project))
	if err != nil {
		return ba.Artifact{}, err
	}
	blinded, hash, p, now := blind(blinder, terms), v.Hash(), v.Written(), toMS(db.clock())
	err = db.write(ctx, "change an artifact", func(t *tx) error {
		if _, err := requireArtifact(t.rower(), a, v.ID, ba.RoleEditor); err != nil {
			return err
		}
		newest, err := lockUnchanged(t, v.ID, based)
		if err != nil {
			return err
		}
		if _, err := t.exec(qChangeArtifact, head, v.Version, v.Revision, p.Done, p.Total, now, v.ID, based); err != nil {
			return err
		}
		if v.Version > newest {
			_, err = t.exec(qAddArtifactVersion, v.ID, newest+1, v.Revision, ba.OriginEdited, "", hash, body, a.User, now)
		} else {
			_, err = t.exec(qKeepVersion, body, v.Revision, hash, now, v.ID, v.Version)
		}
		if err != nil {
			return err
		}
		if err := db.indexArtifact(t, v.ID, blinded); err != nil {
			return err
		}
		return touch(t, v.Project, now)
	})
	if err != nil {
		return ba.Artifact{}, err
	}
	return db.Artifact(ctx, a, v.ID, 0)
}

// lockUnchanged returns the newest version of an artifact that has the
// revision still and is not being generated.
func lockUnchanged(t *tx, id ba.ArtifactID, revision int) (newest int, err error) {
	var now int
	var state ba.ArtifactState
	var epoch int64
	if err := t.row(qLockArtifact, id).Scan(&newest, &now, &state, &epoch); err != nil {
		return 0, missing(err, "lock an artifact", noArtifact)
	}
	switch {
	case state == ba.ArtifactGenerating:
		return 0, artifactBusy()
	case now != revision:
		return 0, &ba.Error{Kind: ba.Conflict, Code: ArtifactChanged,
			Msg: "Somebody changed this artifact after you opened it, so your change was not stored over theirs. Your text is still here: compare the two, and save again."}
	}
	return newest, nil
}

// ApproveArtifact stores the actor's consent to the content of a version. Where
// that content has another hash, it is a Conflict. It needs an editor.
func (db *DB) ApproveArtifact(ctx context.Context, a ba.Actor, id ba.ArtifactID, version int, hash string) error {
	return db.write(ctx, "approve an artifact", func(t *tx) error {
		project, err := requireArtifact(t.rower(), a, id, ba.RoleEditor)
		if err != nil {
			return err
		}
		var has string
		if err := t.row(qVersionHash, id, version).Scan(&has); err != nil {
			return missing(err, "approve an artifact", noArtifact)
		}
		if has == "" || has != hash {
			return &ba.Error{Kind: ba.Conflict, Code: ArtifactChanged, Msg: "The content is not the one that you read: it changed, or is being written. Read it again, then approve."}
		}
		now := toMS(db.clock())
		if _, err := t.exec(qAddApproval, id, version, a.User, hash, now); err != nil {
			return err
		}
		return touch(t, project, now)
	})
}

// WithdrawApproval takes the actor's own consent to a version back. It needs an editor.
func (db *DB) WithdrawApproval(ctx context.Context, a ba.Actor, id ba.ArtifactID, version int) error {
	return db.write(ctx, "withdraw an approval", func(t *tx) error {
		if _, err := requireArtifact(t.rower(), a, id, ba.RoleEditor); err != nil {
			return err
		}
		_, err := t.exec(qDropApproval, id, version, a.User)
		return err
	})
}
