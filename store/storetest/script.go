package storetest

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"hubsim/event"
	"hubsim/live"
	"hubsim/node"
	"hubsim/store"
)

// patience bounds the opening of tables. A test that reaches it has failed; one that passes does not
// depend on it.
const patience = 30 * time.Second

// Model returns tables in memory, which outlive what opened them as those of a database do.
func Model() live.Databases { return model{} }

type model map[event.NodeID]*store.Disk

// Open implements live.Databases.
func (m model) Open(_ context.Context, store event.NodeID) (node.Tables, error) {
	if m[store] == nil {
		m[store] = newDisk()
	}
	return m[store], nil
}

func newDisk() *store.Disk { return new(store.Disk) }

// Close implements live.Databases.
func (model) Close() error { return nil }

// Run runs every script of a folder, each on databases of its own, and closes them.
func Run(t *testing.T, folder string, open func(*testing.T) live.Databases) {
	t.Helper()
	datadriven.Walk(t, folder, func(t *testing.T, path string) {
		s := &script{databases: open(t), store: "store.eu"}
		defer closed(t, s.databases)
		s.reopen(t)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var said strings.Builder
			for line := range strings.SplitSeq(d.FullCmd()+"\n"+d.Input, "\n") {
				if w := strings.Fields(line); len(w) > 0 {
					text, err := s.do(t, w)
					if err != nil {
						d.Fatalf(t, "%s: %v", line, err)
					}
					said.WriteString(text)
				}
			}
			if said.Len() == 0 {
				return "ok\n"
			}
			return said.String()
		})
	})
}

