#!/usr/bin/env python3
"""A helper program to begin with, in Python 3 without any library: it announces the
prefixes that are its arguments, says what it hears, and withdraws them when it is told
to end.

    process mine { run ./helper.py 198.51.100.0/24; encoder json; }
    neighbor 192.0.2.1 { ... api { processes [ mine ]; neighbor-changes; receive { parsed; update; } } }

- Standard output is for commands alone, one a line, and must be flushed: print() keeps
  what it writes to a pipe until there are eight kilobytes. What else you want to say goes
  to standard error, which ends up in the log.
- Standard input is answers and events. Programs that you call inherit both: give them
  stdin=subprocess.DEVNULL, and stdout too unless you want to read it.
- Read without end. What you do not read is kept for you, up to a limit; then the neighbor
  has to wait, and in the end you miss events ("counter" has gaps then). So no
  time.sleep(): do slow work in a thread that gives its results to this one.
- A neighbor that goes and comes back is sent your routes again: you need not. But when
  this program is started again, it knows nothing of what it did before: say all of it.
- It runs in the folder "/", with TERM=dumb, and often as the user nobody.
"""

import collections
import json
import signal
import sys


def say(text):
    print(text, file=sys.stderr, flush=True)


class Stop(Exception):
    """We are to end."""


class Gone(Exception):
    """The speaker has closed our input or no longer reads what we write."""


class Speaker:
    """Commands, their answers, and events."""

    def __init__(self):
        # Octets, not text: one that is no UTF-8 must not end the program.
        self.input = sys.stdin.buffer
        self.events = collections.deque()
        self.owed = 0  # answers to come: a signal may end the wait for one

    def line(self):
        line = self.input.readline()
        if not line.endswith(b"\n"):
            raise Gone
        return line.rstrip(b"\n")

    def ask(self, command):
        """Gives a command and waits for its answer; why one is refused is in the log.

        Answers come in the order of the commands, each one line, with events in
        between, which are kept for later.
        """
        try:
            sys.stdout.write(command + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            raise Gone from None
        self.owed += 1  # not before: Stop may come anywhere, and no answer would follow
        done = False
        while self.owed > 0:
            line = self.line()
            if line in (b"done", b"error"):
                self.owed -= 1
                done = line == b"done"
            else:
                self.events.append(line)
        if not done:
            say(f"refused: {command}")
        return done

    def event(self):
        """Returns the next event."""
        while True:
            line = self.events.popleft() if self.events else self.line()
            try:
                return json.loads(line)
            except ValueError:
                say(f"not an event: {line!r}")


def handle(event):
    """Deals with one event. Look before you reach into it: which keys there are
    depends on its type, and versions to come may have more."""
    neighbor = event.get("neighbor", {})
    peer = neighbor.get("address", {}).get("peer")
    if event.get("type") == "state":
        say(f"{peer} is {neighbor.get('state')}")
    if event.get("type") != "update":
        return
    update = neighbor.get("message", {}).get("update", {})
    for family, hops in update.get("announce", {}).items():
        for routes in hops.values():
            for route in routes:
                say(f"{peer} announces {family} {nlri(route)}")
    for family, routes in update.get("withdraw", {}).items():
        for route in routes:
            say(f"{peer} withdraws {family} {nlri(route)}")


def nlri(route):
    """An NLRI is an object, or with the setting api.compact its prefix alone."""
    return route.get("nlri", route) if isinstance(route, dict) else route


def stop(_number, _frame):
    raise Stop


def main(prefixes):
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    speaker = Speaker()
    try:
        for prefix in prefixes:
            speaker.ask(f"announce route {prefix} next-hop self")
        while True:
            handle(speaker.event())
    except Gone:
        # The speaker ends, or this program is no longer wanted. In a tenth of a second
        # comes SIGTERM, two seconds later SIGKILL.
        say("the speaker has gone")
        return
    except Stop:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for prefix in prefixes:
            speaker.ask(f"withdraw route {prefix}")
    except Gone:
        pass
    say("ended by a signal")


if __name__ == "__main__":
    main(sys.argv[1:])
