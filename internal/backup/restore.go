package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// Restore makes a database of a backup, on either engine. All of it is made
// and compared on a stage beside the target, which it takes the place of at
// the very end: a restore that fails or is killed leaves the target as it was,
// and is simply run again. The caller sees to it that no instance runs.
type Restore struct {
	Target  string // URL of the database
	Replace bool   // whether what is in the target is moved aside, else it is a Conflict
	Master  vault.MasterKey
	// Keys are those of the keyring, and Install says that they come from a
	// copy and take the place of the target's keyring; else they are read from it.
	Keys    []vault.WrappedKey
	Install bool

	Tell func(Progress) // nil for nobody
	Now  func() time.Time
	Log  *slog.Logger
}

// Restored is what a restore came to.
type Restored struct {
	Head     Head
	Manifest Manifest
	Shredded int    // projects that cannot be read: their keys were destroyed since
	Aside    string // where what was there before is now; empty for nothing
}

// stageName keeps the stage of a restore apart from that of a rehearsal.
const stageName = "restore"

// Run restores what r gives. The errors are sentences for the operator.
func (s *Restore) Run(ctx context.Context, r io.Reader) (done Restored, err error) {
	if s.Tell == nil {
		s.Tell = func(Progress) {}
	}
	if err := s.checkTarget(ctx); err != nil {
		return done, err
	}
	stage, err := store.OpenStage(ctx, s.Target, stageName)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, stage.Close(ctx)) }()
	if err := stage.CheckUnused(ctx); err != nil {
		return done, err
	}
	if done.Head, done.Manifest, err = s.fill(ctx, stage, r); err != nil {
		return done, err
	}
	if done.Shredded, err = s.finish(ctx, stage, done.Head); err != nil {
		return done, err
	}
	done.Aside, err = stage.Take(ctx, s.Install, s.Now())
	return done, err
}

// checkTarget refuses a target with data, unless it is to be replaced. What
// cannot be read as a database counts as data.
func (s *Restore) checkTarget(ctx context.Context) error {
	if s.Replace {
		return nil
	}
	there, err := store.OpenState(ctx, s.Target)
	if err != nil {
		if ba.KindOf(err) == ba.NotFound {
			return nil
		}
		return err
	}
	installation := there.Installation
	if err := there.Close(); err != nil {
		return err
	}
	if installation != "" {
		return ba.E(ba.Conflict, "There is a database with data already. With --replace it is moved aside, and kept; nothing was changed.")
	}
	return nil
}

// fill puts the backup's rows on the stage, in the schema that they had, and
// compares what the database then gives with what the backup holds.
func (s *Restore) fill(ctx context.Context, stage *store.Stage, r io.Reader) (Head, Manifest, error) {
	h, text, err := ReadHead(r)
	if err != nil {
		return h, Manifest{}, err
	}
	if err := fitting(h); err != nil {
		return h, Manifest{}, err
	}
	db, err := store.Open(ctx, s.options(stage, h.Schema))
	if err != nil {
		return h, Manifest{}, err
	}
	l := &loader{ctx: ctx, db: db, looker: looker{tell: s.Tell}}
	m, err := readBody(ctx, r, s.Master, h, text, l)
	if err == nil {
		err = compare(ctx, db, m, s.Tell)
	}
	return h, m, errors.Join(err, db.Close())
}

// fitting refuses what this version cannot restore.
func fitting(h Head) error {
	if h.Kind != Data {
		return ba.E(ba.Invalid, "This file is a keyring copy and not a backup. Name the file that ends in "+dataSuffix+".")
	}
	if newest := store.Newest(); h.Schema > newest {
		return ba.E(ba.Invalid, fmt.Sprintf("The backup has schema %d, made by a newer version of BA Assistant; this one knows %d. Use the newer version (%s).", h.Schema, newest, h.Program))
	}
	return nil
}

func (s *Restore) options(stage *store.Stage, schema int64) store.Options {
	return store.Options{URL: stage.URL, Master: s.Master, Use: store.Fill, Schema: schema, Clock: s.Now, Log: s.Log}
}

