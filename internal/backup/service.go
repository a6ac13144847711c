package backup

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/tracing"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// Record is what is known of one backup.
type Record = ba.Backup

// Records keeps the list of backups.
type Records interface {
	BeginBackup(ctx context.Context, b ba.Backup) (bool, error)
	EndBackup(ctx context.Context, b ba.Backup) error
	CutBackups(ctx context.Context, owner string, began time.Time) error
	Backups(ctx context.Context, limit int) ([]ba.Backup, error)
	ForgetBackups(ctx context.Context, began time.Time) error
}

// Deps is what a Service works with.
type Deps struct {
	Records  Records
	Snapshot func(ctx context.Context) (*store.State, error)
	Keys     func(ctx context.Context) ([]vault.WrappedKey, error)
	Master   vault.MasterKey
	Program  string
	Instance string

	To       Place // nil where it is not said where backups go
	KeysTo   Place // nil where the keyring is not copied
	Schedule ba.Schedule
	Keep     int // how many backups stay; 0 is all

	Clock func() time.Time
	Log   *slog.Logger
}

// Service makes backups in a running instance: on a schedule, and when an
// administrator asks. It is safe for concurrent use.
type Service struct {
	Deps
	asked chan ba.Backup // begun and recorded, at most one

	mu    sync.Mutex
	busy  bool
	retry time.Time // when a scheduled backup that failed is tried again
	tries int

	copied [sha256.Size]byte // of the keys in the keyring copy; for Run alone
}

const (
	// settle is how long a start is left alone before a backup that is due.
	settle = 5 * time.Second
	// look is how often the keyring is compared with its copy.
	look = time.Minute

	retryAfter = 15 * time.Minute
	maxTries   = 3

	listed       = 100
	recordsKept  = 400 * 24 * time.Hour
	longestOfAll = 24 * time.Hour // after which a backup of an instance that is gone counts as cut short
)

// New returns a Service.
func New(d Deps) *Service { return &Service{Deps: d, asked: make(chan ba.Backup, 1)} }

// Recent lists the newest backups of all instances, the newest first. It is
// empty where none was made.
func (s *Service) Recent(ctx context.Context) ([]Record, error) {
	return s.Records.Backups(ctx, listed)
}

// Start begins a backup that an administrator asks for and returns at once;
// Recent tells how it goes. It is Invalid where it is not said where backups
// go, and Conflict while one runs.
func (s *Service) Start(ctx context.Context, a ba.Actor) error {
	if s.To == nil {
		return ba.E(ba.Invalid, "It is not said where backups go. The operator sets BACKUP_TO to a directory or to s3://bucket/prefix, and restarts.")
	}
	b, ok, err := s.begin(ctx, ba.BackupAsked, time.Time{})
	b.By = a
	if err != nil {
		return err
	}
	if !ok {
		return ba.E(ba.Conflict, "A backup is being made already. Wait for its end.")
	}
	s.asked <- b // there is room: only one is begun at a time
	return nil
}

// begin records a backup, unless one runs here or its slot was taken elsewhere.
func (s *Service) begin(ctx context.Context, origin ba.BackupOrigin, slot time.Time) (ba.Backup, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy {
		return ba.Backup{}, false, nil
	}
	b := ba.Backup{ID: ba.NewID[ba.BackupID](), Origin: origin, State: ba.BackupRunning, Place: s.To.String(), Slot: slot, Owner: s.Instance, StartedAt: s.Clock()}
	ok, err := s.Records.BeginBackup(ctx, b)
	s.busy = ok && err == nil
	return b, s.busy, err
}

// Run makes the backups that are asked for and those that are due, and keeps
// the keyring copy up to date, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	if s.To == nil {
		<-ctx.Done()
		return nil
	}
	if err := s.Records.CutBackups(ctx, s.Instance, s.Clock().Add(-longestOfAll)); err != nil {
		return err
	}
	timer := time.NewTimer(settle)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case b := <-s.asked:
			s.do(ctx, b)
		case <-timer.C:
			s.due(ctx)
			s.refreshKeys(ctx)
			timer.Reset(s.wait())
		}
	}
}

// wait returns how long until something may be due.
func (s *Service) wait() time.Duration {
	if s.Schedule.Never() {
		return look
	}
	now := s.Clock()
	return min(look, max(time.Second, s.Schedule.Next(now).Sub(now)))
}

// due makes the backup of the present slot, if no instance has begun it, or
// tries again the one that failed.
func (s *Service) due(ctx context.Context) {
	if s.Schedule.Never() {
		return
	}
	now := s.Clock()
	again := !s.retry.IsZero() && !now.Before(s.retry)
	slot := s.Schedule.Slot(now)
	if again {
		slot = time.Time{}
	}
	b, ok, err := s.begin(ctx, ba.BackupScheduled, slot)
	switch {
	case err != nil:
		s.Log.ErrorContext(ctx, "a scheduled backup could not begin", "error", err)
	case ok:
		s.do(ctx, b)
	}
}

