package live_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"hubsim/broker/natsbroker"
	"hubsim/checker"
	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
	"hubsim/scenarios"
	"hubsim/store/sqlstore"
	"hubsim/trace"
)

// postgresURL names a PostgreSQL to test against: scripts/postgres.sh start prints one.
const postgresURL = "HUBSIM_POSTGRES_URL"

const stored = `
name: stored
question: Is a revocation in the database when the database dies, and does a gateway that starts later hear of it?
deployment: {pattern: gw-cp-ha}
catalog: {apis: [{name: pizza}], apps: [{name: mobile, subscribe: {pizza: Unlimited}}]}
length: 9s
workload: [{from: 2s, rate: 20}]
steps: [{at: 1500ms, revoke: mobile}]
faults: |
  at 2500ms for 500ms crash store.*
  at 3500ms for 500ms crash gw-1
checks: [{check: accounting}]
expect: {}
`

// late is what gateways that started after the database had died were told of revoked tokens.
type late struct {
	crashed bool
	tokens  []event.TokenID
	odd     []string
}

// Observe implements trace.Observer.
func (l *late) Observe(r *trace.Record) {
	store := strings.HasPrefix(string(r.Node), "store.")
	l.crashed = l.crashed || store && r.Kind == trace.Stopped
	if store && r.Kind == trace.Noted && r.Note.Fact == node.EventIgnored {
		l.odd = append(l.odd, r.Note.Detail)
	}
	if p, is := r.Msg.(*event.PullResponse); is && l.crashed && r.Kind == trace.Received && p.Path == event.PathRevoked {
		for _, t := range p.Revoked {
			l.tokens = append(l.tokens, t.Token)
		}
	}
}

// TestDatabases runs a site on each kind of database, kills the database and then a gateway, and
// expects the gateway to be told again of the token that was revoked before: from the tables.
func TestDatabases(t *testing.T) {
	t.Parallel()
	kinds := map[string]func() (*sqlstore.Databases, error){"sqlite": func() (*sqlstore.Databases, error) { return sqlstore.SQLite(), nil }}
	if url := os.Getenv(postgresURL); url != "" {
		kinds["postgres"] = func() (*sqlstore.Databases, error) { return sqlstore.Postgres(url) }
	}
	for kind, open := range kinds {
		t.Run(kind, func(t *testing.T) {
			s, err := scenarios.Parse("stored.yaml", []byte(stored))
			if err != nil {
				t.Fatal(err)
			}
			seen := &late{}
			judge(t, proving(t, func() checker.Result {
				e := prepare(t, s, "wso2", seen)
				d, err := open()
				if err != nil {
					t.Fatal(err)
				}
				b := natsbroker.New(natsbroker.Defaults())
				ran, err := live.Run(context.Background(), e.World, b, live.Options{Databases: d})
				b.Close()
				if err != nil {
					t.Fatal(err)
				}
				if err := d.Close(); err != nil {
					t.Error(err)
				}
				return e.Conclude(ran)
			}))
			if len(seen.tokens) == 0 {
				t.Error("no gateway was told of the revoked token by a control plane")
			}
			if len(seen.odd) > 0 {
				t.Errorf("the store had trouble: %q", seen.odd)
			}
		})
	}
}

// TestNoDatabase expects a run whose database is not there to end at once and to say where it should be.
func TestNoDatabase(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("stored.yaml", []byte(stored))
	if err != nil {
		t.Fatal(err)
	}
	e := prepare(t, s, "wso2", nil)
	d, err := sqlstore.Postgres("postgres://hubsim:secret@127.0.0.1:1/hubsim")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	b := natsbroker.New(natsbroker.Defaults())
	defer b.Close()
	_, err = live.Run(context.Background(), e.World, b, live.Options{Databases: d})
	if err == nil || !strings.Contains(err.Error(), "start store ") || !strings.Contains(err.Error(), "127.0.0.1:1") || !strings.Contains(err.Error(), "\nhint: ") {
		t.Errorf("%v: want that the store was not started, where, and a hint", err)
	}
}
