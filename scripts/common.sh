# What the scripts of this directory share; source it. name is the script's own.
name=${0##*/}

# die ends the script with a message and, if there is one, a hint.
die() {
	echo "$name: $1" >&2
	[ $# -lt 2 ] || echo "hint: $2" >&2
	exit 1
}

# listening tells whether somebody listens on a port of this machine.
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port prints a port that nobody listens on, below those that the kernel gives to outgoing
# connections.
free_port() {
	local port
	for _ in $(seq 100); do
		port=$((20000 + RANDOM % 12000))
		listening "$port" || { echo "$port"; return; }
	done
	die "found no free port between 20000 and 32000"
}
