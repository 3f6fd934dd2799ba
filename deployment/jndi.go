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
}

var (
	brokerURL = regexp.MustCompile(`(?:tcp|ssl)://[^'"?;\s]+`)
	amqpLogin = regexp.MustCompile(`^amqp://([^:@/]*):([^@/]*)@`)
)

// readJNDI reads a jndi properties file. What cannot be read in it is a finding, and the rest counts.
func readJNDI(name string, data []byte, found *findings) jndiFile {
	j := jndiFile{name: name, list: Place{File: name, Line: 1, Col: 1}}
	bad := func(line int, why string) { found.add("jndi-syntax", Place{File: name, Line: line, Col: 1}, why) }
	for _, p := range readProperties(string(data), bad) {
		at := Place{File: name, Line: p.line, Col: 1, Key: p.key}
		switch ours := strings.HasPrefix(p.key, "connectionfactory.") || strings.HasPrefix(p.key, "topic."); {
		case p.value == "" && (ours || !strings.Contains(p.key, ".")):
			found.add("jndi-syntax", at, "the line gives no value")
		case strings.HasPrefix(p.key, "connectionfactory."):
			j.factory(at, p.value, found)
		case strings.HasPrefix(p.key, "topic."):
			j.topics = append(j.topics, event.Topic(p.value))
		}
	}
	return j
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

func jndiFix(name string, jndi map[string]jndiFile) string {
	if s := spelling.Slip(name, sortedKeys(jndi)); s != "" {
		return "did you mean " + s + "?"
	}
	if len(jndi) == 0 {
		return "write it beside deployment.toml; the documentation's page has a sample"
	}
	return "write it, or name one of " + orList(sortedKeys(jndi), "or")
}
