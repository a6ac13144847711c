// Program bare is the baseline of the load: a web server in Go that stores what
// it is sent in SQLite, a transaction each, as durably as the workspace, and
// does nothing else: no sign-in, no rights, no sealing, no answer.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite"
)

const schema = `CREATE TABLE IF NOT EXISTS questions (id INTEGER PRIMARY KEY, path TEXT NOT NULL, body BLOB NOT NULL) STRICT`

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	pragmas := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)"}}
	file := url.URL{Scheme: "file", Path: filepath.Join(os.Getenv("DATA_DIR"), "bare.db"), RawQuery: pragmas.Encode()}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(context.Background(), schema); err != nil {
		return err
	}
	http.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	http.HandleFunc("POST /api/threads/{id}/chat", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err == nil {
			_, err = db.ExecContext(r.Context(), "INSERT INTO questions (path, body) VALUES ($1, $2)", r.URL.Path, body)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintln(w, "{}")
	})
	// Who arrives gets something with an id, which is not looked at again.
	http.HandleFunc("POST /", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, `{"id":"one"}`) })
	return http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil)
}
