// Package sqlstore keeps the rows of stores in real databases: SQLite, embedded and without cgo, or a
// PostgreSQL by its URL. Each store has a database of its own: a file in a directory that goes with the
// run, or a schema hubsim_NAME that the run empties at its beginning and leaves for a look afterwards.
//
// The tables are named for WSO2's and hold what the protocol needs of them, in typed columns, lists as
// JSON; beside them stand the version of each row and whether it is deleted, which replication needs.
// Package storetest holds SQLite, PostgreSQL and the model to the same answers.
package sqlstore
