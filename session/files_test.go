package session

import (
	"testing"

	"hubsim/event"
	"hubsim/node"
)

// A look that is not answered, a write under way and a mount that fails: each ends, and once.
func TestFilesEnd(t *testing.T) {
	var n Numbers
	f := NewFiles(FilesConfig{Every: 15 * event.Second, Timeout: 10 * event.Second, Reconnect: event.Second}, "nfs", event.TableAPI, &n)
	var now node.Clock
	var out node.Output
	acts := func() (opened, sent int) {
		for i := range out.Acts {
			switch out.Acts[i].Verb {
			case node.Open:
				opened++
			case node.Send:
				sent++
			}
		}
		out.Reset()
		return opened, sent
	}
	f.Start(now, &out)
	if opened, _ := acts(); opened != 1 || f.Deadline() != event.Mono(10*event.Second) {
		t.Fatalf("a mount: %d sessions, deadline %v", opened, f.Deadline())
	}
	f.Step(now, &node.Input{Kind: node.Up, Session: 1}, &out)
	if _, sent := acts(); sent != 1 {
		t.Fatalf("the first look: %d messages", sent)
	}
	id := f.Write(now, event.Row{Table: event.TableAPI, Key: "pizza", API: &event.API{UUID: "pizza"}}, &out)
	now.Mono = event.Mono(10 * event.Second)
	done, ok := f.Step(now, &node.Input{Kind: node.Tick}, &out)
	if !ok || done.Write != id || done.OK {
		t.Fatalf("the write's end: %+v %v", done, ok)
	}
	acts()
	if done, ok := f.Step(now, &node.Input{Kind: node.Received, Session: 1, Msg: &event.StoreResult{ID: id, OK: true}}, &out); ok {
		t.Fatalf("an answer after the end: %+v", done)
	}
	if f.Deadline() != now.Mono.Add(event.Second) {
		t.Fatalf("the next mount at %v", f.Deadline())
	}
	now.Mono = f.Deadline()
	f.Step(now, &node.Input{Kind: node.Tick}, &out)
	if opened, sent := acts(); opened != 1 || sent != 0 {
		t.Fatalf("the next mount: %d sessions, %d messages", opened, sent)
	}
	if id := f.Write(now, event.Row{}, &out); f.Deadline() != 0 {
		t.Fatalf("a write without a mount ends at once, and write %d has deadline %v", id, f.Deadline())
	}
	off := NewFiles(FilesConfig{}, "", event.TableAPI, &n)
	off.Start(now, &out)
	if opened, _ := acts(); opened != 0 || off.On() || off.Deadline() != event.Never {
		t.Fatal("without a directory nothing happens")
	}
}
