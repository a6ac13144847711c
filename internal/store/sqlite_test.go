package store_test

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestEveryConnectionToSQLiteHasItsSettings(t *testing.T) {
	db := storetest.New(t)
	// 2 is FULL: an acknowledged write survives a power cut.
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000", "temp_store": "2", "query_only": "0"}
	for name, value := range want {
		if got, err := db.Asking(t.Context(), "PRAGMA "+name); err != nil || !strings.EqualFold(got, value) {
			t.Errorf("the writer's %s is %s, want %s (%v)", name, got, value, err)
		}
	}
	want["query_only"] = "1"
	for range 8 { // held open, so that each is a connection of its own
		conn, err := db.Reader().Conn(t.Context())
		if err != nil {
			break // the pool is smaller
		}
		defer conn.Close()
		for name, value := range want {
			var got string
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got); err != nil || !strings.EqualFold(got, value) {
				t.Errorf("a reader's %s is %s, want %s (%v)", name, got, value, err)
			}
		}
		if db.Reader().Stats().OpenConnections >= 4 {
			break
		}
	}
}

func TestEveryTableOfSQLiteIsStrict(t *testing.T) {
	_, url := storetest.Engines()[0].NewAt(t)
	raw := storetest.Raw(t, url)
	rows, err := raw.QueryContext(t.Context(), "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND schema = 'main' AND name NOT LIKE 'sqlite_%'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if name != "goose_db_version" {
			t.Errorf("%s is not strict", name)
		}
	}
	if _, err := raw.ExecContext(t.Context(), "INSERT INTO used_once (hash, expires_at) VALUES (x'00', 'tomorrow')"); err == nil {
		t.Error("a text was taken for a time")
	}
}

func TestAForeignKeyIsHeldOnBothEngines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		err := db.Writing(t.Context(), func(exec func(string, ...any) error) error {
			return exec("INSERT INTO members (project_id, user_id, role, created_at) VALUES ('nothing', 'nobody', 'owner', 1)")
		})
		if err == nil {
			t.Error("a member of nothing was stored")
		}
	})
}

// A writer that is asked for durability is: the engines are not told otherwise.
func TestPostgreSQLIsLeftDurable(t *testing.T) {
	db := storetest.Postgres(t)
	for name, want := range map[string]string{"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"} {
		var got string
		if err := db.Reader().QueryRowContext(t.Context(), "SHOW "+name).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s, want %s (%v)", name, got, want, err)
		}
	}
}