// finish brings the stage to the newest schema and makes it ready for use:
// keys, what was destroyed since, the index of search, the entry of the audit
// log that says where its content came from. Then it opens it as an instance
// would.
func (s *Restore) finish(ctx context.Context, stage *store.Stage, h Head) (shredded int, err error) {
	db, err := store.Open(ctx, s.options(stage, 0))
	if err != nil {
		return 0, err
	}
	if err = db.AddKeys(ctx, s.Keys); err == nil {
		shredded, err = db.SettleRestored(ctx)
	}
	if err == nil {
		err = db.FinishLoad(ctx, func(done int) { s.Tell(Progress{"index of search", int64(done)}) })
	}
	if err == nil {
		err = db.Audit(ctx, restored(h, shredded))
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return shredded, err
	}
	o := s.options(stage, 0)
	o.Use = store.Read
	if db, err = store.Open(ctx, o); err != nil {
		return shredded, err
	}
	return shredded, db.Close()
}

// restored is the entry of the audit log: what was written after the backup
// was taken is not there, and the entries of that time are not either.
func restored(h Head, shredded int) ba.AuditEntry {
	detail := fmt.Sprintf("taken %s UTC by version %s", h.TakenAt.UTC().Format(time.DateTime), h.Program)
	if shredded > 0 {
		detail += fmt.Sprintf(", %d projects destroyed since", shredded)
	}
	return ba.Act(ba.Operator(), ba.ActBackupRestored, "backup", string(h.ID)).With(detail)
}

// loader is a Visitor that fills a database.
type loader struct {
	looker
	ctx   context.Context
	db    *store.DB
	known []store.Table

	table store.Table
	rows  []store.Row
	size  int
}

const (
	batchRows = 1000
	batchSize = 4 << 20
)

func (l *loader) Begin(t store.Table) error {
	if l.known == nil {
		var err error
		if l.known, err = l.db.Tables(l.ctx); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(l.known, t.Same) {
		return ba.E(ba.Invalid, "The backup holds the table "+t.Name+" in a form that this version does not make. Use the version that made the backup.")
	}
	l.table = t
	return l.looker.Begin(t)
}

func (l *loader) Row(r store.Row) error {
	l.rows, l.size = append(l.rows, r), l.size+r.Size()
	if len(l.rows) >= batchRows || l.size >= batchSize {
		if err := l.flush(); err != nil {
			return err
		}
	}
	return l.looker.Row(r)
}

func (l *loader) End(Count) error { return l.flush() }

func (l *loader) flush() error {
	err := l.db.Load(l.ctx, l.table, l.rows)
	clear(l.rows)
	l.rows, l.size = l.rows[:0], 0
	return err
}

// compare reads the database and refuses it where a table is not as the
// manifest says.
func compare(ctx context.Context, db *store.DB, m Manifest, tell func(Progress)) error {
	found, err := countAll(ctx, db, func(p Progress) { tell(Progress{"comparing " + p.Table, p.Rows}) })
	if err != nil {
		return err
	}
	for _, c := range found.Tables {
		at := slices.IndexFunc(m.Tables, func(o Count) bool { return o.Table == c.Table })
		if at < 0 && c.Rows == 0 {
			continue // the backup knows of no such table
		}
		if at < 0 || m.Tables[at] != c {
			return ba.E(ba.Internal, "The table "+c.Table+" came out different from what the backup holds. Nothing was changed; report this.")
		}
	}
	if len(found.Tables) < len(m.Tables) {
		return ba.E(ba.Internal, "A table of the backup did not come out. Nothing was changed; report this.")
	}
	return nil
}

// countAll counts and hashes every table of a database.
func countAll(ctx context.Context, db *store.DB, tell func(Progress)) (m Manifest, err error) {
	snap, err := db.Snapshot(ctx)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	return countRows(ctx, snap, tell)
}

// countRows is what a backup of the source would say of it.
func countRows(ctx context.Context, from source, tell func(Progress)) (Manifest, error) {
	var m Manifest
	var form []byte
	look := looker{tell: tell}
	for _, t := range from.Tables() {
		c := newCounter(t.Name)
		if err := look.Begin(t); err != nil {
			return m, err
		}
		for row, err := range from.Rows(ctx, t) {
			if err != nil {
				return m, err
			}
			form = row.Append(form[:0])
			c.add(form)
			if err := look.Row(row); err != nil {
				return m, err
			}
		}
		m.Tables = append(m.Tables, c.count())
	}
	return m, nil
}
