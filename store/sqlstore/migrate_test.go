package sqlstore

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"hubsim/event"
)

func TestMigrations(t *testing.T)     { migrating(t, SQLite()) }
func TestRealMigrations(t *testing.T) { migrating(t, real(t).(*Databases)) }

// migrating brings an old database with rows to today's tables, meets a migration that fails half way,
// and a database of the future.
func migrating(t *testing.T, d *Databases) {
	ctx := context.Background()
	defer d.Close()
	db := empty(t, d)
	defer db.Close()
	all, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	exec := func(text string) {
		t.Helper()
		if _, err := db.Exec(text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	of := d.server.dialect()
	if err := migrate(ctx, db, of, all[:1]); err != nil {
		t.Fatal(err)
	}
	exec("INSERT INTO am_revoked_jwt (uuid, row_version, deleted, signature, expiry_timestamp) VALUES ('e-1', 7, FALSE, 'jti', 99)")
	for range 2 { // the second time there is nothing to do
		if err := migrate(ctx, db, of, all); err != nil {
			t.Fatal(err)
		}
	}
	s := &store{db: db, dialect: of, ctx: ctx}
	if rows, err := s.Read(event.TableRevoked, ""); err != nil || len(rows) != 1 || rows[0].Revoked.Token != "jti" {
		t.Errorf("after the migrations there is %+v, %v", rows, err)
	}
	if rows, err := s.Read(event.TableWebhook, ""); err != nil || len(rows) != 0 {
		t.Errorf("the new table has %+v, %v", rows, err)
	}

	bad := migration{len(all) + 1, "broken", "CREATE TABLE half (a INTEGER);\nCREATE NONSENSE;\n"}
	err = migrate(ctx, db, of, append(all[:len(all):len(all)], bad))
	if err == nil || !strings.Contains(err.Error(), "(broken)") || !strings.Contains(err.Error(), "nothing of it was kept") {
		t.Errorf("a broken migration: %v", err)
	}
	if _, err := db.Exec("SELECT * FROM half"); err == nil {
		t.Error("half of the broken migration was kept")
	}
	if highest, _, err := s.Versions(); highest != 7 || err != nil {
		t.Errorf("after it the highest version is %d, %v", highest, err)
	}

	exec("INSERT INTO hubsim_migrations (version, what) VALUES (99, 'of the future')")
	_, err = d.Open(ctx, "migrated")
	if err == nil || !strings.Contains(err.Error(), "version 99") || !strings.Contains(err.Error(), "hint: a newer sim") {
		t.Errorf("a database of the future: %v", err)
	}
}

// empty connects to a database without tables.
func empty(t *testing.T, d *Databases) *sql.DB {
	t.Helper()
	ctx := context.Background()
	db, err := d.server.open(ctx, "migrated", true)
	if err != nil {
		t.Fatal(err)
	}
	if p, is := d.server.(*postgres); is {
		for _, text := range []string{"DROP SCHEMA hubsim_migrated CASCADE", "CREATE SCHEMA hubsim_migrated"} {
			if _, err := db.Exec(text); err != nil {
				t.Fatal(err)
			}
		}
		p.locks["hubsim_migrated"].Close(ctx)
		delete(p.locks, "hubsim_migrated")
	}
	return db
}

// TestRealLock refuses a schema that another run uses, and gives it free with the run's end.
func TestRealLock(t *testing.T) {
	ctx := context.Background()
	first, second := real(t), real(t)
	defer second.Close()
	if _, err := first.Open(ctx, "locked"); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Open(ctx, "locked"); err == nil || !strings.Contains(err.Error(), "another run uses the schema hubsim_locked\nhint: ") {
		t.Errorf("a schema in use: %v", err)
	}
	if _, err := first.Open(ctx, "LOCKED"); err == nil || !strings.Contains(err.Error(), "hint: rename one") {
		t.Errorf("two stores of one schema: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Open(ctx, "locked"); err != nil {
		t.Errorf("a schema that is free again: %v", err)
	}
}

// TestRealRunBeginsEmpty expects a run to find nothing of the one before it.
func TestRealRunBeginsEmpty(t *testing.T) {
	for range 2 {
		d := real(t)
		s, err := d.Open(context.Background(), "again")
		if err != nil {
			t.Fatal(err)
		}
		if highest, _, err := s.Versions(); highest != 0 || err != nil {
			t.Errorf("it begins with version %d, %v", highest, err)
		}
		if err := s.Put([]event.Row{{Table: event.TableAPI, Key: "u", Version: 5, API: &event.API{UUID: "u"}}}); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestRealTrouble takes the server's connections away in the middle: what was asked then fails, and says
// of what; the next is answered. What no text can hold is refused and harms nothing.
func TestRealTrouble(t *testing.T) {
	ctx := context.Background()
	d := real(t).(*Databases)
	defer d.Close()
	s, err := d.Open(ctx, "troubled")
	if err != nil {
		t.Fatal(err)
	}
	row := func(key string, version uint64) []event.Row {
		return []event.Row{{Table: event.TableAPI, Key: key, Version: version, API: &event.API{UUID: key}}}
	}
	if err := s.Put(append(row("good", 1), row("bad\x00", 2)...)); err == nil || !strings.Contains(err.Error(), "PostgreSQL: write table am_api: ") {
		t.Errorf("a key that no text can hold: %v", err)
	}
	if rows, err := s.Read(event.TableAPI, ""); err != nil || len(rows) != 0 {
		t.Errorf("half of a failed put is there: %+v, %v", rows, err)
	}
	lock := d.server.(*postgres).locks["hubsim_troubled"]
	if _, err := lock.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%am_api%'"); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for i := range 3 {
		if s.Put(row("after", uint64(i+3))) != nil {
			failed++
		}
	}
	if failed > 1 {
		t.Errorf("%d of 3 puts failed after the connection broke, want at most the first", failed)
	}
	if rows, err := s.Read(event.TableAPI, "after"); err != nil || len(rows) != 1 || rows[0].Version != 5 {
		t.Errorf("after the trouble there is %+v, %v", rows, err)
	}
}

// TestNobodyThere expects a PostgreSQL that is not there to be named with a hint, without its password.
func TestNobodyThere(t *testing.T) {
	d, err := Postgres("postgres://hubsim:secret@127.0.0.1:1/hubsim")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, err = d.Open(context.Background(), "store.eu")
	if err == nil || !strings.Contains(err.Error(), "connect to 127.0.0.1:1: connect: connection refused") || !strings.Contains(err.Error(), "hint: is a PostgreSQL running at") || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v: want where, a hint, and no password", err)
	}
}
