package deployment

import (
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"hubsim/event"
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
	Mute     bool        `json:"mute,omitempty"` // it starts, and what it publishes reaches nobody
	At       Place       `json:"at"`

	list         Place  // where the broker list is written
	user, secret string // of the connection factory; the secret is never printed
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

// publisher is the part of an event publisher's file that matters here, with its places.
type publisher struct {
	name, stream, adapter string
	disabled              bool
	properties            map[string]string
	at                    map[string]Place // "" is the publisher's own, "from" and "to" theirs, else a property's
}

// readPublisher reads an event publisher's file, token by token so that everything has its place.
func readPublisher(file string, data []byte) (publisher, Place, error) {
	p := publisher{properties: map[string]string{}, at: map[string]Place{"": {File: file, Line: 1, Col: 1}}}
	decoder := newXMLDecoder(data)
	within, property := 0, ""
	for {
		at := Place{File: file}
		at.Line, at.Col = decoder.InputPos()
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && within == 0 && p.name != "" {
			return p, at, nil
		}
		if err != nil {
			if at.Line, at.Col = decoder.InputPos(); errors.Is(err, io.EOF) {
				err = errors.New("there is no <eventPublisher name=…> in it")
			}
			return p, at, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			within++
			property = p.element(token, at)
		case xml.EndElement:
			within--
			property = ""
		case xml.CharData:
			if property != "" {
				p.properties[property] += strings.TrimSpace(string(token))
			}
		}
	}
}

// element takes the attributes of an element; a property's name is returned, as its text follows.
func (p *publisher) element(e xml.StartElement, at Place) string {
	attribute := func(name string) string {
		for _, a := range e.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	switch e.Name.Local {
	case "eventPublisher", "eventReceiver":
		p.name, p.disabled = attribute("name"), attribute("processing") == "disable"
		at.Key = p.name
		p.at[""] = at
	case "from", "to": // the stream is where a publisher's events are from and a receiver's go to
		p.stream, p.adapter = cmp.Or(attribute("streamName"), p.stream), cmp.Or(attribute("eventAdapterType"), p.adapter)
		p.at[e.Name.Local] = at
	case "property":
		at.Key = attribute("name")
		p.at[at.Key] = at
		return at.Key
	}
	return ""
}

// The properties of a JMS publisher that matter here.
const (
	providerURL = "java.naming.provider.url"
	destination = "transport.jms.Destination"
)

// readBridge reads an event publisher's file; false when it is none that leads to another region.
func readBridge(name string, data []byte, jndi map[string]*jndiFile, found *findings) (Bridge, bool) {
	p, at, err := readPublisher(name, data)
	if err != nil {
		text := err.Error()
		if bad := (*xml.SyntaxError)(nil); errors.As(err, &bad) {
			text = bad.Msg
		}
		found.add("publisher-syntax", at, "this is no event publisher: "+text)
		return Bridge{}, false
	}
	file := path.Base(strings.ReplaceAll(p.properties[providerURL], `\`, "/"))
	if p.adapter != "jms" || slices.Contains(builtinJNDI, file) {
		return Bridge{}, false
	}
	b := Bridge{
		Name: p.name, Stream: p.stream, JNDI: file, Disabled: p.disabled, Topic: event.Topic(p.properties[destination]), At: p.at[""],
	}
	b.check(&p, jndi, found)
	return b, true
}

// taken complains about a publisher whose name another one has: the product deploys the one that it reads
// first (EventPublisherDeployer.java). Here that is its own, and then the one whose file is first by name.
func (b *Bridge) taken(before []Bridge, found *findings) {
	text := sprint("the publisher is called %s, as one of the product's own", b.Name)
	if !slices.Contains(builtinPublishers, b.Name) {
		at := slices.IndexFunc(before, func(other Bridge) bool { return other.Name == b.Name && !other.Disabled })
		if at < 0 {
			return
		}
		text = sprint("the publisher of %s is called %s too", before[at].At.File, b.Name)
	}
	if !b.Disabled {
		b.Mute = true
		found.add("publisher-name-taken", b.At, text)
	}
}

// check complains about a publisher that starts cleanly and publishes nothing.
func (b *Bridge) check(p *publisher, jndi map[string]*jndiFile, found *findings) {
	if b.Disabled {
		found.add("publisher-disabled", b.At, `processing="disable": nothing is published`)
	}
	if topic, known := streamTopics[b.Stream]; !known || topic != b.Topic {
		at := p.at["from"]
		at.Key = b.Name
		b.Mute = true
		found.add("publisher-stream", at, sprint("stream %q goes to topic %q", b.Stream, b.Topic), streamFix(b.Stream))
	}
	j, there := jndi[b.JNDI]
	if !there {
		at := p.at[providerURL]
		at.Key = b.Name
		found.add("publisher-without-jndi", at, sprint("there is no %s beside deployment.toml", b.JNDI), jndiFix(b.JNDI, jndi))
		return
	}
	j.named = true
	b.To, b.list, b.user, b.secret = j.urls, j.list, j.user, j.secret
	b.Mute = b.Mute || j.mute
	if !j.mute && !j.declares(b.Topic) {
		b.Mute = true
		found.add("jndi-without-topic", j.list, sprint("publisher %s needs topic %s, which %s does not declare", b.Name, b.Topic, path.Base(strings.ReplaceAll(j.name, `\`, "/"))),
			sprint("add the line topic.%s = %s", b.Topic, b.Topic))
	}
}

func streamFix(stream string) string {
	if topic, known := streamTopics[stream]; known {
		return "the product publishes this stream on " + string(topic)
	}
	return "streams are " + orList(sortedKeys(streamTopics), "and")
}
