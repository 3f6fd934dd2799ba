package deployment

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing/fstest"
	"text/template"

	"hubsim/event"
)

//go:embed templates
var templateFiles embed.FS

// nodeText is what a template says about one node.
type nodeText struct {
	ID       event.NodeID
	Region   *region
	Main     *region        // whose control planes it uses
	Hubs     []event.NodeID // those
	Counting []event.NodeID
	Twin     event.NodeID // that gets a copy of what only one of two brokers would have; "" is none
}

// writer fills templates into files.
type writer struct {
	all   *template.Template
	files fstest.MapFS
	err   error // the first
}

func write(regions []region) (fs.FS, error) {
	urls := func(ids []event.NodeID) string {
		texts := make([]string, len(ids))
		for i, id := range ids {
			texts[i] = fmt.Sprintf("%q", "tcp://"+string(id)+":5672")
		}
		return strings.Join(texts, ", ")
	}
	all, err := template.New("").Funcs(template.FuncMap{"urls": urls}).ParseFS(templateFiles, "templates/*")
	if err != nil {
		return nil, fmt.Errorf("read the templates of deployment patterns: %w", err)
	}
	w := writer{all: all, files: fstest.MapFS{}}
	for i := range regions {
		w.region(&regions[i], regions)
	}
	if regions[0].ID != "" {
		var ids []string
		for i := range regions {
			ids = append(ids, regions[i].ID)
		}
		slices.Sort(ids)
		w.file(TopologyFile, "topology.yaml", ids)
	}
	return w.files, w.err
}

func (w *writer) file(name, from string, of any) {
	var text bytes.Buffer
	if err := w.all.ExecuteTemplate(&text, from, of); err != nil && w.err == nil {
		w.err = fmt.Errorf("write %s: %w", name, err)
	}
	w.files[name] = &fstest.MapFile{Data: text.Bytes(), Mode: 0o644}
}

func (w *writer) region(r *region, all []region) {
	main := r
	if len(r.Hubs) == 0 {
		main = &all[0]
	}
	text := nodeText{Region: r, Main: main, Hubs: main.Hubs, Counting: r.Counting}
	for i, id := range r.Hubs {
		text.ID, text.Twin = id, twin(r.Hubs, i)
		told := strangers(all, r)
		if len(r.Hubs) > 2 {
			text.Twin = "" // one copy would leave the third out
		}
		if len(told) == 0 && len(text.Hubs) < 3 {
			w.file(string(id)+".toml", "control-plane.toml", text)
			continue
		}
		w.file(string(id)+"/deployment.toml", "control-plane.toml", text)
		w.publishers(id, r, all)
	}
	for i, id := range r.Managers {
		text.ID, text.Twin = id, twin(r.Managers, i)
		w.file(string(id)+".toml", "traffic-manager.toml", text)
	}
	text.Counting = r.Heard
	for _, id := range r.Gateways {
		text.ID = id
		w.file(string(id)+".toml", "gateway.toml", text)
	}
}

// twin is the next of some nodes in a ring.
func twin(ids []event.NodeID, i int) event.NodeID {
	if len(ids) < 2 {
		return ""
	}
	return ids[(i+1)%len(ids)]
}

// strangers are the other regions with control planes.
func strangers(all []region, r *region) (others []*region) {
	for i := range all {
		if o := &all[i]; o.ID != r.ID && len(o.Hubs) > 0 {
			others = append(others, o)
		}
	}
	return others
}

// publisherText is one event publisher's file, as the documentation of multi-DC pattern 1 writes it.
type publisherText struct {
	Name, Stream, JNDI string
	Topic              event.Topic
}

// publisherNames are the names of the publishers before the region's, by the streams of the
// documentation's table. The fifth has a name of its own there: two publishers of one name are one.
var publisherNames = map[string]string{
	"org.wso2.apimgt.notification.stream":     "notificationJMSPublisher",
	"org.wso2.apimgt.token.revocation.stream": "tokenRevocationJMSPublisher",
	"org.wso2.apimgt.keymgt.stream":           "keymgtEventJMSEventPublisher",
	"org.wso2.apimgt.webhooks.request.stream": "asyncWebhooksEventPublisher-1.0.0-",
	"org.wso2.blocking.request.stream":        "blockingEventJMSPublisher",
}

// ownStream are the topics of what enters only the stream of the control plane that was asked, so
// that its fellows' brokers get it by a copy or not at all (event hub, route B).
var ownStream = []event.Topic{event.TokenRevocation, event.AsyncWebhooksData}

// publishers writes what a control plane needs to tell each control plane of each other region and,
// where one copy is not enough, those of its own.
func (w *writer) publishers(id event.NodeID, r *region, all []region) {
	for _, o := range strangers(all, r) {
		for _, hub := range o.Hubs {
			if len(o.Hubs) == 1 {
				w.towards(id, o.ID, bridgeText{"region " + o.ID, hub}, nil)
				continue
			}
			w.towards(id, string(hub), bridgeText{string(hub) + " in region " + o.ID, hub}, nil)
		}
	}
	for _, hub := range r.Hubs {
		if hub != id && len(r.Hubs) > 2 {
			w.towards(id, string(hub), bridgeText{string(hub), hub}, ownStream)
		}
	}
}

// bridgeText is a jndi file.
type bridgeText struct {
	Where string
	Hub   event.NodeID
}

// towards writes a jndi file and its publishers, for some topics or, without any said, for all.
func (w *writer) towards(id event.NodeID, name string, to bridgeText, topics []event.Topic) {
	jndi := "jndi-" + name + ".properties"
	w.file(string(id)+"/"+jndi, "jndi.properties", to)
	for _, stream := range sortedKeys(publisherNames) {
		p := publisherText{publisherNames[stream] + title(name), stream, jndi, streamTopics[stream]}
		if topics == nil || slices.Contains(topics, p.Topic) {
			w.file(string(id)+"/eventpublishers/"+p.Name+".xml", "publisher.xml", p)
		}
	}
}
