package storetest

import (
	"database/sql"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/store"
)

// Engine makes databases of one kind.
type Engine struct {
	Name string                    // sqlite or postgres
	URL  func(t testing.TB) string // of a new, empty database
}

// Engines returns both kinds.
func Engines() []Engine {
	return []Engine{{Name: "sqlite", URL: sqliteURL}, {Name: "postgres", URL: PostgresURL}}
}

func sqliteURL(t testing.TB) string {
	t.Helper()
	return "sqlite://" + filepath.Join(t.TempDir(), "ba.db")
}

// Each runs the test on both engines, as a subtest of the engine's name. What
// an engine needs and the machine lacks skips its half, or fails in CI.
func Each(t *testing.T, test func(t *testing.T, e Engine)) {
	t.Helper()
	for _, e := range Engines() {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			test(t, e)
		})
	}
}

// New returns a store on a new database, as the functions New and Postgres do.
func (e Engine) New(t testing.TB, change ...func(*store.Options)) *store.DB {
	t.Helper()
	db, _ := e.NewAt(t, change...)
	return db
}

// NewAt is New that also returns the address of the database.
func (e Engine) NewAt(t testing.TB, change ...func(*store.Options)) (*store.DB, string) {
	t.Helper()
	o := store.Options{URL: e.URL(t)}
	for _, c := range change {
		c(&o)
	}
	return Open(t, o), o.URL
}

// Raw opens the database beside the store, to see and to change what it keeps.
func Raw(t testing.TB, url string) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite://"); ok {
		driver, dsn = "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)"
	}
	raw, err := sql.Open(driver, dsn)
	check(t, err)
	t.Cleanup(func() { check(t, raw.Close()) })
	return raw
}

// Clock is a time that a test moves. It is safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock returns a clock that stands at the present.
func NewClock() *Clock { return &Clock{at: time.Now().UTC().Truncate(time.Millisecond)} }

// Set makes the clock that of a store.
func (c *Clock) Set(o *store.Options) { o.Clock = c.Now }

// Now returns where the clock stands.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Add moves the clock on.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
