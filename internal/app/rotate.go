package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
	"github.com/ba-assistant/ba-assistant/internal/vault/kms"
)

// Progress is told how far something long has come, as one line.
type Progress func(line string)

// KeyStatus is what is known of the keys of an installation.
type KeyStatus struct {
	Place      string     `json:"place"`  // where the master key is, for people
	Master     string     `json:"master"` // its id, which gives nothing of it away
	Keys       int        `json:"data_keys"`
	Groups     []KeyGroup `json:"groups"`
	Pending    int        `json:"pending"`                // data keys that another master key wraps
	Replaced   int        `json:"replaced"`               // data keys that no longer seal and still open
	Oldest     *time.Time `json:"oldest,omitempty"`       // of the data keys that seal
	MasterDone *time.Time `json:"master_since,omitempty"` // when the master key was last replaced
	DataDone   *time.Time `json:"resealed,omitempty"`     // when everything was last sealed again
	Unfinished []string   `json:"unfinished,omitempty"`   // rotations that were cut short: master, data
	Next       []string   `json:"next,omitempty"`         // what to do, as sentences
}

// KeyGroup counts data keys.
type KeyGroup struct {
	Kind   string `json:"kind"`
	Master string `json:"master"`
	Keys   int    `json:"keys"`
}

// KeyStatus counts the keys and says what is to be done with them.
func (o *Operator) KeyStatus(ctx context.Context) (KeyStatus, error) {
	if err := o.check(ctx); err != nil {
		return KeyStatus{}, err
	}
	s, err := o.db.Vault().Survey(ctx)
	if err != nil {
		return KeyStatus{}, err
	}
	out := KeyStatus{Place: o.master.place, Master: s.Master, Keys: s.Keys, Pending: s.Pending, Replaced: s.Replaced, Oldest: date(s.Oldest)}
	for _, g := range s.Groups {
		out.Groups = append(out.Groups, KeyGroup(g))
	}
	for kind, done := range map[store.RotationKind]**time.Time{store.RotationOfMaster: &out.MasterDone, store.RotationOfData: &out.DataDone} {
		r, err := o.db.LastRotation(ctx, kind)
		if err != nil {
			return out, err
		}
		*done = date(r.Finished)
		if r.ID != "" && r.Finished.IsZero() {
			out.Unfinished = append(out.Unfinished, string(kind))
		}
	}
	out.Next = o.next(out)
	return out, nil
}

