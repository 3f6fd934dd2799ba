// Package storetest holds golden scripts of what the tables of a store do, and runs them on the model,
// on SQLite and on a real PostgreSQL; so it does with what rapid draws. A difference is a fault of ours,
// never of the expectation.
//
// A script is a datadriven file. A block is a list of commands, one a line; its output is their answers:
//
//	put [TABLE/KEY@VERSION[=N | deleted]]…   all at once
//	many TABLE N VERSION                     N rows at once, with versions from there on
//	read TABLE [KEY]                         living rows in order of key
//	between AFTER UPTO                       all rows, in order of version
//	release VERSION, versions
//	reopen                                   what comes after a crash of the store
//	other                                    from here on, the tables of another store
package storetest
