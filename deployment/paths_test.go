package deployment

import (
	"testing"

	"hubsim/event"
)

// The ways of events between regions, by how many control planes there are and which route a topic takes.
func TestPaths(t *testing.T) {
	const notes, revoked = event.NotificationTopic, event.TokenRevocation
	for _, row := range []struct {
		about    string
		profile  string
		hubs     int
		topic    event.Topic
		from, to event.NodeID
		want     int
	}{
		{"one control plane tells the other region once", "wso2", 1, notes, "eu-cp-1", "us-cp-1.broker", 1},
		{"its own gateways hear it once", "wso2", 1, notes, "eu-cp-1", "eu-cp-1.broker", 1},
		{"two of them have every notification, and both pass it on", "wso2", 2, notes, "eu-cp-1", "us-cp-1.broker", 2},
		{"to the second hub too", "wso2", 2, notes, "eu-cp-2", "us-cp-2.broker", 2},
		{"at home each has a broker of its own", "wso2", 2, notes, "eu-cp-1", "eu-cp-2.broker", 1},
		{"a revocation is in the stream of one alone", "wso2", 2, revoked, "eu-cp-1", "us-cp-2.broker", 1},
		{"its twin at home gets the copy", "wso2", 2, revoked, "eu-cp-1", "eu-cp-2.broker", 1},
		{"the hardened one passes on only what it was asked", "hardened", 2, notes, "eu-cp-1", "us-cp-1.broker", 1},
		{"of three, each passes it on", "wso2", 3, notes, "eu-cp-1", "us-cp-3.broker", 3},
		{"nobody leads a region's events back", "wso2", 2, notes, "eu-cp-1", "nobody.broker", 0},
	} {
		t.Run(row.about, func(t *testing.T) {
			files, err := Sized("multi-dc", Size{ControlPlanes: row.hubs})
			if err != nil {
				t.Fatal(err)
			}
			d, _, err := ReadFS(files, "set")
			if err != nil {
				t.Fatal(err)
			}
			p, err := PathsOf(d, Options{Profile: row.profile})
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Count(row.topic, row.from, row.to); got != row.want {
				t.Errorf("%s from %s to %s by %d ways, want %d", row.topic, row.from, row.to, got, row.want)
			}
		})
	}
}
