package store

import (
	"context"
	"time"
)

const (
	// The first column of an index stands in each condition, so that no engine
	// reads it all.
	qDocumentQueue query = `SELECT coalesce(sum(CASE WHEN v.claim_until >= $1 AND v.claim_until <= $2 THEN 1 ELSE 0 END), 0), count(*),
		coalesce(min(CASE WHEN v.claim_until >= $1 AND v.claim_until <= $2 THEN NULL ELSE v.created_at END), 0)
		FROM document_versions v JOIN documents d ON d.id = v.document_id JOIN projects p ON p.id = d.project_id
		WHERE v.status = 'processing' AND v.created_at > 0 AND d.deleted_at = 0 AND p.deleted_at = 0`
	qGenerating query = `SELECT count(*) FROM artifacts WHERE state = 'generating' AND lease_until > 0`
)

// Queue is how much work there is of a kind, on all instances together.
type Queue struct {
	Running, Waiting int64
	Oldest           time.Time // since when what waits longest does; zero where nothing waits
}

// DocumentQueue counts the documents that are read now and those that wait.
func (db *DB) DocumentQueue(ctx context.Context) (Queue, error) {
	now := toMS(db.clock())
	var q Queue
	var all, oldest int64
	err := db.engine.read.row(ctx, qDocumentQueue, now, now+longestLease.Milliseconds()).Scan(&q.Running, &all, &oldest)
	q.Waiting, q.Oldest = all-q.Running, fromMS(oldest)
	return q, failed("count the documents that wait", err)
}

// ArtifactsGenerating counts the artifacts that are being written.
func (db *DB) ArtifactsGenerating(ctx context.Context) (int64, error) {
	var n int64
	err := db.engine.read.row(ctx, qGenerating).Scan(&n)
	return n, failed("count the artifacts that are being written", err)
}
