package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // registers itself as sqlite

	"hubsim/event"
)

// SQLite returns databases in files of a temporary directory, which Close removes.
func SQLite() *Databases { return newDatabases(&sqlite{}) }

// sqlite implements server.
type sqlite struct{ dir string }

var sqliteDialect = &dialect{
	name:      "SQLite",
	parameter: func(int) string { return "?" },
}

func (*sqlite) dialect() *dialect { return sqliteDialect }

func (*sqlite) explain() string {
	return "it lies in the directory for temporary files; TMPDIR names another"
}

// open implements server. A file is safe when this process dies, which is all that a store's crash is;
// so it need not wait for the disk.
func (s *sqlite) open(_ context.Context, store event.NodeID, _ bool) (*sql.DB, error) {
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "hubsim-store-")
		if err != nil {
			return nil, err
		}
		s.dir = dir
	}
	file := filepath.Join(s.dir, url.PathEscape(string(store))+".db")
	const pragmas = "_pragma=journal_mode(MEMORY)&_pragma=synchronous(OFF)&_pragma=busy_timeout(5000)"
	return sql.Open("sqlite", fmt.Sprintf("file:%s?%s", (&url.URL{Path: file}).EscapedPath(), pragmas))
}

func (s *sqlite) close() error {
	if s.dir == "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}
