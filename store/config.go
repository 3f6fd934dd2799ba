package store

import "hubsim/event"

// Config describes one store. None of its knobs is a key of deployment.toml: the product leaves
// replication to the database, and the values are those of a database in good health.
type Config struct {
	ID       event.NodeID
	Writer   event.NodeID   // whom to follow and forward writes to; "" when this is the writer
	Replicas []event.NodeID // the writer's followers; a follower that is not listed is refused
	// Peers are all stores of two-way replication, this one too, in one order at each of them: every one
	// takes writes and follows every other. Writer and Replicas are empty then.
	Peers    []event.NodeID
	Initial  []event.Row // what is there before the run, the same at the writer and each replica; Key may be left ""
	Disk     *Disk       // what survives a restart; nil: nothing does
	ReadOnly bool        // writes are refused: a directory that is copied from another one

	// TwoWay lets each region write to its own database, and the databases bring it to each other, as
	// multi-DC pattern 1 has it (docs-apim: AM_DB and SHARED_DB replicated in both directions). Without it
	// the first region's database takes all writes, and a region that is cut off from it can read only.
	TwoWay bool

	// SequencePerRegion is that each region's sequences begin at the region's number and go on by the number of
	// regions, as the product's ReadMe asks of who installs replicated databases; without it they begin at 1
	// and go on by 1 everywhere, as its scripts are shipped (CA core.feature, multi-dc/Postgresql/ReadMe.txt,
	// apimgt/tables.sql). Where not every region writes, one database gives all ids.
	SequencePerRegion bool

	Lag       event.Duration // how long a row is held before it is shipped
	Every     event.Duration // or: it ships what it has each time its wall clock has passed a multiple of this, as a cron job does; 0 is not
	Held      int            // rows held at most; a write beyond is refused, as by a full replication log
	ShipBatch int            // rows a message

	// Standby is how far behind the standby is that takes this database's place (fault promote): what was
	// written for so long before is lost.
	Standby event.Duration

	Waiting   int            // writes that a replica has under way at the writer at most
	Timeout   event.Duration // how long a replica waits for the writer's answer to a write
	Reconnect event.Duration // how long a replica waits before it connects again
	Heartbeat event.Duration // how often a replica sees whether the writer is still there; two silences end the session
}

// WSO2 returns the knobs for the product's profile.
func WSO2() Config {
	return Config{
		TwoWay:            true,
		SequencePerRegion: true,
		Lag:               event.Second,
		Held:              65536,
		ShipBatch:         500,
		Standby:           5 * event.Second,
		Waiting:           1000,
		Timeout:           10 * event.Second,
		Reconnect:         event.Second,
		Heartbeat:         5 * event.Second,
	}
}

// Hardened returns the knobs for the hardened profile: the same, since the database is not what is hardened.
func Hardened() Config { return WSO2() }
