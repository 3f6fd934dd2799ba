package main

import (
	"errors"
	"fmt"
	"strings"

	"hubsim/live"
	"hubsim/store/sqlstore"
)

// databases makes what --store names.
func (f *runFlags) databases() (live.Databases, error) {
	if f.store == "sqlite" {
		return sqlstore.SQLite(), nil
	}
	const hint = "--store is sqlite, or postgres://USER:PASSWORD@HOST:PORT/DATABASE"
	kind, _, is := strings.Cut(f.store, "://")
	if !is || kind != "postgres" && kind != "postgresql" {
		return nil, wrong(errors.New("--store names no database"), didYouMean(kind, []string{"sqlite", "postgres"}, hint))
	}
	d, err := sqlstore.Postgres(f.store)
	if err != nil {
		return nil, wrong(fmt.Errorf("--store: %w", err), hint)
	}
	return d, nil
}
