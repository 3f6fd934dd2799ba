package deployment

import (
	"strings"
	"testing"
)

const receiver = `<eventReceiver name="again"><from eventAdapterType="jms">` +
	`<property name="java.naming.provider.url">repository/conf/JNDI</property><property name="transport.jms.Destination">TOPIC</property>` +
	`</from><to streamName="STREAM" version="1.0.0"/></eventReceiver>`

// A receiver is a finding when it puts what a topic says into that topic's stream, and the worse one
// when the stream leads back.
func TestForwarding(t *testing.T) {
	const notes, revoked = "org.wso2.apimgt.notification.stream", "org.wso2.apimgt.token.revocation.stream"
	for _, row := range []struct {
		about, pattern, at, jndi, topic, stream string
		rule, way                               string
	}{
		{"its own topic: round and round on one node", "multi-dc", "us-cp-1", "jndi.properties", "notification", notes, "event-loop", "us-cp-1, us-cp-1"},
		{"the other region's topic, where its own publishers write", "multi-dc", "us-cp-1", "jndi-eu.properties", "notification", notes, "event-loop", "us-cp-1, eu-cp-1"},
		{"a topic into another topic's stream: nothing comes of it", "multi-dc", "us-cp-1", "jndi-eu.properties", "notification", revoked, "", ""},
		{"a stream of the user's own", "multi-dc", "us-cp-1", "jndi-eu.properties", "notification", "my.stream", "", ""},
		{"a jndi file that is not there", "multi-dc", "us-cp-1", "jndi-asia.properties", "notification", notes, "publisher-without-jndi", "jndi-asia"},
	} {
		t.Run(row.about, func(t *testing.T) {
			text := strings.NewReplacer("JNDI", row.jndi, "TOPIC", row.topic, "STREAM", row.stream).Replace(receiver)
			_, found, err := ReadFS(edited(t, row.pattern, []edit{{row.at + "/eventreceivers/again.xml", "", text}}), "set")
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, f := range found {
				if f.Severity > Note {
					got += f.Rule
					if !strings.Contains(f.Text, row.way) {
						t.Errorf("it says %q, want %q in it", f.Text, row.way)
					}
				}
			}
			if got != row.rule {
				t.Errorf("findings %q, want %q", got, row.rule)
			}
		})
	}
}
