package live

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hubsim/event"
	"hubsim/node"
	"hubsim/trace"
)

// all are the messages that may cross a border, one of each type.
func all() []event.Message {
	return []event.Message{
		&event.Notification{}, &event.KeyManagerEvent{}, &event.WebhookEvent{}, &event.BlockingCondition{}, &event.KeyTemplate{},
		&event.Throttle{}, &event.Decision{}, &event.StoreOp{}, &event.StoreResult{}, &event.TokenRevoked{}, &event.CounterOp{},
		&event.CounterResult{}, &event.CacheInvalidated{}, &event.GlobalCacheInvalidated{}, &event.Subscribe{}, &event.Publish{},
		&event.Batch{}, &event.BatchAck{}, &event.PullRequest{}, &event.PullResponse{}, &event.Step{}, &event.StepDone{},
		&event.Request{}, &event.Reply{}, &event.Heartbeat{},
	}
}

// fill gives every field below v a value of its own. A field that cannot be set has no place in a message.
func fill(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if !v.Field(i).CanSet() {
				t.Fatalf("%s.%s would not cross", v.Type(), v.Type().Field(i).Name)
			}
			fill(t, v.Field(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i), n)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, n)
		fill(t, value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Interface:
		v.Set(reflect.ValueOf(&event.BatchAck{Seq: uint64(*n)}))
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(uint64(*n%7 + 1))
	case reflect.Uint32, reflect.Uint64, reflect.Uint:
		v.SetUint(uint64(*n))
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) / 2)
	default:
		t.Fatalf("a %s would not cross", v.Type())
	}
}

// over takes a record over the pipe.
func over(t *testing.T, r trace.Record) trace.Record {
	t.Helper()
	registerWords()
	var pipe bytes.Buffer
	r.Msg = pack(r.Msg)
	if err := gob.NewEncoder(&pipe).Encode(&said{Verb: saidRecord, Record: &r}); err != nil {
		t.Fatalf("%T: %v", r.Msg, err)
	}
	var back said
	if err := gob.NewDecoder(&pipe).Decode(&back); err != nil {
		t.Fatalf("%T: %v", r.Msg, err)
	}
	back.Record.Msg = unpack(back.Record.Msg)
	return *back.Record
}

func TestEveryMessageCrossesWhole(t *testing.T) {
	classes := map[event.Class]bool{event.ClassUnreadable: true}
	for _, m := range all() {
		empty := reflect.New(reflect.TypeOf(m).Elem()).Interface().(event.Message)
		n := 0
		fill(t, reflect.ValueOf(m).Elem(), &n)
		if _, publish := m.(*event.Publish); !publish {
			classes[m.Class()] = true
		}
		for _, m := range []event.Message{m, empty} {
			if p, is := m.(*event.Publish); is && p.Body == nil {
				continue // nobody publishes nothing
			}
			want := trace.Record{Kind: trace.Sent, Node: "gw-1", ID: 7, Msg: m, Note: node.Note{Fact: node.Ready, ID: "x"}}
			if d := cmp.Diff(want, over(t, want), cmpopts.EquateEmpty()); d != "" {
				t.Errorf("%T comes over differently:\n%s", m, d)
			}
		}
	}
	for c := event.ClassNone + 1; c.String() != "?"; c++ {
		if !classes[c] {
			t.Errorf("no message of class %s was tried", c)
		}
	}
}

func TestAFaultOfAMessageCrosses(t *testing.T) {
	for _, fault := range []error{fmt.Errorf("oh: %w", event.ErrUnknownType), errors.New("oh")} {
		was := &event.Unreadable{Fault: fault}
		now := over(t, trace.Record{Msg: &event.Publish{Topic: "t", Body: was}}).Msg.(*event.Publish).Body.(*event.Unreadable)
		if now.Fault.Error() != fault.Error() || now.Reason() != was.Reason() {
			t.Errorf("%v comes over as %v", fault, now.Fault)
		}
	}
}

func TestTroublesCross(t *testing.T) {
	for _, err := range []error{nil, errRefused, errUnresolved, errFull, troubleClosed.error(), troubleTime.error()} {
		if got := troubleOf(err).error(); !errors.Is(got, err) {
			t.Errorf("%v comes over as %v", err, got)
		}
	}
}
