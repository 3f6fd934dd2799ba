package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step from an empty database to today's. Steps that were released never change.
type migration struct {
	version int
	what    string
	text    string
}

// migrations are all of them, in order; a file NNNN-WHAT.sql is number NNNN.
func migrations() ([]migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql") // in order of name
	if err != nil {
		return nil, err
	}
	all := make([]migration, len(names))
	for i, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		number, what, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(name, "migrations/"), ".sql"), "-")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("%s should be number %04d", name, i+1)
		}
		all[i] = migration{version, what, string(text)}
	}
	return all, nil
}

// migrate brings a database to the last of the migrations, each in a transaction of its own.
func migrate(ctx context.Context, db *sql.DB, d *dialect, all []migration) error {
	const history = "CREATE TABLE IF NOT EXISTS hubsim_migrations (version INTEGER PRIMARY KEY, what TEXT NOT NULL, made TIMESTAMP DEFAULT CURRENT_TIMESTAMP)"
	if _, err := db.ExecContext(ctx, history); err != nil {
		return fmt.Errorf("make the table of migrations: %w", err)
	}
	var has int
	if err := db.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM hubsim_migrations").Scan(&has); err != nil {
		return fmt.Errorf("read the table of migrations: %w", err)
	}
	if has > len(all) {
		return fmt.Errorf("its tables are of version %d, this sim knows %d\nhint: a newer sim made them; use that, or another database", has, len(all))
	}
	for _, m := range all[has:] {
		if err := m.apply(ctx, db, d); err != nil {
			return fmt.Errorf("migration %d (%s), nothing of it was kept: %w", m.version, m.what, err)
		}
	}
	return nil
}

func (m *migration) apply(ctx context.Context, db *sql.DB, d *dialect) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after a commit it does nothing
	for statement := range strings.SplitSeq(m.text, ";\n") {
		if statement = strings.TrimSpace(statement); statement == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	made := fmt.Sprintf("INSERT INTO hubsim_migrations (version, what) VALUES (%s, %s)", d.parameter(1), d.parameter(2))
	if _, err := tx.ExecContext(ctx, made, m.version, m.what); err != nil {
		return err
	}
	return tx.Commit()
}
