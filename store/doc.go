// Package store is the database behind the control planes: rows in tables, one store a region.
//
// Under two-way replication every store takes writes, holds each for Config.Lag and ships it to the others;
// of two rows of one key the later commit is kept everywhere (twoway.go). Otherwise there is one writer: a
// replica forwards the writes of its clients to it, answers when the writer has answered, and reads its own
// copy. The writer gives every row a version, one counter for all tables.
//
// Who comes back asks for what lies above the highest version that it has, so nothing is shipped that it
// has, and nothing is missing once it has caught up. It may skip versions of a row that were overwritten
// meanwhile.
//
// A standby that takes a store's place is Config.Standby behind: the last writes are gone, and what others
// have of them, they keep (journal.go); what its peers had written it asks them for again. So databases may
// differ for good, as real ones do until somebody repairs them.
package store
