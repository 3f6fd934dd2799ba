package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"strings"
	"time"

	"hubsim/event"
	"hubsim/node"
)

// statementLimit is how long a statement may take: below the 15 s after which a hardened control plane
// gives its database up.
const statementLimit = 10 * time.Second

// batch is how many rows go into one statement: some thousand parameters, of which SQLite takes 32,766.
const batch = 100

// store implements node.Tables on a database that is its own.
type store struct {
	db      *sql.DB
	dialect *dialect
	ctx     context.Context // ends when the databases are closed
}

var _ node.Tables = (*store)(nil)

// within gives a statement its time.
func (s *store) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(s.ctx, statementLimit)
}

// Read implements node.Tables.
func (s *store) Read(t event.Table, key string) ([]event.Row, error) {
	of := tables[t]
	if key != "" {
		return s.query(t, fmt.Sprintf("NOT deleted AND %s = %s", of.key, s.dialect.parameter(1)), of.key, key)
	}
	return s.query(t, "NOT deleted", of.key+s.dialect.bytewise)
}

// Between implements node.Tables.
func (s *store) Between(after, upTo uint64) ([]event.Row, error) {
	var all []event.Row
	where := fmt.Sprintf("row_version > %s AND row_version <= %s", s.dialect.parameter(1), s.dialect.parameter(2))
	for t := event.TableAPI; int(t) < len(tables); t++ {
		rows, err := s.query(t, where, "row_version", version(after), version(upTo))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Version < all[j].Version })
	return all, nil
}

// version is a version as a column holds it: versions never reach its end.
func version(v uint64) int64 { return int64(min(v, 1<<63-1)) }

// query reads the rows of a table that meet a condition.
func (s *store) query(t event.Table, where, order string, args ...any) ([]event.Row, error) {
	of := tables[t]
	ctx, cancel := s.within()
	defer cancel()
	text := fmt.Sprintf("SELECT %s, row_version, deleted, %s FROM %s WHERE %s ORDER BY %s",
		of.key, strings.Join(of.columns, ", "), of.name, where, order)
	found, err := s.db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, s.failed("read", of, err)
	}
	defer found.Close()
	rows := []event.Row{}
	for found.Next() {
		r, err := scan(t, found)
		if err != nil {
			return nil, s.failed("read", of, err)
		}
		rows = append(rows, r)
	}
	if err := found.Err(); err != nil {
		return nil, s.failed("read", of, err)
	}
	return rows, nil
}

// scan reads one row.
func scan(t event.Table, found *sql.Rows) (event.Row, error) {
	r := event.Row{Table: t}
	fields := append([]any{&r.Key, &r.Version, &r.Deleted}, tables[t].fields(&r)...)
	if err := found.Scan(fields...); err != nil {
		return r, err
	}
	if r.Deleted {
		return event.Row{Table: t, Key: r.Key, Version: r.Version, Deleted: true}, nil
	}
	if keyed := tables[t].keyed; keyed != nil {
		keyed(&r)
	}
	return r, nil
}

// Put implements node.Tables, in one transaction.
func (s *store) Put(rows []event.Row) error {
	return s.transact(func(ctx context.Context, tx *sql.Tx) error { return s.put(ctx, tx, rows) })
}

// Restore implements node.Tables, in one transaction: what is there of the keys goes, then rows are put.
func (s *store) Restore(rows []event.Row) error {
	return s.transact(func(ctx context.Context, tx *sql.Tx) error {
		var living []event.Row
		for i := range rows {
			of := tables[rows[i].Table]
			if _, err := tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM %s WHERE %s = %s", of.name, of.key, s.dialect.parameter(1)), rows[i].Key); err != nil {
				return s.failed("write", of, err)
			}
			if rows[i].Version > 0 {
				living = append(living, rows[i])
			}
		}
		return s.put(ctx, tx, living)
	})
}

// transact does something whole or not at all.
func (s *store) transact(do func(ctx context.Context, tx *sql.Tx) error) error {
	ctx, cancel := s.within()
	defer cancel()
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: begin a transaction: %w", s.dialect.name, err)
	}
	defer tx.Rollback() // after a commit it does nothing
	if err := do(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: commit: %w", s.dialect.name, err)
	}
	return nil
}

func (s *store) put(ctx context.Context, tx *sql.Tx, rows []event.Row) error {
	for len(rows) > 0 {
		n := together(rows)
		of := tables[rows[0].Table]
		text, args := s.upsert(of, rows[:n])
		if _, err := tx.ExecContext(ctx, text, args...); err != nil {
			return s.failed("write", of, err)
		}
		rows = rows[n:]
	}
	return nil
}

