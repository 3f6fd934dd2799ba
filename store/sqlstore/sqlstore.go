package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"hubsim/event"
	"hubsim/node"
)

// dialect is what the two databases do not have in common.
type dialect struct {
	name      string
	parameter func(n int) string // how the nth parameter of a statement is written
	bytewise  string             // what orders a text by its bytes, as the model does
}

// server makes connections to one kind of database.
type server interface {
	dialect() *dialect
	// open connects to the database of a store; it need not answer yet. fresh tells that the run has not
	// used it before.
	open(ctx context.Context, store event.NodeID, fresh bool) (*sql.DB, error)
	// explain says what to do about a database that does not answer, or "".
	explain() string
	close() error
}

// Databases implements live.Databases.
type Databases struct {
	server server
	ctx    context.Context
	cancel context.CancelFunc

	mu   sync.Mutex
	open map[event.NodeID]*sql.DB
}

func newDatabases(s server) *Databases {
	d := &Databases{server: s, open: map[event.NodeID]*sql.DB{}}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	return d
}

// Open implements live.Databases: it connects, migrates, and at the first time in a run empties the
// tables, so that the run begins with what its deployment says.
func (d *Databases) Open(ctx context.Context, name event.NodeID) (node.Tables, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before, used := d.open[name]
	if used {
		before.Close() // of the incarnation before, which has ended
	}
	db, err := d.server.open(ctx, name, !used)
	if err != nil {
		return nil, d.failed(err)
	}
	db.SetMaxOpenConns(1) // one store at a time uses them, one statement after the other
	d.open[name] = db
	if err := d.prepare(ctx, db, !used); err != nil {
		return nil, d.failed(err)
	}
	return &store{db: db, dialect: d.server.dialect(), ctx: d.ctx}, nil
}

func (d *Databases) failed(err error) error {
	err = fmt.Errorf("open its database (%s): %w", d.server.dialect().name, err)
	if hint := d.server.explain(); hint != "" && !hasHint(err) {
		err = fmt.Errorf("%w\nhint: %s", err, hint)
	}
	return err
}

func (d *Databases) prepare(ctx context.Context, db *sql.DB, fresh bool) error {
	all, err := migrations()
	if err != nil {
		return err
	}
	if err := migrate(ctx, db, d.server.dialect(), all); err != nil {
		return err
	}
	if !fresh {
		return nil
	}
	for i := range tables {
		if tables[i].name == "" {
			continue
		}
		if _, err := db.ExecContext(ctx, "DELETE FROM "+tables[i].name); err != nil {
			return fmt.Errorf("empty table %s: %w", tables[i].name, err)
		}
	}
	for _, name := range []string{"hubsim_released", "hubsim_sequences"} {
		if _, err := db.ExecContext(ctx, "DELETE FROM "+name); err != nil {
			return fmt.Errorf("empty table %s: %w", name, err)
		}
	}
	return nil
}

// Close implements live.Databases: it ends all connections; what is under way fails.
func (d *Databases) Close() error {
	d.cancel()
	d.mu.Lock()
	defer d.mu.Unlock()
	var all error
	for _, db := range d.open {
		all = errors.Join(all, db.Close())
	}
	clear(d.open)
	return errors.Join(all, d.server.close())
}
