package sqlstore

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"hubsim/live"
	"hubsim/store/storetest"
)

// postgresURL names a PostgreSQL to test against: scripts/postgres.sh start prints one.
const postgresURL = "HUBSIM_POSTGRES_URL"

// TestMain leaves out the tests that need a PostgreSQL when there is none, and says so; where CI is set
// that is a failure.
func TestMain(m *testing.M) {
	flag.Parse()
	if os.Getenv(postgresURL) == "" {
		fmt.Printf("sqlstore: NOT RUN: the tests against a real PostgreSQL, for %s is not set; export %s=$(scripts/postgres.sh start)\n", postgresURL, postgresURL)
		if os.Getenv("CI") != "" {
			os.Exit(1)
		}
		if err := flag.Set("test.skip", "^TestReal"); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

func lite(*testing.T) live.Databases { return SQLite() }

func real(t *testing.T) live.Databases {
	t.Helper()
	d, err := Postgres(os.Getenv(postgresURL))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSQLite(t *testing.T) { storetest.Run(t, "../storetest/testdata", lite) }

func TestSQLiteIsAsTheModel(t *testing.T) { storetest.Same(t, SQLite()) }

func TestRealPostgres(t *testing.T) { storetest.Run(t, "../storetest/testdata", real) }

func TestRealPostgresIsAsTheModel(t *testing.T) { storetest.Same(t, real(t)) }

// TestNoFileIsLeft expects the directory of a run to go with it.
func TestNoFileIsLeft(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	d := SQLite()
	if _, err := d.Open(context.Background(), "../store.eu"); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
}

func TestURLs(t *testing.T) {
	for url, fits := range map[string]bool{
		"postgres://localhost:5432/hubsim": true, "postgresql://user:pa%20ss@localhost/hubsim?sslmode=disable": true,
		"": false, "localhost:5432": false, "mysql://localhost": false, "postgres://:secret@local host": false,
		"host=localhost password=secret": false, "postgres://u:secret@localhost:many/hubsim": false,
	} {
		d, err := Postgres(url)
		if (err == nil) != fits || err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", url, err)
		}
		if d != nil {
			d.Close()
		}
	}
}
