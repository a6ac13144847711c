package ba

import (
	"strconv"
	"time"
)

// Month is a calendar month in UTC, such as 202611: the time for which a
// budget counts.
type Month int

// MonthOf returns the month of a moment.
func MonthOf(t time.Time) Month {
	t = t.UTC()
	return Month(t.Year()*100 + int(t.Month()))
}

// End returns the first moment after the month.
func (m Month) End() time.Time {
	return time.Date(int(m)/100, time.Month(int(m)%100)+1, 1, 0, 0, 0, 0, time.UTC)
}

// Call is one request to a provider, before it is made.
type Call struct {
	User      UserID
	Turn      TurnID // empty for work that belongs to no turn
	Epoch     int64  // of the turn's owner
	Provider  string
	Model     string
	Input     int64 // tokens at most
	MaxOutput int   // tokens at most, reasoning included
	Extra     bool  // nobody asked for it: it is not to take what answers need
}

// Hold is what was set aside for a call. The zero Hold is that of a call that
// costs nothing.
type Hold struct {
	ID        ReservationID
	Provider  string
	Model     string
	MicroUSD  int64
	MaxOutput int  // tokens that it pays for; zero is the provider's default
	Clipped   bool // MaxOutput is less than was asked for, for want of money
	At        time.Time
}

// CallEnd is how a call ended, as far as its cost depends on it.
type CallEnd int

// The ends of a call.
const (
	CallCounted CallEnd = iota // it came to its end, and the provider counted all of it
	CallRefused                // the provider did not begin with it
	CallBroken                 // it ended before the provider had counted all of it
)

// Spent is what came of a call. Usage is what the provider counted so far.
type Spent struct {
	End   CallEnd
	Usage Usage
	Seen  int // bytes of the answer that came, for a call that broke
}

// Reservation is a Hold as it is stored: money of a month that nobody else may
// spend until the call has ended.
type Reservation struct {
	ID        ReservationID
	User      UserID
	Turn      TurnID // empty for work that belongs to no turn
	Epoch     int64  // of the turn's owner
	Owner     string // the instance that makes the call
	Month     Month
	Provider  string
	Model     string
	MicroUSD  int64
	CreatedAt time.Time
}

// Spending is what was spent in a month, and what is set aside.
type Spending struct {
	UsedMicroUSD     int64
	ReservedMicroUSD int64
}

// SpendingLimits are what a user, and all together, may spend in a month, in
// micro-dollars.
type SpendingLimits struct {
	User     int64
	Instance int64 // NoLimit where there is none
}

// NoLimit stands for a limit that is not set.
const NoLimit int64 = -1

// LimitScope is for whom a limit holds: all together, each user, or the user
// of the id.
type LimitScope string

// The scopes that are no user's id.
const (
	LimitInstance LimitScope = "instance"
	LimitEach     LimitScope = "each"
)

// Detail returns a decision in words for the audit log, such as
// "each 50 USD".
func (s LimitScope) Detail(microUSD *int64) string {
	whose := "this user"
	if s == LimitInstance || s == LimitEach {
		whose = string(s)
	}
	switch {
	case microUSD == nil:
		return whose + " as configured"
	case *microUSD == NoLimit:
		return whose + " no limit"
	}
	return whose + " " + strconv.FormatFloat(float64(*microUSD)/1e6, 'f', -1, 64) + " USD"
}

// ModelSpending is what a model cost in a month.
type ModelSpending struct {
	Provider, Model string
	Calls           int64
	UsedMicroUSD    int64
}
