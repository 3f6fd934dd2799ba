package event

// Reason says why something did not arrive, or why a session ended. The list is closed: a loss
// without one of these is a bug of the simulator.
type Reason uint8

// The reasons.
const (
	NoReason        Reason = iota
	NoSession              // there was no live session to send on
	NotSubscribed          // the broker had no subscription of the receiver when it took the message
	BufferFull             // the sender's ring or queue was full
	BrokenInFlight         // the session ended while the message was on its way
	Swallowed              // a half-open session took it and told nobody
	SlowConsumer           // the broker dropped it or cut the subscriber for being slow
	NodeDown               // the receiver was not running
	Crashed                // the node that held it died
	Refused                // the other side refused the connection
	TimedOut               // no answer in time
	HeartbeatMissed        // silence for longer than the heartbeat allows
	Reset                  // the connection was reset
	Closed                 // our own side closed it
	LateDropped            // older than the current window
	Ineligible             // no plan selects it
	Filtered               // a label or tenant filter
	Malformed              // it could not be read
	MailboxFull            // the receiving host's queue was full
	GaveUp                 // retries used up
	RunEnded               // still on its way when the run ended
	Looped                 // it was passed on as often as may be
	Overwritten            // a later write to the same row took its place, made without knowing of it
	TailLost               // the database that took over did not have it yet
	Unresolved             // the other side's name has no address
	DiskFull               // there was no room to write it
	Unreachable            // a probe of its port found nobody
	Untold                 // whoever knew of it told nobody
	IDTaken                // its integer id is another row's
	reasons
)

var reasonNames = [reasons]string{
	"", "no-session", "not-subscribed", "buffer-full", "broken-in-flight", "swallowed", "slow-consumer", "node-down",
	"crashed", "refused", "timed-out", "heartbeat-missed", "reset", "closed", "late", "ineligible", "filtered",
	"malformed", "mailbox-full", "gave-up", "run-ended", "looped", "overwritten", "tail-lost", "unresolved", "disk-full",
	"unreachable", "untold", "id-taken",
}

// String names the reason.
func (r Reason) String() string {
	if r < reasons {
		return reasonNames[r]
	}
	return "?"
}

// Reasons returns every reason but NoReason.
func Reasons() []Reason {
	all := make([]Reason, 0, reasons-1)
	for r := NoReason + 1; r < reasons; r++ {
		all = append(all, r)
	}
	return all
}