// together is how many of the first rows fit into one statement: of one table, each key once.
func together(rows []event.Row) int {
	keys := map[string]struct{}{}
	for n := range rows {
		if _, twice := keys[rows[n].Key]; twice || rows[n].Table != rows[0].Table || n == batch {
			return n
		}
		keys[rows[n].Key] = struct{}{}
	}
	return len(rows)
}

// upsert is the statement that puts rows of one table.
func (s *store) upsert(of table, rows []event.Row) (string, []any) {
	columns := append([]string{of.key, "row_version", "deleted"}, of.columns...)
	var text strings.Builder
	fmt.Fprintf(&text, "INSERT INTO %s (%s) VALUES ", of.name, strings.Join(columns, ", "))
	var args []any
	for i := range rows {
		r := rows[i]
		if r.Deleted {
			r = event.Row{Table: r.Table, Key: r.Key, Version: r.Version, Deleted: true}
		}
		values := []any{r.Key, version(r.Version), r.Deleted}
		for _, field := range of.fields(&r) {
			values = append(values, plain(field))
		}
		marks := make([]string, len(values))
		for j := range marks {
			marks[j] = s.dialect.parameter(len(args) + j + 1)
		}
		args = append(args, values...)
		if i > 0 {
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, "(%s)", strings.Join(marks, ", "))
	}
	fmt.Fprintf(&text, " ON CONFLICT (%s) DO UPDATE SET ", of.key)
	for i, c := range columns[1:] {
		if i > 0 {
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, "%s = excluded.%s", c, c)
	}
	fmt.Fprintf(&text, " WHERE %s.row_version < excluded.row_version", of.name)
	return text.String(), args
}

// Versions implements node.Tables.
func (s *store) Versions() (highest, released uint64, err error) {
	ctx, cancel := s.within()
	defer cancel()
	var of []string
	for t := event.TableAPI; int(t) < len(tables); t++ {
		of = append(of, "SELECT max(row_version) AS v FROM "+tables[t].name)
	}
	text := fmt.Sprintf("SELECT coalesce(max(v), 0), coalesce((SELECT upto FROM hubsim_released), 0) FROM (%s) AS versions", strings.Join(of, " UNION ALL "))
	if err := s.db.QueryRowContext(ctx, text).Scan(&highest, &released); err != nil {
		return 0, 0, fmt.Errorf("%s: read the versions: %w", s.dialect.name, err)
	}
	return highest, released, nil
}

// Next implements node.Tables.
func (s *store) Next(sequence string, first, by int) (int, error) {
	ctx, cancel := s.within()
	defer cancel()
	text := fmt.Sprintf("INSERT INTO hubsim_sequences (name, last_value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET last_value = hubsim_sequences.last_value + %s RETURNING last_value",
		s.dialect.parameter(1), s.dialect.parameter(2), s.dialect.parameter(3))
	var n int
	if err := s.db.QueryRowContext(ctx, text, sequence, int64(first), int64(by)).Scan(&n); err != nil {
		return 0, fmt.Errorf("%s: next number of %s: %w", s.dialect.name, sequence, err)
	}
	return n, nil
}

// Holder implements node.Tables.
func (s *store) Holder(r *event.Row) (string, error) {
	sequence, id := r.Sequence(), r.ID()
	if sequence == "" || id == 0 {
		return "", nil
	}
	of := tables[r.Table]
	where := fmt.Sprintf("NOT deleted AND %s = %s AND %s <> %s", of.id(), s.dialect.parameter(1), of.key, s.dialect.parameter(2))
	rows, err := s.query(r.Table, where, of.key+s.dialect.bytewise, int64(id), r.Key)
	for i := range rows {
		if rows[i].Sequence() == sequence {
			return rows[i].Key, err
		}
	}
	return "", err
}

// Release implements node.Tables.
func (s *store) Release(upTo uint64) error {
	ctx, cancel := s.within()
	defer cancel()
	text := fmt.Sprintf("INSERT INTO hubsim_released (one, upto) VALUES (1, %s) ON CONFLICT (one) DO UPDATE SET upto = excluded.upto", s.dialect.parameter(1))
	if _, err := s.db.ExecContext(ctx, text, version(upTo)); err != nil {
		return fmt.Errorf("%s: keep what was released: %w", s.dialect.name, err)
	}
	return nil
}

func (s *store) failed(doing string, of table, err error) error {
	return fmt.Errorf("%s: %s table %s: %w", s.dialect.name, doing, of.name, err)
}