// do makes a backup that was begun, and records how it ended.
func (s *Service) do(ctx context.Context, b ba.Backup) {
	ctx, span := tracing.Begin(ctx, "backup")
	made, err := s.make(ctx, b)
	tracing.End(span, err)
	b.FinishedAt, b.Size, b.Rows = s.Clock(), made.Size, made.Manifest.Rows()
	if b.State = ba.BackupDone; err != nil {
		b.State, b.Failure = ba.BackupFailed, sentence(err)
		s.Log.ErrorContext(ctx, "a backup failed", "backup", b.ID, "error", err)
	} else {
		b.Place = Path(s.To, made.Name)
		s.Log.InfoContext(ctx, "a backup was made and read back", "backup", b.ID, "rows", b.Rows, "bytes", b.Size, "took", b.Took())
	}
	if err := s.Records.EndBackup(context.WithoutCancel(ctx), b); err != nil {
		s.Log.ErrorContext(ctx, "the end of a backup could not be recorded", "backup", b.ID, "error", err)
	}
	s.ended(b)
}

func (s *Service) ended(b ba.Backup) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = false
	if b.Origin != ba.BackupScheduled {
		return
	}
	if b.State == ba.BackupDone || s.tries >= maxTries {
		s.retry, s.tries = time.Time{}, 0
		return
	}
	s.retry, s.tries = s.Clock().Add(retryAfter), s.tries+1
}

func (s *Service) make(ctx context.Context, b ba.Backup) (Made, error) {
	job := &Job{ID: b.ID, Origin: b.Origin, Snapshot: s.Snapshot, Master: s.Master, Program: s.Program,
		To: s.To, Keys: s.Keys, KeysTo: s.KeysTo, Now: s.Clock}
	made, err := job.Run(ctx)
	if err != nil {
		return made, err
	}
	if err := Prune(ctx, s.To, made.Head.Installation, s.Keep); err != nil {
		return made, err
	}
	return made, s.Records.ForgetBackups(ctx, s.Clock().Add(-recordsKept))
}

// sentence returns what to show of an error.
func sentence(err error) string {
	var known *ba.Error
	if errors.As(err, &known) && known.Msg != "" {
		return known.Msg
	}
	if errors.Is(err, context.Canceled) {
		return "It was given up because the instance stopped."
	}
	return "It failed for a reason that the log of the instance says."
}

// Prune removes the oldest backups of an installation beyond the newest keep;
// with 0 all stay.
func Prune(ctx context.Context, p Place, installation string, keep int) error {
	if keep <= 0 {
		return nil
	}
	items, err := backups(ctx, p, installation)
	if err != nil {
		return err
	}
	for len(items) > keep {
		if err := p.Remove(ctx, items[0].Name); err != nil {
			return ba.Wrap(ba.Unavailable, "The backup was made, but older ones could not be removed. Check the permissions at "+p.String()+".", err)
		}
		items = items[1:]
	}
	return nil
}

// refreshKeys copies the keyring where keys were made or destroyed since.
func (s *Service) refreshKeys(ctx context.Context) {
	if s.KeysTo == nil {
		return
	}
	if err := s.copyIfChanged(ctx); err != nil && ctx.Err() == nil {
		s.Log.ErrorContext(ctx, "the keyring copy could not be brought up to date", "error", err)
	}
}

func (s *Service) copyIfChanged(ctx context.Context) error {
	keys, err := s.Keys(ctx)
	if err != nil {
		return fmt.Errorf("read the keyring: %w", err)
	}
	sum := digest(keys)
	if sum == s.copied {
		return nil
	}
	h, err := s.describe(ctx)
	if err != nil || h.Installation == "" {
		return err
	}
	if err := copyKeys(ctx, s.KeysTo, s.Master, h, keys); err != nil {
		return err
	}
	s.copied = sum
	return nil
}

// describe returns the head of a keyring copy that is made now.
func (s *Service) describe(ctx context.Context) (h Head, err error) {
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	return Head{Engine: snap.Engine, Schema: snap.Schema, Installation: snap.Installation, TakenAt: s.Clock().UTC(), Program: s.Program}, nil
}

// digest tells whether keys, or their wrapping, changed.
func digest(keys []vault.WrappedKey) [sha256.Size]byte {
	var all []byte
	for k := range slices.Values(keys) {
		all = append(all, k.ID...)
		all = append(all, k.Wrapped...)
	}
	return sha256.Sum256(all)
}