func date(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// next says what is to be done.
func (o *Operator) next(s KeyStatus) []string {
	var next []string
	if s.Pending > 0 {
		next = append(next, fmt.Sprintf("%d data keys are wrapped by another master key. Run: ba keys rotate", s.Pending))
	}
	if slices.Contains(s.Unfinished, string(store.RotationOfData)) {
		next = append(next, "Data keys are being replaced, or that was cut short. Run: ba keys rotate --data")
	}
	if s.Pending == 0 && o.older() {
		next = append(next, "The master keys before the present one are no longer needed. Run: ba keys retire")
	}
	return next
}

func (o *Operator) older() bool {
	k, is := o.master.current.(vault.Successor)
	return o.master.previous || is && k.Older()
}

// RotateMaster makes a new master key where the present one is everywhere and
// can make its successor, and wraps every data key with the newest one. It may be
// stopped and run again. It returns how many were wrapped again, and whether
// there was nothing to do.
func (o *Operator) RotateMaster(ctx context.Context, tell Progress) (n int, idle bool, err error) {
	release, err := o.alone()
	if err != nil {
		return 0, false, err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := o.check(ctx); err != nil {
		return 0, false, err
	}
	s, err := o.db.Vault().Survey(ctx)
	if err != nil {
		return 0, false, err
	}
	last, err := o.db.LastRotation(ctx, store.RotationOfMaster)
	if err != nil {
		return 0, false, err
	}
	cut := last.ID != "" && last.Finished.IsZero()
	if s.Pending == 0 && o.older() && !cut {
		return 0, true, nil
	}
	r, err := o.db.BeginRotation(ctx, store.RotationOfMaster)
	if err != nil {
		return 0, false, err
	}
	if s.Pending == 0 && !o.older() {
		if err := o.succeed(ctx, tell); err != nil {
			return 0, false, errors.Join(err, o.db.DropRotation(ctx, r))
		}
		if err := o.record(ctx, ba.ActKeysRotating, masterKeyKind, o.master.ID(), ""); err != nil {
			return 0, false, err
		}
	}
	if n, err = o.rewrap(ctx, tell); err != nil {
		return n, false, err
	}
	act := ba.Act(ba.Operator(), ba.ActKeysRotated, masterKeyKind, o.master.ID())
	return n, false, o.db.EndRotation(ctx, r, act.With(fmt.Sprintf("%d data keys", n)))
}

// The kinds of key, as objects of the audit log.
const masterKeyKind, dataKeysKind = "master key", "data keys"

// succeed has the present master key make the next one.
func (o *Operator) succeed(ctx context.Context, tell Progress) error {
	k, is := o.master.current.(vault.Successor)
	if !is {
		return o.byHand()
	}
	before := k.ID()
	if err := k.Succeed(ctx); err != nil {
		if file, is := k.(*vault.KeyFile); is {
			return ba.Wrap(ba.Unavailable, "This program may not replace "+file.Path()+". Put a new key (ba keys new) before the old one into that file, on a line of its own, where it comes from, and run this again.", err)
		}
		return err
	}
	tell("The master key is now " + k.ID() + "; before it was " + before + ".")
	return nil
}

// byHand says how a master key is replaced that this program cannot replace.
func (o *Operator) byHand() error {
	if _, is := o.master.current.(kms.Key); is {
		return ba.E(ba.Conflict, "Every data key is wrapped by this key of AWS KMS. To replace it, point its alias to a new key, or set MASTER_KEY_URL to another one and MASTER_KEY_PREVIOUS to the address of this one, restart the server, and run this again. "+
			"What AWS calls rotation changes the key inside the service and needs nothing here.")
	}
	return ba.E(ba.Conflict, "The master key comes from the environment, which this program cannot change. Set MASTER_KEY to a new key (ba keys new) and MASTER_KEY_PREVIOUS to the present one, restart the server, and run this again.")
}

func (o *Operator) rewrap(ctx context.Context, tell Progress) (int, error) {
	all := 0
	for {
		n, err := o.db.Vault().Rewrap(ctx, func(done int) {
			if done%100 == 0 {
				tell(fmt.Sprintf("%d data keys are wrapped by the new master key.", all+done))
			}
		})
		all += n
		if errors.Is(err, vault.ErrUnknownMasterKey) {
			err = ba.Wrap(ba.Invalid, "A data key is wrapped by a master key that is not configured. Give it as MASTER_KEY_PREVIOUS, and run this again.", err)
		}
		if err != nil || n == 0 {
			return all, err
		}
	}
}

// RetireMaster has the master keys before the present one forgotten, after it
// has wrapped what is still wrapped by them. It returns what is left to do by hand.
func (o *Operator) RetireMaster(ctx context.Context, tell Progress) (todo string, err error) {
	release, err := o.alone()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := o.check(ctx); err != nil {
		return "", err
	}
	older := o.older()
	n, err := o.rewrap(ctx, tell)
	if err != nil || !older && n == 0 {
		return "", err
	}
	todo = o.forget(ctx, tell)
	detail := "forgotten"
	if todo != "" {
		detail = "to be removed by hand"
	}
	return todo, o.record(ctx, ba.ActKeysRetired, masterKeyKind, o.master.ID(), detail)
}

// forget removes the keys before the present one from a key file that this
// program may write, and returns what is left to do by hand.
func (o *Operator) forget(ctx context.Context, tell Progress) (todo string) {
	if k, is := o.master.current.(*vault.KeyFile); is && k.Older() {
		if err := k.Retire(ctx); err != nil { // a mounted secret is changed where it comes from
			return "Remove every line but the first from " + k.Path() + ", where it comes from. Nothing is wrapped by the other keys any more."
		}
		tell("The file " + k.Path() + " holds the present key alone.")
	}
	if o.master.previous {
		return "Remove MASTER_KEY_PREVIOUS and restart the server. Nothing is wrapped by those keys any more."
	}
	return ""
}

// DataCutShort reports whether a replacement of the data keys is to go on.
func (o *Operator) DataCutShort(ctx context.Context) (bool, error) {
	r, err := o.db.LastRotation(ctx, store.RotationOfData)
	return r.ID != "" && r.Finished.IsZero(), err
}

// settle is how long after new data keys were made every instance uses them.
const settle = vault.Freshness + 2*time.Second

// RotateData gives every scope a new data key, seals everything again under
// it, and destroys the old data keys. It may be stopped and run again, and runs
// beside instances, for which it waits half a minute.
func (o *Operator) RotateData(ctx context.Context, tell Progress) (done store.Resealed, err error) {
	release, err := o.alone()
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := o.check(ctx); err != nil {
		return done, err
	}
	r, err := o.db.BeginRotation(ctx, store.RotationOfData)
	if err != nil {
		return done, err
	}
	n, err := o.db.Vault().RotateDataKeys(ctx, r.Started, nil)
	if err != nil {
		return done, err
	}
	if n > 0 {
		if err := o.record(ctx, ba.ActKeysRotating, dataKeysKind, "", fmt.Sprintf("%d new", n)); err != nil {
			return done, err
		}
	}
	tell(fmt.Sprintf("%d scopes have a new data key. Everything is sealed again now.", n))
	until := time.Now().Add(settle)
	if o.unattended(ctx) {
		until = time.Now()
	}
	if done, err = o.reseal(ctx, until, tell); err != nil {
		return done, err
	}
	if _, err = o.db.Vault().DropReplaced(ctx); err != nil {
		return done, err
	}
	act := ba.Act(ba.Operator(), ba.ActKeysRotated, dataKeysKind, "")
	return done, o.db.EndRotation(ctx, r, act.With(fmt.Sprintf("%d values sealed again", done.Sealed)))
}

// reseal walks over everything until a walk that began after the time finds
// nothing to do. It returns the sum of what was done.
func (o *Operator) reseal(ctx context.Context, after time.Time, tell Progress) (store.Resealed, error) {
	var sum store.Resealed
	for {
		settled := !time.Now().Before(after)
		r, err := o.db.Reseal(ctx, func(r store.Resealed) {
			tell(fmt.Sprintf("%d values looked at, %d sealed again.", r.Seen, sum.Sealed+r.Sealed))
		})
		sum.Seen, sum.Sealed = r.Seen, sum.Sealed+r.Sealed
		switch {
		case err != nil:
			return sum, err
		case r.Unreadable > 0:
			return sum, ba.Wrap(ba.Internal, fmt.Sprintf("%d values cannot be opened, so the old data keys are kept. Everything else is sealed under the new ones. Restore those values from a backup, and run this again.", r.Unreadable), r.First)
		case r.Clean() && settled:
			return sum, nil
		case r.Clean():
			tell("Instances may use the old data keys for half a minute; waiting.")
			if err := sleep(ctx, time.Until(after)); err != nil {
				return sum, err
			}
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
