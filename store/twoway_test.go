package store

import (
	"testing"

	"hubsim/event"
)

func TestSupersedes(t *testing.T) {
	api := func(revision int, labels ...string) *event.Row {
		return &event.Row{Table: event.TableAPI, API: &event.API{Revision: revision, Labels: labels}}
	}
	for _, row := range []struct {
		why            string
		later, earlier *event.Row
		want           bool
	}{
		{"a greater number takes the place of a smaller one", api(5, "Default"), api(4, "Default"), true},
		{"one number for two is none's", api(4, "Default"), api(4, "Default"), false},
		{"a smaller number that came later hides a greater one", api(3, "Default"), api(4, "Default"), false},
		{"what undeploys has no number of its own", api(5), api(4, "Default"), false},
		{"a deployment behind an undeployment", api(5, "Default"), api(4), true},
		{"other rows have no numbers", &event.Row{Policy: &event.Policy{}}, &event.Row{Policy: &event.Policy{}}, false},
		{"an API that was deleted", api(5, "Default"), &event.Row{Table: event.TableAPI, Deleted: true}, false},
	} {
		if got := supersedes(row.later, row.earlier); got != row.want {
			t.Errorf("%s: %v", row.why, got)
		}
	}
}
