package app

import (
	"context"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/event/redisbus"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/metric"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/volume"
)

// work is what an instance counts of what it does for people.
type work struct {
	turns     *metric.Counter
	artifacts *metric.Counter
	documents *metric.Counter
	reading   *metric.Histogram
	unpaid    *metric.Counter
}

func newWork(r *metric.Registry) work {
	return work{
		turns:     r.Counter("ba_turns_ended_total", "Answers that this instance ended, by how.", "state"),
		artifacts: r.Counter("ba_artifacts_ended_total", "Artifacts that this instance wrote, by how the writing ended.", "state"),
		documents: r.Counter("ba_documents_read_total", "Documents that this instance read, by what became of them; reason is empty for what has text.", "format", "status", "reason"),
		reading:   r.Histogram("ba_document_read_duration_seconds", "Time that the reading process took for a document, whatever came of it.", readBounds, "format"),
		unpaid:    r.Counter("ba_budget_refusals_total", "Calls of AI providers that were not made because a budget does not pay for them."),
	}
}

var readBounds = []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

// countedStore is the store, with what ends in it counted. Nothing is counted
// where there are no metrics.
type countedStore struct {
	*store.DB
	m *metrics
}

func (a *App) counted() countedStore { return countedStore{a.db, a.metrics} }

// EndTurn passes the end on and counts it.
func (c countedStore) EndTurn(ctx context.Context, e ba.TurnEnd, terms []string) error {
	err := c.DB.EndTurn(ctx, e, terms)
	if err == nil && c.m != nil {
		c.m.work.turns.Add(1, string(e.State))
	}
	return err
}

// EndGeneration passes the end on and counts it.
func (c countedStore) EndGeneration(ctx context.Context, v ba.Artifact, terms []string) error {
	err := c.DB.EndGeneration(ctx, v, terms)
	if err == nil && c.m != nil {
		c.m.work.artifacts.Add(1, string(v.State))
	}
	return err
}

// FinishJob passes the outcome on and counts it.
func (c countedStore) FinishJob(ctx context.Context, j ba.Job, e ba.Extraction) error {
	err := c.DB.FinishJob(ctx, j, e)
	if err == nil && c.m != nil {
		c.m.work.documents.Add(1, formatLabel(e.Format), string(e.Status), e.ReasonCode)
	}
	return err
}

// Reserve passes the reservation on and counts a refusal.
func (c countedStore) Reserve(ctx context.Context, r ba.Reservation, least int64, limits ba.SpendingLimits) (int64, ba.Spending, ba.Spending, error) {
	granted, own, all, err := c.DB.Reserve(ctx, r, least, limits)
	if err == nil && granted == 0 && c.m != nil {
		c.m.work.unpaid.Add(1)
	}
	return granted, own, all, err
}

func formatLabel(format string) string {
	if format == "" {
		return "unknown"
	}
	return format
}

// extractor returns e with the time of each document measured.
func (m *metrics) extractor(e library.Extractor) library.Extractor {
	if m == nil {
		return e
	}
	return timed{e, m}
}

type timed struct {
	library.Extractor
	m *metrics
}

// Extract passes the document on.
func (t timed) Extract(ctx context.Context, in extract.Input) (extract.Result, error) {
	began := time.Now()
	res, err := t.Extractor.Extract(ctx, in)
	t.m.work.reading.Observe(time.Since(began).Seconds(), formatLabel(string(res.Format)))
	return res, err
}

// readWork adds what is read when somebody asks: of the queue of questions, of
// backups, of the disk and of what instances share.
func (m *metrics) readWork(a *App) {
	r := m.registry
	r.Gauge("ba_turns", "Questions of this instance that are answered now, and that wait for an answer of the same conversation.", []string{"state"}, func(set setter) {
		if c := a.services.chat; c != nil {
			running, waiting := c.Load()
			set(float64(running), "running")
			set(float64(waiting), "waiting")
		}
	})
	m.readQueues(a)
	r.Gauge("ba_audit_entries", "Length of the audit log of the installation; it only grows, unless a backup was restored.", nil, func(set setter) {
		ctx, cancel := context.WithTimeout(a.streams, scrapeTimeout)
		defer cancel()
		if n, err := a.db.AuditLength(ctx); err == nil {
			set(float64(n))
		}
	})
	r.Gauge("ba_backup_last_success_timestamp_seconds", "When the newest good backup ended, in seconds since 1970; absent where none is known.", nil, func(set setter) { a.readBackups(set) })
	if a.cfg.OnSQLite() {
		r.Gauge("ba_disk_free_bytes", "Room on the disk of the database.", nil, func(set setter) {
			if free, err := volume.Free(a.cfg.DataDir); err == nil {
				set(float64(free))
			}
		})
	}
	if a.sharing.redis != nil {
		m.readRedis(a.sharing.redis)
	}
}

// readQueues adds what waits and what is done on all instances together.
func (m *metrics) readQueues(a *App) {
	r := m.registry
	documents := func(set func(store.Queue)) {
		ctx, cancel := context.WithTimeout(a.streams, scrapeTimeout)
		defer cancel()
		if q, err := a.db.DocumentQueue(ctx); err == nil { // as with the budget: no value is better than a wrong one
			set(q)
		}
	}
	r.Gauge("ba_documents_processing", "Documents of the installation that are read now, and that wait for it.", []string{"state"}, func(set setter) {
		documents(func(q store.Queue) {
			set(float64(q.Running), "reading")
			set(float64(q.Waiting), "waiting")
		})
	})
	r.Gauge("ba_documents_oldest_wait_seconds", "For how long the document that waits longest has waited; 0 where none waits.", nil, func(set setter) {
		documents(func(q store.Queue) {
			if q.Oldest.IsZero() {
				set(0)
				return
			}
			set(max(time.Since(q.Oldest).Seconds(), 0))
		})
	})
	r.Gauge("ba_artifacts_generating", "Artifacts of the installation that are being written.", nil, func(set setter) {
		ctx, cancel := context.WithTimeout(a.streams, scrapeTimeout)
		defer cancel()
		if n, err := a.db.ArtifactsGenerating(ctx); err == nil {
			set(float64(n))
		}
	})
}

// newestBackups is how many records are looked at for a good one.
const newestBackups = 100

func (a *App) readBackups(set setter) {
	ctx, cancel := context.WithTimeout(a.streams, scrapeTimeout)
	defer cancel()
	list, err := a.db.Backups(ctx, newestBackups)
	if err != nil {
		return // as with the budget: no value is better than a wrong one
	}
	for _, b := range list {
		if b.State == ba.BackupDone {
			set(float64(b.FinishedAt.Unix()))
			return
		}
	}
}

func (m *metrics) readRedis(bus *redisbus.Bus) {
	r := m.registry
	r.Gauge("ba_redis_shared", "1 while events go to other instances through Redis, 0 while this one works alone.", nil, func(set setter) {
		if bus.Stats().Shared {
			set(1)
			return
		}
		set(0)
	})
	r.Total("ba_redis_events_total", "Events that went through Redis, published by this instance or heard from there.", []string{"direction"}, func(set setter) {
		s := bus.Stats()
		set(float64(s.Published), "published")
		set(float64(s.Heard), "heard")
	})
	r.Total("ba_redis_lost_total", "How often Redis was lost.", nil, func(set setter) { set(float64(bus.Stats().Lost)) })
}

var _ chat.Store = countedStore{}
