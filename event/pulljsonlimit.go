package event

import (
	"math"
	"strconv"
)

// limitJSON is a limit; which of its members is there says what it counts.
type limitJSON struct {
	Quota     string          `json:"quotaType"`
	Requests  *requestLimit   `json:"requestCount,omitempty"`
	Bandwidth *bandwidthLimit `json:"bandwidth,omitempty"`
	Events    *eventLimit     `json:"eventCount,omitempty"`
	AI        *aiLimit        `json:"aiApiQuota,omitempty"`
}

// windowJSON is what all limits have.
type windowJSON struct {
	Unit  string `json:"timeUnit"`
	Units int64  `json:"unitTime"`
}

type requestLimit struct {
	windowJSON
	Count int64 `json:"requestCount"`
}

type bandwidthLimit struct {
	windowJSON
	Amount   int64  `json:"dataAmount"`
	DataUnit string `json:"dataUnit"`
}

type eventLimit struct {
	windowJSON
	Count int64 `json:"eventCount"`
}

// aiLimit is AIAPIQuotaLimit.java's.
type aiLimit struct {
	windowJSON
	Requests   int64 `json:"requestCount"`
	Total      int64 `json:"totalTokenCount"`
	Prompt     int64 `json:"promptTokenCount"`
	Completion int64 `json:"completionTokenCount"`
}

// limitMembers are the members of a limit by what it counts.
var limitMembers = [...]string{"requestCount", "bandwidth", "eventCount", "aiApiQuota"}

// member is the way to a member of a limit.
func (l *Limit) member(name string) string {
	if int(l.Counts) < len(limitMembers) {
		return "defaultLimit." + limitMembers[l.Counts] + "." + name
	}
	return "defaultLimit.quotaType"
}

// limitOf writes a limit.
func limitOf(policy string, l Limit) (limitJSON, error) {
	unit, n, err := windowUnit(policy, l.Window)
	made, window := limitJSON{Quota: l.Counts.String()}, windowJSON{unit, n}
	switch l.Counts {
	case RequestCount:
		made.Requests = &requestLimit{window, l.Quota}
	case Bandwidth:
		made.Bandwidth = &bandwidthLimit{window, l.Quota, l.DataUnit}
	case EventCount:
		made.Events = &eventLimit{window, l.Quota}
	case AIQuota:
		made.AI = &aiLimit{window, l.Quota, l.Tokens.Total, l.Tokens.Prompt, l.Tokens.Completion}
	default:
		err = &FormError{Doing: "write policy " + policy, Kind: ErrNoForm, Detail: "a quota of requests, bytes, events or tokens was expected"}
	}
	return made, err
}

// amount is the limit without its window; known is false when it has none, or not the one that its
// quotaType names.
func (l *limitJSON) amount() (limit Limit, known bool) {
	if l == nil {
		return limit, false
	}
	switch {
	case l.Requests != nil:
		limit.Quota = l.Requests.Count
	case l.Bandwidth != nil:
		limit = Limit{Counts: Bandwidth, Quota: l.Bandwidth.Amount, DataUnit: l.Bandwidth.DataUnit}
	case l.Events != nil:
		limit = Limit{Counts: EventCount, Quota: l.Events.Count}
	case l.AI != nil:
		limit = Limit{Counts: AIQuota, Quota: l.AI.Requests, Tokens: Tokens{l.AI.Prompt, l.AI.Completion, l.AI.Total}}
	default:
		return limit, false
	}
	return limit, l.Quota == "" || l.Quota == limit.Counts.String()
}

// window is the window of the member that is there.
func (l *limitJSON) window() windowJSON {
	switch {
	case l.Requests != nil:
		return l.Requests.windowJSON
	case l.Bandwidth != nil:
		return l.Bandwidth.windowJSON
	case l.Events != nil:
		return l.Events.windowJSON
	}
	return l.AI.windowJSON
}

// limit reads a limit; ok is false for a type of quota that is not known.
func (l *limitJSON) limit(policy string) (limit Limit, ok bool, err error) {
	if limit, ok = l.amount(); !ok {
		return limit, false, nil
	}
	w, member := l.window(), ""
	limit.Window, member = w.length()
	if member != "" {
		err = &FormError{Doing: "read policy " + policy, Kind: ErrMalformed, Member: limit.member(member),
			Detail: "sec, min, hour, day, week, month or year and a number of them were expected, found " + strconv.FormatInt(w.Units, 10) + " " + w.Unit}
	}
	return limit, true, err
}

// length is the length of the time that a limit counts over, or the member that is wrong.
func (w windowJSON) length() (length Duration, wrong string) {
	for _, u := range timeUnits {
		if w.Unit == u.names[0] || w.Unit == u.names[1] {
			if w.Units < 0 || w.Units > math.MaxInt64/int64(u.length) {
				return 0, "unitTime"
			}
			return Duration(w.Units) * u.length, ""
		}
	}
	return 0, "timeUnit"
}

// timeUnit is a unit of time of a policy: the length that the traffic manager's query compiler gives
// it (siddhi 3.3.0; a month is 30 days, a year 365), and its names. The internal API says hour and
// day, the administrator's form hours and days.
type timeUnit struct {
	length Duration
	names  [2]string
}

var timeUnits = [...]timeUnit{
	{24 * Hour, [2]string{"day", "days"}},
	{Hour, [2]string{"hour", "hours"}},
	{Minute, [2]string{"min", "mins"}},
	{Second, [2]string{"sec", "secs"}},
	{Millisecond, [2]string{"millisec", "milliseconds"}}, // Siddhi knows it, the administrator's form does not offer it
	{7 * 24 * Hour, [2]string{"week", "weeks"}},
	{30 * 24 * Hour, [2]string{"month", "months"}},
	{365 * 24 * Hour, [2]string{"year", "years"}},
}

// windowUnit is a policy's window in the largest unit up to a day that measures it exactly.
func windowUnit(policy string, window Duration) (unit string, n int64, err error) {
	if window == 0 {
		return "min", 0, nil
	}
	for _, u := range timeUnits[:5] {
		if window > 0 && window%u.length == 0 {
			return u.names[0], int64(window / u.length), nil
		}
	}
	return "", 0, &FormError{Doing: "write policy " + policy, Kind: ErrNoForm,
		Detail: "a window of whole milliseconds was expected, not " + window.String()}
}
