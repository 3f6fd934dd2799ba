package deployment

import (
	"fmt"
	"strings"
	"testing"
)

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func TestReadProperties(t *testing.T) {
	for _, row := range []struct{ about, text, want string }{
		{"as the documentation writes it", "topic.notification = notification\n", "1 topic.notification=notification; "},
		{"comments and empty lines", "# one\n\n! two\n  a=b\n", "4 a=b; "},
		{"a colon and a blank part key and value too", "a: b\nc d\n", "1 a=b; 2 c=d; "},
		{"what has a backslash before it parts nothing", `url=tcp\://a\:5672` + "\n" + `a\ b\=c=d` + "\n", "1 url=tcp://a:5672; 2 a b=c=d; "},
		{"a line that goes on", "a=b,\\\n   c\nd=e\n", "1 a=b,c; 3 d=e; "},
		{"two backslashes at the end are one, and the line ends", "a=b\\\\\nc=d\n", `1 a=b\; 2 c=d; `},
		{"a line that goes on at the end of the file", `a=b\`, "1 a=b; "},
		{"an equals sign in the value", "factory = amqp://u:p@c/v?brokerlist='tcp://h:1'\n", "1 factory=amqp://u:p@c/v?brokerlist='tcp://h:1'; "},
		{"no value, and no key", "alone\n= b\n", "1 alone=; 2 =b; "},
		{"a digit of another alphabet", `a=\u00e9\u20AC` + "\n", "1 a=é€; "},
		{"an escape that Java refuses stands as it is written", `a=\u12` + "\n" + `b=\uxyzw` + "\nc=d\n", `1 refused a=\u12; 2 refused b=\uxyzw; 3 c=d; `},
		{"lines that end as on other systems", "a=b\r\nc=d\re=f", "1 a=b; 2 c=d; 3 e=f; "},
		{"nothing", "", ""},
	} {
		got := ""
		for _, p := range readProperties(row.text) {
			refused := map[bool]string{true: "refused "}[p.refused]
			got += fmt.Sprintf("%d %s%s=%s; ", p.line, refused, p.key, p.value)
		}
		if got != row.want {
			t.Errorf("%s: %q, want %q", row.about, got, row.want)
		}
	}
}

// One file beside a node that cannot be read is told with its place, and everything else is as before.
func TestABadFileDisturbsNothing(t *testing.T) {
	const publishers, jndi = "eu-cp-1/eventpublishers/", "eu-cp-1/jndi-us.properties"
	for _, row := range []struct {
		about  string
		edits  []edit
		want   string // the first finding that the set does not have otherwise
		topics int    // that still go to the other region
	}{
		{"an element that is not closed", []edit{{publishers + "notificationJMSPublisherUs.xml", "</to>", "</ot>"}},
			publishers + "notificationJMSPublisherUs.xml:12:8: error: this is no event publisher: element <to> closed by </ot> [publisher-syntax]", 4},
		{"an empty publisher", []edit{{publishers + "notificationJMSPublisherUs.xml", "", " "}},
			publishers + "notificationJMSPublisherUs.xml:1:2: error: this is no event publisher: there is no <eventPublisher name=…> in it [publisher-syntax]", 4},
		{"something else in XML", []edit{{publishers + "notificationJMSPublisherUs.xml", "", "<a/>"}},
			publishers + "notificationJMSPublisherUs.xml:1:5: error: this is no event publisher: there is no <eventPublisher name=…> in it [publisher-syntax]", 4},
		{"an escape that Java refuses", []edit{{jndi, "topic.asyncWebhooksData = a", `topic.asyncWebhooksData = \u00g1a`}},
			jndi + ":6:1: error: topic.asyncWebhooksData: \\u is not followed by four hexadecimal digits: Java refuses the file [jndi-syntax]", 0},
		{"a topic without a value", []edit{{jndi, "topic.asyncWebhooksData = asyncWebhooksData", "topic.asyncWebhooksData"}},
			jndi + ":6:1: error: topic.asyncWebhooksData: the line gives no value [jndi-syntax]", 4},
		{"a byte order mark before the connection factory", []edit{{jndi, "# The event hub of region us, for the publishers in eventpublishers/.\n", byteOrderMark}},
			jndi + ":1:1: error: connectionfactory.TopicConnectionFactory: the file begins with a byte order mark, which Java takes for a part of this key [jndi-syntax]", 0},
		{"a byte order mark before a comment", []edit{{jndi, "# The event hub", byteOrderMark + "# The event hub"}}, "", 5},
		{"a line that nobody reads", []edit{{jndi, "topic.asyncWebhooksData", "vhost\ntopic.asyncWebhooksData"}},
			jndi + ":6:1: note: vhost: the line gives no value [jndi-syntax]", 5},
	} {
		d, found, err := ReadFS(edited(t, "multi-dc", row.edits), "set")
		if err != nil {
			t.Fatal(err)
		}
		told := ""
		for _, f := range found {
			if f.Rule == "publisher-syntax" || f.Rule == "jndi-syntax" {
				told += firstLine(f.String())
			}
			if f.Stops() {
				t.Errorf("%s: it stops the run: %s", row.about, f)
			}
		}
		if told != row.want {
			t.Errorf("%s: %q, want %q", row.about, told, row.want)
		}
		topics := 0
		for _, r := range d.Host("eu-cp-1").Wiring.Remote {
			topics += len(r.Topics)
		}
		if topics != row.topics {
			t.Errorf("%s: %d topics go to the other region, want %d", row.about, topics, row.topics)
		}
		if _, err := Build(d, Options{}); err != nil {
			t.Errorf("%s: %v", row.about, err)
		}
	}
}
