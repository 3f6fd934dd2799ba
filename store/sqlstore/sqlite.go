package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"

	"hubsim/event"
)

// SQLite returns databases in files of a temporary directory, which Close removes.
func SQLite() *Databases { return newDatabases(new(files)) }

// files implements server.
type files struct{ dir string }

var sqliteDialect = &dialect{
	name:      "SQLite",
	parameter: func(int) string { return "?" },
}

func (*files) dialect() *dialect { return sqliteDialect }

func (*files) explain() string {
	return "it lies in the directory for temporary files; TMPDIR names another"
}

// open implements server. A file is safe when this process dies, which is all that a store's crash is;
// so it need not wait for the disk.
func (s *files) open(_ context.Context, store event.NodeID, _ bool) (*sql.DB, error) {
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "hubsim-store-")
		if err != nil {
			return nil, err
		}
		s.dir = dir
	}
	file := filepath.Join(s.dir, url.PathEscape(string(store))+".db")
	const pragmas = "_pragma=journal_mode(MEMORY)&_pragma=synchronous(OFF)&_pragma=busy_timeout(5000)"
	return sql.OpenDB(connector(fmt.Sprintf("file:%s?%s", (&url.URL{Path: file}).EscapedPath(), pragmas))), nil
}

// connector opens a file by its URI.
type connector string

// Connect implements driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.Driver().Open(string(c)) }

// Driver implements driver.Connector.
func (connector) Driver() driver.Driver { return new(sqlite.Driver) }

func (s *files) close() error {
	if s.dir == "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}
