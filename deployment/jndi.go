package deployment

import (
	"regexp"
	"slices"
	"strings"

	"hubsim/event"
	"hubsim/internal/spelling"
)

// jndiFile is a properties file with a connection factory and topics.
type jndiFile struct {
	name   string
	list   Place // where its broker list is
	user   string
	secret string // never printed
	urls   []URL
	topics []event.Topic
	named  bool // by a publisher or receiver
	mute   bool // the product has no connection factory of it: who names it publishes to nobody
}

var (
	brokerURL = regexp.MustCompile(`(?:tcp|ssl)://[^'"?;\s]+`)
	amqpLogin = regexp.MustCompile(`^amqp://([^:@/]*):([^@/]*)@`)
)

// readJNDI reads a jndi properties file. What Java makes of a line that is none is a finding.
func readJNDI(name string, data []byte, found *findings) *jndiFile {
	j := &jndiFile{name: name, list: Place{File: name, Line: 1, Col: 1}}
	if utf16Order(data) != nil {
		found.add("jndi-syntax", j.list, "the file is in UTF-16, and Java reads it as ISO 8859-1: it finds none of the keys", "save the file as ISO 8859-1")
		j.mute = true
		return j
	}
	text, marked := strings.CutPrefix(string(data), byteOrderMark)
	for _, p := range readProperties(text) {
		at := Place{File: name, Line: p.line, Col: 1, Key: p.key}
		factory, topic := strings.HasPrefix(p.key, "connectionfactory."), strings.HasPrefix(p.key, "topic.")
		lost := p.lost(marked && p.line == 1)
		if lost != "" && (factory || topic || p.refused || !strings.Contains(p.key, ".")) {
			found.add("jndi-syntax", at, lost)
			if j.mute = j.mute || factory || p.refused; !factory && !topic && !p.refused {
				found.harmless("nobody reads this key")
			}
		}
		switch {
		case factory && (lost == "" || brokerURL.MatchString(p.value)):
			j.factory(at, p.value, found)
		case topic && lost == "":
			j.topics = append(j.topics, event.Topic(p.value))
		}
	}
	return j
}

// lost is why a line does not say what it seems to say; "" where it does. marked is that a byte order mark stands
// before it, which Java takes for a part of the key, as it reads the file as ISO 8859-1.
func (p *property) lost(marked bool) string {
	switch {
	case p.refused:
		return `\u is not followed by four hexadecimal digits: Java refuses the file`
	case marked:
		return "the file begins with a byte order mark, which Java takes for a part of this key"
	case p.value == "":
		return "the line gives no value"
	}
	return ""
}

// factory reads a connection URL: amqp://USER:PASSWORD@CLIENT/HOST?brokerlist='…'.
func (j *jndiFile) factory(at Place, value string, found *findings) {
	if m := amqpLogin.FindStringSubmatch(value); m != nil {
		j.user, j.secret = m[1], m[2]
	}
	j.list = at
	texts := brokerURL.FindAllString(value, -1)
	if len(texts) == 0 {
		found.add("bad-url", at, "there is no broker list in the connection factory", "write amqp://user:password@clientid/carbon?brokerlist='tcp://HOST:5672'")
	}
	for _, text := range texts {
		u, why := parseURL(text)
		u.At = at
		if why != "" {
			found.add("bad-url", at, text+": "+why)
			continue
		}
		j.urls = append(j.urls, u)
	}
}

// declares tells whether a topic can be looked up.
func (j *jndiFile) declares(topic event.Topic) bool { return slices.Contains(j.topics, topic) }

func jndiFix(name string, jndi map[string]*jndiFile) string {
	if s := spelling.Slip(name, sortedKeys(jndi)); s != "" {
		return "did you mean " + s + "?"
	}
	if len(jndi) == 0 {
		return "write it beside deployment.toml; the documentation's page has a sample"
	}
	return "write it, or name one of " + orList(sortedKeys(jndi), "or")
}
