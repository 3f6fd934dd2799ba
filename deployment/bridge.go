package deployment

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/internal/spelling"
)

// Bridge is an event publisher of a control plane towards another region's broker: one XML file of
// eventpublishers/, with its jndi properties (docs-apim,
// configuring-multi-dc-deployment-pattern-1.md).
type Bridge struct {
	Name     string      `json:"name"`
	Stream   string      `json:"stream"`
	Topic    event.Topic `json:"topic"`
	JNDI     string      `json:"jndi"` // the properties file that it names
	To       []URL       `json:"to"`   // that file's broker list; the first that answers
	Disabled bool        `json:"disabled,omitempty"`
	At       Place       `json:"at"`
}

// streamTopics are the streams of a control plane with the topics that the product publishes them on
// (eventpublishers of carbon-apimgt's throttling.siddhi.extension.feature).
var streamTopics = map[string]event.Topic{
	"org.wso2.apimgt.notification.stream":     event.NotificationTopic,
	"org.wso2.apimgt.token.revocation.stream": event.TokenRevocation,
	"org.wso2.apimgt.keymgt.stream":           event.KeyManagerTopic,
	"org.wso2.apimgt.webhooks.request.stream": event.AsyncWebhooksData,
	"org.wso2.blocking.request.stream":        event.ThrottleData,
}

// builtinJNDI are the properties files that the product writes itself: what they lead to is in deployment.toml.
var builtinJNDI = []string{"jndi.properties", "jndi2.properties", "jndi-cp.properties", "jndi2-cp.properties"}

// builtinPublishers are names of the product's own publishers; another file of the same name takes its place.
var builtinPublishers = []string{
	"blockingEventJMSPublisher", "notificationJMSPublisher", "tokenRevocationJMSPublisher", "tokenRevocationJMSPublisher2",
	"keymgtEventJMSEventPublisher", "asyncWebhooksEventPublisher-1.0.0", "jmsEventPublisher", "jmsEventPublisher2",
	"jmsEventPublisher-1.0.0", "jmsEventPublisher-1.0.0-2",
}

// publisherXML is the part of an event publisher's file that matters here.
type publisherXML struct {
	Name       string `xml:"name,attr"`
	Processing string `xml:"processing,attr"`
	From       struct {
		Stream string `xml:"streamName,attr"`
	} `xml:"from"`
	To struct {
		Adapter    string `xml:"eventAdapterType,attr"`
		Properties []struct {
			Name string `xml:"name,attr"`
			Text string `xml:",chardata"`
		} `xml:"property"`
	} `xml:"to"`
}

func (p *publisherXML) property(name string) string {
	for _, q := range p.To.Properties {
		if q.Name == name {
			return strings.TrimSpace(q.Text)
		}
	}
	return ""
}

// readBridge reads an event publisher's file; false when it is none that leads to another region.
func readBridge(name string, data []byte, jndi map[string]jndiFile, found *findings) (Bridge, bool) {
	var p publisherXML
	decoder := xml.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&p); err != nil {
		at := Place{File: name}
		at.Line, at.Col = decoder.InputPos()
		if errors.Is(err, io.EOF) {
			err = errors.New("the file is empty")
		}
		found.add("syntax", at, "this is no event publisher: "+err.Error())
		return Bridge{}, false
	}
	file := path.Base(strings.ReplaceAll(p.property("java.naming.provider.url"), `\`, "/"))
	if p.To.Adapter != "jms" || slices.Contains(builtinJNDI, file) {
		return Bridge{}, false
	}
	b := Bridge{
		Name: p.Name, Stream: p.From.Stream, JNDI: file, Disabled: p.Processing == "disable",
		Topic: event.Topic(p.property("transport.jms.Destination")), At: Place{File: name, Line: 1, Col: 1, Key: p.Name},
	}
	b.check(jndi, found)
	return b, true
}

// check complains about a publisher that starts cleanly and publishes nothing.
func (b *Bridge) check(jndi map[string]jndiFile, found *findings) {
	if b.Disabled {
		found.add("publisher-disabled", b.At, `processing="disable": nothing is published`)
	}
	if slices.Contains(builtinPublishers, b.Name) {
		found.add("publisher-name-taken", b.At, sprint("the publisher is called %s, as one of the product's own", b.Name))
	}
	if topic, known := streamTopics[b.Stream]; !known || topic != b.Topic {
		found.add("publisher-stream", b.At, sprint("stream %q goes to topic %q", b.Stream, b.Topic), streamFix(b.Stream))
	}
	j, there := jndi[b.JNDI]
	if !there {
		found.add("publisher-without-jndi", b.At, sprint("there is no %s beside deployment.toml", b.JNDI), jndiFix(b.JNDI, jndi))
		return
	}
	b.To = j.urls
	if !slices.Contains(j.topics, b.Topic) {
		found.add("jndi-without-topic", Place{File: j.name}, sprint("publisher %s needs topic %s, which is not declared", b.Name, b.Topic),
			sprint("add the line topic.%s = %s", b.Topic, b.Topic))
	}
}

func streamFix(stream string) string {
	if topic, known := streamTopics[stream]; known {
		return "the product publishes this stream on " + string(topic)
	}
	return "streams are " + orList(sortedKeys(streamTopics), "and")
}

func jndiFix(name string, jndi map[string]jndiFile) string {
	if s := spelling.Slip(name, sortedKeys(jndi)); s != "" {
		return "did you mean " + s + "?"
	}
	return "write it, or name one of " + orList(sortedKeys(jndi), "or")
}

// jndiFile is a properties file with a connection factory and topics.
type jndiFile struct {
	name   string
	urls   []URL
	topics []event.Topic
}

var brokerURL = regexp.MustCompile(`(?:tcp|ssl)://[^'"?;\s]+`)

// readJNDI reads a jndi properties file. A backslash before a colon or an equals sign is dropped, as
// Java does.
func readJNDI(name string, data []byte, found *findings) jndiFile {
	j := jndiFile{name: name}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(strings.ReplaceAll(line, `\`, ""))
		key, value, ok := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch at := (Place{File: name, Line: i + 1, Col: 1, Key: key}); {
		case line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "!"):
		case !ok:
			found.add("syntax", at, "the line is no key = value")
		case strings.HasPrefix(key, "connectionfactory."):
			j.urls = append(j.urls, brokerList(at, value, found)...)
		case strings.HasPrefix(key, "topic."):
			j.topics = append(j.topics, event.Topic(value))
		}
	}
	return j
}

func brokerList(at Place, value string, found *findings) []URL {
	var all []URL
	for _, text := range brokerURL.FindAllString(value, -1) {
		u, why := parseURL(text)
		u.At = at
		if why != "" {
			found.add("bad-url", at, text+": "+why)
			continue
		}
		all = append(all, u)
	}
	if len(all) == 0 {
		found.add("bad-url", at, "there is no broker list in the connection factory", "write amqp://user:password@clientid/carbon?brokerlist='tcp://HOST:5672'")
	}
	return all
}
