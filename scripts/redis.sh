#!/usr/bin/env bash
# A Redis for tests of keyvalue/rediskv, apart from any other on this machine: a port of its own, loopback
# only, nothing on disk but its pid and log, in a directory that goes with it.
#
#   scripts/redis.sh start   starts it and prints its URL
#   scripts/redis.sh url     prints the URL of the running one
#   scripts/redis.sh stop    ends it and removes its directory
#
#   export HUBSIM_REDIS_URL=$(scripts/redis.sh start)
#
# Needs Debian's redis-server (apt-get install redis-server). HUBSIM_REDIS_DIR moves its directory, so
# that two can run.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

dir=${HUBSIM_REDIS_DIR:-${TMPDIR:-/tmp}/hubsim-redis-$(id -u)}

running() { [ -f "$dir/port" ] && port=$(cat "$dir/port") && url=redis://127.0.0.1:$port && listening "$port"; }

start() {
	command -v redis-server >/dev/null || die "there is no redis-server on the path" "apt-get install redis-server"
	running && { echo "$url"; return; }
	rm -rf "$dir" && mkdir -p "$dir"
	free_port >"$dir/port"
	port=$(cat "$dir/port")
	setsid redis-server --port "$port" --bind 127.0.0.1 --save "" --appendonly no --dir "$dir" \
		--pidfile "$dir/pid" --daemonize yes --logfile "$dir/log" >/dev/null
	for _ in $(seq 40); do
		running && { echo "$url"; return; }
		sleep 0.25
	done
	cat "$dir/log" >&2
	die "it did not start; its directory is $dir"
}

stop() {
	local pid
	if [ -f "$dir/pid" ] && pid=$(cat "$dir/pid") && kill "$pid" 2>/dev/null; then
		for _ in $(seq 40); do # it writes into its directory until it has ended
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.25
		done
	fi
	rm -rf "$dir"
}

case ${1:-} in
start) start ;;
stop) stop ;;
url) running || die "it is not running" "scripts/redis.sh start"; echo "$url" ;;
*) die "usage: scripts/redis.sh start|stop|url" ;;
esac
