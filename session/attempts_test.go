package session

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hubsim/event"
)

// outages are when somebody goes away and comes back, in turn, the first time that it goes away first. No two
// lie at the same part of a second, so that an attempt a number of seconds after one is never at another.
type outages []event.Mono

func drawOutages(t *rapid.T) outages {
	var all outages
	at := 0
	for i, gap := range rapid.SliceOfN(rapid.IntRange(1, 3000), 0, 8).Draw(t, "seconds between the changes") {
		at += gap
		all = append(all, event.Mono(event.Duration(at)*event.Second+event.Duration(7*(i+1))*event.Millisecond))
	}
	return all
}

func (o outages) away(at event.Mono) bool {
	away := false
	for _, change := range o {
		away = away != (change <= at)
	}
	return away
}

// attempts is the naive timetable: an attempt at the start and whenever what was there goes, and one after each
// wait that follows a failure, until the end. A wait is told how many failed since somebody was there last, and
// whether ever somebody was.
func (o outages) attempts(end event.Mono, wait func(failed int, met bool) event.Duration) []event.Mono {
	var all []event.Mono
	at, failed, met := event.Mono(0), 0, false
	for at <= end {
		all = append(all, at)
		if o.away(at) {
			failed++
			at = at.Add(wait(failed, met))
			continue
		}
		failed, met = 0, true
		goes := slices.IndexFunc(o, func(change event.Mono) bool { return change > at })
		if goes < 0 {
			break
		}
		at = o[goes]
	}
	return all
}

// play lets a peer go and come back as the outages say, from now on.
func (w *wire) play(p event.NodeID, o outages, end event.Mono) {
	for _, change := range o {
		if change > end {
			break
		}
		w.wait(change.Sub(w.now))
		if o.away(change) {
			w.become(p, "down")
		} else {
			w.become(p, "there")
		}
	}
	w.wait(end.Sub(w.now))
}

func drawBackoff(t *rapid.T) BackoffConfig {
	return BackoffConfig{
		First:  event.Duration(rapid.IntRange(5, 60).Draw(t, "first")) * event.Second,
		Factor: rapid.IntRange(0, 3).Draw(t, "factor"),
		Max:    event.Duration(rapid.IntRange(5, 3600).Draw(t, "max")) * event.Second,
	}
}

// doubled is the naive wait: the first, times the factor for each failure but the first, at most the maximum.
func doubled(c BackoffConfig, failed int) event.Duration {
	wait := c.First
	for ; failed > 1 && wait < c.Max; failed-- {
		wait *= event.Duration(max(c.Factor, 1))
		if c.Factor < 2 {
			break
		}
	}
	return min(wait, c.Max)
}

// An endpoint that fails is tried at once, and after each connect that failed a wait longer: DataEndpoint.java.
func TestFeedAttemptsAgainstModel(t *testing.T) {
	end := event.Mono(4 * event.Hour)
	rapid.Check(t, func(t *rapid.T) {
		c, o := wso2Feed(Group{Endpoints: endpoints("tm-1")}), drawOutages(t)
		c.Reconnect, c.Probe.Every = drawBackoff(t), 0
		w, _ := feedOn(c)
		w.quiet = true
		w.start()
		w.play("tm-1", o, end)
		want := o.attempts(end, func(failed int, _ bool) event.Duration { return doubled(c.Reconnect, failed) })
		if !slices.Equal(w.opened, want) || len(w.breaches) > 0 {
			t.Fatalf("connects at %v, want %v; %v", w.opened, want, w.breaches)
		}
	})
}

// A consumer sleeps 20 s, 40, … 3600 before it is up for the first time; later it is tried at once, and watched
// for 5 s before each sleep: JMSListener.java, JMSTaskManager.java.
func TestTopicAttemptsAgainstModel(t *testing.T) {
	end := event.Mono(4 * event.Hour)
	rapid.Check(t, func(t *rapid.T) {
		c, o := wso2Topic(1), drawOutages(t)
		if rapid.Bool().Draw(t, "other waits") {
			c.First, c.Again = drawBackoff(t), drawBackoff(t)
		}
		if rapid.Bool().Draw(t, "away at the start") {
			o = slices.Insert(o, 0, 0)
		}
		w, _ := topicOn(c)
		w.quiet = true
		if o.away(0) {
			w.become(c.Hubs[0], "down")
		}
		w.start()
		w.play(c.Hubs[0], o, end)
		want := o.attempts(end, func(failed int, met bool) event.Duration {
			if !met {
				return doubled(c.First, failed)
			}
			return c.Grace + doubled(c.Again, failed)
		})
		if !slices.Equal(w.opened, want) || len(w.breaches) > 0 {
			t.Fatalf("connects at %v, want %v; %v", w.opened, want, w.breaches)
		}
	})
}

// A request is asked again after each failure, a wait longer, so many times and no more: APIUtil.java. The server
// answers 500 while it is away.
func TestPullAttemptsAgainstModel(t *testing.T) {
	end := event.Mono(24 * event.Hour) // more than ten waits of an hour
	rapid.Check(t, func(t *rapid.T) {
		c, o := wso2Pull(1), drawOutages(t)
		if rapid.Bool().Draw(t, "other waits") {
			c.Retry.BackoffConfig, c.Retry.Times = drawBackoff(t), rapid.IntRange(0, 9).Draw(t, "times")
		}
		w, p := pullOn(c)
		w.quiet = true
		var asked []event.Mono
		var final []int
		w.received = func(event.NodeID, event.Message) { asked = append(asked, w.now) }
		w.part = pullPart{p, func(r *event.PullResponse) { final = append(final, r.Status) }}
		status := func() {
			if w.peer(c.Servers[0]).status = statusOK; o.away(w.now) {
				w.peer(c.Servers[0]).status = 500
			}
		}
		if rapid.Bool().Draw(t, "away at the start") {
			o = slices.Insert(o, 0, 0)
		}
		status()
		w.ask(p, event.PathArtifacts, 1)
		for _, change := range o {
			w.wait(change.Sub(w.now))
			status()
		}
		w.wait(end.Sub(w.now))
		want, got := o.attempts(end, func(failed int, _ bool) event.Duration { return doubled(c.Retry.BackoffConfig, failed) }), 500
		if good := slices.IndexFunc(want, func(at event.Mono) bool { return !o.away(at) }); good >= 0 && good <= c.Retry.Times {
			want, got = want[:good+1], statusOK
		}
		want = want[:min(len(want), c.Retry.Times+1)]
		if !slices.Equal(asked, want) || !slices.Equal(final, []int{got}) || len(w.breaches) > 0 {
			t.Fatalf("asked at %v, want %v; final %v, want %d; %v", asked, want, final, got, w.breaches)
		}
	})
}
