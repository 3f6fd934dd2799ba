#!/usr/bin/env bash
# A RabbitMQ with the AMQP 1.0 plugin for tests of broker/amqp10broker, apart from any other on this
# machine: own node name, own epmd, loopback only, everything under one directory that goes with it.
#
#   scripts/rabbitmq.sh start   starts it (about 13 s) and prints its URL
#   scripts/rabbitmq.sh url     prints the URL of the running one
#   scripts/rabbitmq.sh stop    ends it and removes its directory
#
#   export HUBSIM_AMQP10_URL=$(scripts/rabbitmq.sh start)
#
# Needs Debian's rabbitmq-server 3.10 (apt-get install rabbitmq-server). HUBSIM_RABBITMQ_DIR moves its
# directory, so that two can run.
set -euo pipefail
# shellcheck source=scripts/common.sh
. "$(dirname "$0")/common.sh"

dir=${HUBSIM_RABBITMQ_DIR:-${TMPDIR:-/tmp}/hubsim-rabbitmq-$(id -u)}
bin=/usr/lib/rabbitmq/bin

# settings exports what every tool of RabbitMQ needs to know to stay in its directory.
settings() {
	# shellcheck source=/dev/null
	. "$dir/ports"
	export HOME=$dir
	export RABBITMQ_NODENAME=hubsim@localhost
	export RABBITMQ_CONF_ENV_FILE=$dir/none.conf
	export RABBITMQ_CONFIG_FILE=$dir/rabbitmq.conf
	export RABBITMQ_ENABLED_PLUGINS_FILE=$dir/enabled_plugins
	export RABBITMQ_MNESIA_BASE=$dir/mnesia RABBITMQ_LOG_BASE=$dir/log RABBITMQ_PID_FILE=$dir/pid
	export RABBITMQ_GENERATED_CONFIG_DIR=$dir/config RABBITMQ_SCHEMA_DIR=$dir/schema
	export RABBITMQ_DIST_PORT=$dist_port ERL_EPMD_PORT=$epmd_port ERL_EPMD_ADDRESS=127.0.0.1
	export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
	url=amqp://guest:guest@127.0.0.1:$amqp_port
}

prepare() {
	mkdir -p "$dir"/{mnesia,log,config,schema}
	printf 'amqp_port=%s\nepmd_port=%s\ndist_port=%s\n' "$(free_port)" "$(free_port)" "$(free_port)" >"$dir/ports"
	echo '[rabbitmq_amqp1_0].' >"$dir/enabled_plugins"
	settings
	cat >"$RABBITMQ_CONFIG_FILE" <<-CONF
		listeners.tcp.1 = 127.0.0.1:$amqp_port
		disk_free_limit.absolute = 1MB
		vm_memory_high_watermark.relative = 0.9
	CONF
}

running() { [ -f "$dir/ports" ] && settings && listening "$amqp_port"; }

start() {
	[ -x $bin/rabbitmq-server ] || die "there is no $bin/rabbitmq-server" "apt-get install rabbitmq-server"
	running && { echo "$url"; return; }
	rm -rf "$dir"
	prepare
	setsid $bin/rabbitmq-server >"$dir/log/out" 2>&1 </dev/null &
	for _ in $(seq 240); do
		listening "$amqp_port" && break
		sleep 0.25
	done
	if ! $bin/rabbitmqctl -q await_startup --timeout 60 >"$dir/log/await" 2>&1; then
		cat "$dir/log/out" "$dir/log/await" >&2
		die "it did not start; its directory is $dir"
	fi
	echo "$url"
}

stop() {
	[ -f "$dir/ports" ] || return 0
	settings
	if listening "$amqp_port"; then
		$bin/rabbitmqctl -q shutdown >/dev/null || die "it did not stop; its directory is $dir"
	fi
	epmd -kill >/dev/null 2>&1 || true
	rm -rf "$dir"
}

case ${1:-} in
start) start ;;
stop) stop ;;
url) running || die "it is not running" "scripts/rabbitmq.sh start"; echo "$url" ;;
*) die "usage: scripts/rabbitmq.sh start|stop|url" ;;
esac
