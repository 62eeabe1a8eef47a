#!/bin/sh
# Two speakers exchange routes on the loopback of this machine: hello.conf with its
# helper program, and a router, which is Herald as well or, with "bird", BIRD 2.
# Exit status 0: both heard each other.
set -eu

router=${1:-herald}
here=$(cd "$(dirname "$0")" && pwd)
herald=${HERALD:-$here/../bin/herald}
port=${PORT:-$((20000 + $$ % 10000))}
patience=12

work=$(mktemp -d)
pids=
finish() {
	# shellcheck disable=SC2086 # a list of numbers
	[ -z "$pids" ] || kill $pids 2>/dev/null || true
	wait
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

fail() {
	echo "demo: $1"
	for log in "$work"/*.log; do
		echo "-- $(basename "$log"):"
		tail -n 15 "$log"
	done
	exit 1
}

# Neither a listening port below 1024, nor another user, nor a command line socket.
export exabgp_tcp_port="$port" exabgp_api_cli=false
exabgp_daemon_user=$(id -un)
export exabgp_daemon_user

start_router() {
	case $router in
	herald)
		exabgp_tcp_bind=127.0.0.2 "$herald" "$here/router.conf" >"$work/router.log" 2>"$work/router.heard" &
		;;
	bird)
		PATH=$PATH:/usr/sbin:/sbin
		command -v bird >/dev/null || fail "BIRD is not installed (Debian: bird2)"
		sed "s/PORT/$port/" "$here/router.bird" >"$work/bird.conf"
		bird -f -c "$work/bird.conf" -s "$work/bird.ctl" -P "$work/bird.pid" >"$work/router.log" 2>&1 &
		;;
	*)
		fail "unknown router $router: herald or bird"
		;;
	esac
	pids="$pids $!"
}

# What the router has received.
heard() {
	case $router in
	herald) grep -F '198.51.100.' "$work/router.heard" || true ;;
	bird) birdc -s "$work/bird.ctl" show route protocol speaker 2>/dev/null | grep -F '198.51.100.' || true ;;
	esac
}

running() {
	for pid in $pids; do
		kill -0 "$pid" 2>/dev/null || fail "a speaker has ended"
	done
}

[ -x "$herald" ] || fail "there is no $herald: make build"

echo "== router: $router, AS 65000 at 127.0.0.2 port $port"
start_router
echo "== hello.conf: herald, AS 65001 at 127.0.0.1"
: >"$work/hello.heard"
"$herald" "$here/hello.conf" >"$work/hello.log" 2>"$work/hello.heard" &
pids="$pids $!"

began=$(date +%s)
until [ "$(heard | wc -l)" -ge 2 ] && [ "$(grep -cF '"203.0.113.' "$work/hello.heard")" -ge 1 ]; do
	running
	if [ $(($(date +%s) - began)) -ge $patience ]; then
		[ -n "$(heard)" ] || fail "the router heard no route in $patience seconds"
		fail "hello.sh heard no route in $patience seconds"
	fi
	sleep 0.1
done
sleep 0.2 # for what came together with the last line

echo "== the session comes up, as hello.sh is told"
grep -F '"state"' "$work/hello.heard" || fail "hello.sh was not told of the session"
echo "== routes that the router received"
heard
echo "== lines that hello.sh received"
grep -E '^([{]|done|error)' "$work/hello.heard" | grep -vF '"state"'
echo "== both directions seen"