func closed(t *testing.T, d live.Databases) {
	t.Helper()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// script is a script at some point of its run.
type script struct {
	databases live.Databases
	store     event.NodeID
	tables    node.Tables
}

func (s *script) reopen(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var err error
	if s.tables, err = s.databases.Open(ctx, s.store); err != nil {
		t.Fatal(err)
	}
}

func (s *script) do(t *testing.T, w []string) (string, error) {
	switch w[0] {
	case "put":
		rows, err := parse(w[1:])
		if err != nil {
			return "", err
		}
		return "", s.tables.Put(rows)
	case "restore":
		rows, err := parse(w[1:])
		if err != nil {
			return "", err
		}
		return "", s.tables.Restore(rows)
	case "many":
		n, from, err := numbers(w[2], w[3])
		if err != nil {
			return "", err
		}
		rows := make([]event.Row, n)
		for i := range rows {
			rows[i] = event.Row{Table: tableOf(w[1]), Key: fmt.Sprintf("many-%04d", i), Version: from + uint64(i)}
			fill(&rows[i], int64(i))
		}
		return "", s.tables.Put(rows)
	case "read":
		rows, err := s.tables.Read(tableOf(w[1]), strings.Join(w[2:], ""))
		return tell(rows), err
	case "between":
		after, upTo, err := numbers(w[1], w[2])
		if err != nil {
			return "", err
		}
		rows, err := s.tables.Between(after, upTo)
		return tell(rows), err
	case "release":
		upTo, _, err := numbers(w[1], "0")
		if err != nil {
			return "", err
		}
		return "", s.tables.Release(upTo)
	case "versions":
		highest, released, err := s.tables.Versions()
		return fmt.Sprintf("highest %d, released %d\n", highest, released), err
	case "next":
		first, by, err := numbers(w[2], w[3])
		if err != nil {
			return "", err
		}
		n, err := s.tables.Next(w[1], int(first), int(by))
		return fmt.Sprintln(n), err
	case "holder":
		rows, err := parse(w[1:])
		if err != nil {
			return "", err
		}
		key, err := s.tables.Holder(&rows[0])
		return cmp.Or(key, "nobody") + "\n", err
	case "reopen":
		s.reopen(t)
		return "", nil
	case "other":
		s.store += ".other"
		s.reopen(t)
		return "", nil
	}
	return "", fmt.Errorf("there is no command %s", w[0])
}

func numbers(a, b string) (x, y uint64, err error) {
	if x, err = strconv.ParseUint(a, 10, 64); err == nil {
		y, err = strconv.ParseUint(b, 10, 64)
	}
	return x, y, err
}

func tableOf(name string) event.Table {
	for t := event.TableAPI; t <= event.LastTable; t++ {
		if t.String() == name {
			return t
		}
	}
	return 0
}

// parse reads rows as TABLE/KEY@VERSION=N or TABLE/KEY@VERSION deleted.
func parse(words []string) ([]event.Row, error) {
	var rows []event.Row
	for _, word := range words {
		if word == "deleted" && len(rows) > 0 {
			rows[len(rows)-1].Deleted = true
			continue
		}
		head, number, _ := strings.Cut(word, "=")
		head, version, _ := strings.Cut(head, "@")
		table, key, ok := strings.Cut(head, "/")
		r := event.Row{Table: tableOf(table), Key: key}
		if !ok || r.Table == 0 {
			return nil, fmt.Errorf("want TABLE/KEY@VERSION=N, not %s", word)
		}
		n, err := strconv.ParseInt("0"+number, 10, 64)
		if err == nil {
			r.Version, err = strconv.ParseUint(version, 10, 64)
		}
		if err != nil {
			return nil, err
		}
		fill(&r, n)
		rows = append(rows, r)
	}
	return rows, nil
}

// fill gives a row contents in which its key and a number can be found again.
func fill(r *event.Row, n int64) {
	switch r.Table {
	case event.TableAPI:
		r.API = &event.API{UUID: r.Key, ID: int(n)}
	case event.TableApplication:
		r.Application = &event.Application{UUID: r.Key, ID: int(n)}
	case event.TableSubscription:
		r.Subscription = &event.Subscription{UUID: r.Key, ID: int(n)}
	case event.TablePolicy:
		r.Policy = &event.Policy{Name: r.Key, Level: levelOf(r.Key), ID: int(n), Quota: n}
	case event.TableKeyManager:
		r.KeyManager = &event.KeyManager{Name: r.Key, Type: strconv.FormatInt(n, 10)}
	case event.TableRevoked:
		r.Revoked = &event.RevokedToken{Token: event.TokenID(r.Key), Expiry: event.Wall(n)}
	case event.TableBlock:
		r.Block = &event.BlockingCondition{Kind: "USER", Value: r.Key, ID: int(n)}
	case event.TableDeployed:
		r.Deployed = &event.DeployAck{API: r.Key, Revision: int(n)}
	case event.TableSubject:
		r.Subject = &event.RevokedSubject{Entity: r.Key, At: event.Wall(n)}
	case event.TableScope:
		r.Scope = &event.Scope{Name: r.Key, Display: strconv.FormatInt(n, 10)}
	case event.TableCertificate:
		r.Certificate = &event.Certificate{Alias: r.Key, Endpoint: strconv.FormatInt(n, 10)}
	case event.TableAnalytics:
		r.Analytics = &event.Analytics{Tenant: event.Tenant(r.Key), Text: strconv.FormatInt(n, 10)}
	case event.TableGateway:
		r.Gateway = &event.GatewayInstance{Gateway: event.NodeID(r.Key), Seen: event.Wall(n)}
	case event.TableWebhook:
		r.Webhook = &event.WebhookEvent{Topic: r.Key, ExpireAt: event.Wall(n)}
	}
}

// levelOf is the level that the key of a policy names, as LEVEL:NAME.
func levelOf(key string) event.Level {
	name, _, _ := strings.Cut(key, ":")
	for l := event.APILevel; l <= event.CustomLevel; l++ {
		if l.String() == name {
			return l
		}
	}
	return event.SubscriptionLevel
}

// number is what fill put into a row.
func number(r *event.Row) string {
	switch {
	case r.API != nil:
		return strconv.Itoa(r.API.ID)
	case r.Application != nil:
		return strconv.Itoa(r.Application.ID)
	case r.Subscription != nil:
		return strconv.Itoa(r.Subscription.ID)
	case r.Policy != nil:
		return strconv.FormatInt(r.Policy.Quota, 10)
	case r.KeyManager != nil:
		return r.KeyManager.Type
	case r.Revoked != nil:
		return r.Revoked.Expiry.String()
	case r.Block != nil:
		return strconv.Itoa(r.Block.ID)
	case r.Deployed != nil:
		return strconv.Itoa(r.Deployed.Revision)
	case r.Subject != nil:
		return r.Subject.At.String()
	case r.Scope != nil:
		return r.Scope.Display
	case r.Certificate != nil:
		return r.Certificate.Endpoint
	case r.Analytics != nil:
		return r.Analytics.Text
	case r.Gateway != nil:
		return r.Gateway.Seen.String()
	case r.Webhook != nil:
		return r.Webhook.ExpireAt.String()
	}
	return "?"
}

func tell(rows []event.Row) string {
	if len(rows) == 0 {
		return "nothing\n"
	}
	var said strings.Builder
	for i := range rows {
		r := &rows[i]
		what := "=" + number(r)
		if r.Deleted {
			what = " deleted"
		}
		fmt.Fprintf(&said, "%s/%s@%d%s\n", r.Table, r.Key, r.Version, what)
	}
	return said.String()
}
