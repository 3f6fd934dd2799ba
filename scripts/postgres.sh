#!/usr/bin/env bash
# A PostgreSQL for tests of store/sqlstore, apart from any other on this machine: a port of its own,
# loopback only, everything under one directory that goes with it. It runs as nobody where root starts
# it, since PostgreSQL refuses root.
#
#   scripts/postgres.sh start   starts it (about 3 s) and prints its URL
#   scripts/postgres.sh url     prints the URL of the running one
#   scripts/postgres.sh stop    ends it and removes its directory
#
#   export HUBSIM_POSTGRES_URL=$(scripts/postgres.sh start)
#
# Needs Debian's postgresql (apt-get install postgresql). HUBSIM_POSTGRES_DIR moves its directory, so
# that two can run.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

dir=${HUBSIM_POSTGRES_DIR:-${TMPDIR:-/tmp}/hubsim-postgres-$(id -u)}

# tool prints the path of a tool of the newest PostgreSQL that is installed.
tool() {
	local found
	found=$(ls -d /usr/lib/postgresql/*/bin/"$1" 2>/dev/null | sort -V | tail -1)
	[ -n "$found" ] || found=$(command -v "$1") || die "there is no $1" "apt-get install postgresql"
	echo "$found"
}

# unprivileged runs a command as somebody who is not root.
unprivileged() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && setpriv --reuid=nobody --regid=nogroup --clear-groups "$@")
	else
		"$@"
	fi
}

running() {
	[ -f "$dir/port" ] && port=$(cat "$dir/port") && listening "$port" &&
		url="postgres://hubsim:$(cat "$dir/password")@127.0.0.1:$port/postgres?sslmode=disable"
}

start() {
	local initdb pg_ctl
	initdb=$(tool initdb) pg_ctl=$(tool pg_ctl)
	running && { echo "$url"; return; }
	rm -rf "$dir" && mkdir -p "$dir"
	free_port >"$dir/port"
	(umask 077 && od -An -N12 -tx1 /dev/urandom | tr -d ' \n' >"$dir/password")
	[ "$(id -u)" != 0 ] || chown -R nobody:nogroup "$dir"
	unprivileged "$initdb" -D "$dir/data" -U hubsim --pwfile="$dir/password" -A scram-sha-256 -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1 ||
		{ cat "$dir/log" >&2; die "its database could not be made; its directory is $dir"; }
	unprivileged "$pg_ctl" -D "$dir/data" -l "$dir/data/server.log" -w -t 60 \
		-o "-p $(cat "$dir/port") -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off" start >/dev/null </dev/null ||
		{ cat "$dir/data/server.log" >&2; die "it did not start; its directory is $dir"; }
	running || die "it does not listen; its directory is $dir"
	echo "$url"
}

stop() {
	[ -f "$dir/data/postmaster.pid" ] && unprivileged "$(tool pg_ctl)" -D "$dir/data" -m immediate -w stop >/dev/null || true
	rm -rf "$dir"
}

case ${1:-} in
start) start ;;
stop) stop ;;
url) running || die "it is not running" "scripts/postgres.sh start"; echo "$url" ;;
*) die "usage: scripts/postgres.sh start|stop|url" ;;
esac
