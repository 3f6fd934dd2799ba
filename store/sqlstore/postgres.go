package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"hubsim/event"
)

// Postgres returns databases in schemas of the PostgreSQL that a URL names, as
// postgres://USER:PASSWORD@HOST:PORT/DATABASE. Nothing is connected yet.
func Postgres(address string) (*Databases, error) {
	if !strings.HasPrefix(address, "postgres://") && !strings.HasPrefix(address, "postgresql://") {
		return nil, errors.New("it is no URL of a PostgreSQL")
	}
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the URL of the PostgreSQL cannot be read") // the cause repeats what may be a password
	}
	return newDatabases(&postgres{config: c, locks: map[string]*pgx.Conn{}}), nil
}

// postgres implements server. A run holds a lock on each schema that it uses, on a connection of its own.
type postgres struct {
	config *pgx.ConnConfig
	locks  map[string]*pgx.Conn // by schema
}

var postgresDialect = &dialect{
	name:      "PostgreSQL",
	parameter: func(n int) string { return "$" + strconv.Itoa(n) },
	bytewise:  ` COLLATE "C"`,
}

func (*postgres) dialect() *dialect { return postgresDialect }

func (p *postgres) explain() string {
	return fmt.Sprintf("is a PostgreSQL running at %s:%d, and may %s make schemas in its database %s?", p.config.Host, p.config.Port, p.config.User, p.config.Database)
}

// longestName is the longest name of a PostgreSQL (NAMEDATALEN).
const longestName = 63

// schemaOf is the name of a store's schema: letters, digits and underscores.
func schemaOf(store event.NodeID) string {
	name := "hubsim_" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(string(store)))
	return name[:min(len(name), longestName)]
}

// open implements server.
func (p *postgres) open(ctx context.Context, store event.NodeID, fresh bool) (*sql.DB, error) {
	schema := schemaOf(store)
	if fresh {
		if err := p.take(ctx, schema); err != nil {
			return nil, err
		}
	}
	c := p.config.Copy()
	c.RuntimeParams["search_path"] = schema
	return stdlib.OpenDB(*c), nil
}

// take makes a schema and locks it.
func (p *postgres) take(ctx context.Context, schema string) error {
	if p.locks[schema] != nil {
		return fmt.Errorf("the schema %s is another store's\nhint: rename one of the two", schema)
	}
	conn, err := pgx.ConnectConfig(ctx, p.config)
	if err != nil {
		return fmt.Errorf("connect to %s:%d: %w", p.config.Host, p.config.Port, cause(err))
	}
	var ours bool
	err = conn.QueryRow(ctx, "SELECT pg_try_advisory_lock(hashtext($1))", schema).Scan(&ours)
	if err == nil && !ours {
		err = fmt.Errorf("another run uses the schema %s\nhint: wait for its end, or give each run a database of its own", schema)
	}
	if err == nil {
		_, err = conn.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+schema)
	}
	if err != nil {
		conn.Close(ctx)
		return err
	}
	p.locks[schema] = conn
	return nil
}

func (p *postgres) close() error {
	for _, conn := range p.locks {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		conn.Close(ctx) // the lock ends with it, whatever it says
		cancel()
	}
	clear(p.locks)
	return nil
}

// hasHint tells whether an error says what to do.
func hasHint(err error) bool { return strings.Contains(err.Error(), "\nhint: ") }

// cause is why a connection could not be made, without a line for each way that was tried.
func cause(err error) error {
	said, wire := (*pgconn.PgError)(nil), (*net.OpError)(nil)
	switch {
	case errors.As(err, &said):
		return said
	case errors.As(err, &wire):
		return wire.Err
	}
	return err
}
