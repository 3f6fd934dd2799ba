// Package store is the database behind the control planes: rows in tables, one writer, and replicas
// that follow it some time behind.
//
// The writer gives every row a version, one counter for all tables. A replica forwards the writes of
// its clients to the writer and answers when the writer has answered; it reads its own copy. The writer
// holds each row for Config.Lag and then ships it; a replica that comes back asks for what lies above
// its highest version, so nothing is shipped that it has, and nothing is missing once it has caught up.
// It may skip versions of a row that were overwritten meanwhile.
//
// Where we differ from the product: pattern 1 replicates the databases of the regions in both
// directions (Oracle GoldenGate, SQL Server; multi-dc-deployment-patterns-overview.md), so that a
// region cut off can still write, and conflicts are the database's to solve. With one writer a region
// cut off from it can read only. What the protocol meets either way is the lag, and a row that is not
// there yet when its event is.
package store
