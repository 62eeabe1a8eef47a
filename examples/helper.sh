#!/bin/sh
# A helper program to begin with, for any POSIX shell: it announces the prefixes that
# are its arguments, says what it hears, and withdraws them when it is told to end.
#
#	process mine { run ./helper.sh 198.51.100.0/24; encoder json; }
#	neighbor 192.0.2.1 { ... api { processes [ mine ]; neighbor-changes; receive { parsed; update; } } }
#
# - Standard output is for commands alone, one a line. What else you want to say goes to
#   standard error, which ends up in the log. So give "2>&1" to no program that you call,
#   and ">&2" to those that say something.
# - Standard input is answers and events. Programs that you call inherit it and would eat
#   them: give them "</dev/null".
# - Read without end. What you do not read is kept for you, up to a limit; then the
#   neighbor has to wait, and in the end you miss events.
# - A neighbor that goes and comes back is sent your routes again: you need not. But when
#   this program is started again, it knows nothing of what it did before: say all of it.
# - It runs in the folder "/", with TERM=dumb, and often as the user nobody.

say() { echo "$*" >&2; }

# Answers come in the order of the commands, each one line, "done" or "error", with events
# in between. How many are to come is counted, for a signal may end a wait for one.
owed=0
answer=
stop=

# next reads one line and deals with it; false at the end of input and after a signal.
next() {
	read -r line || return 1
	case $line in
	done | error)
		owed=$((owed - 1))
		answer=$line
		;;
	*) event "$line" ;;
	esac
}

# ask gives a command and waits for its answer. Why a command is refused is in the log.
ask() {
	echo "$*"
	owed=$((owed + 1))
	while [ $owed -gt 0 ]; do
		next || return 1
	done
	[ "$answer" = done ] || say "refused: $*"
}

# event deals with one event. A real program in shell asks jq; the keys are always
# in this order and written like this, which is enough for a beginning.
event() {
	peer=${1#*\"peer\": \"}
	peer=${peer%%\"*}
	case $1 in
	*'"type": "state"'*'"state": "up"'*) say "$peer is up" ;;
	*'"type": "state"'*'"state": "down"'*) say "$peer is down" ;;
	*'"type": "update"'*)
		rest=$1
		while [ "$rest" != "${rest#*\"nlri\": \"}" ]; do
			rest=${rest#*\"nlri\": \"}
			say "$peer speaks of ${rest%%\"*}"
		done
		;;
	esac
}

# A shell runs a trap between two commands, and its read ends because of it.
trap 'stop=yes' TERM INT
# Without this a write after the speaker's end kills the program before it can clean up.
trap '' PIPE

for prefix in "$@"; do
	[ -n "$stop" ] || ask "announce route $prefix next-hop self"
done
while [ -z "$stop" ] && next; do
	: # here the program lives; "sleep" would make it deaf for that long
done

if [ -z "$stop" ]; then
	# The end of input: the speaker ends, or this program is no longer wanted. In a tenth of
	# a second comes SIGTERM, two seconds later SIGKILL.
	say "the speaker has gone"
	exit 0
fi
trap '' TERM INT
for prefix in "$@"; do
	ask "withdraw route $prefix" || break
done
say "ended by a signal"
