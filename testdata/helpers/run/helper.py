"""What the helper programs of the functional tests share.

A helper writes commands to its standard output and reads answers and events from
its standard input, both pipes of the speaker's. What it finds wrong it says on its
standard error, in a line that starts with "helper failed:", which the judge reads.
"""

import json
import os
import select
import sys
import time

JUDGE = '127.0.0.1'


class Helper:
    def __init__(self):
        self._read = b''
        self._kept = []  # lines that came before the answer of a summary
        self._ended = False
        self._up = False

    def tell(self, *commands):
        """Write commands, one write each, as programs that print them do."""
        for command in commands:
            self.burst(command)

    def burst(self, *commands):
        """Write commands in one write."""
        data = ''.join(command + '\n' for command in commands).encode()
        try:
            while data:
                data = data[os.write(1, data):]
        except BrokenPipeError:
            sys.exit(0)  # the speaker has gone

    def pause(self, seconds):
        time.sleep(seconds)

    def line(self, seconds=10.0):
        """The next line; None when none comes in time, or the speaker has gone."""
        return self._kept.pop(0) if self._kept else self._line(seconds)

    def _line(self, seconds=10.0):
        until = time.monotonic() + seconds
        while b'\n' not in self._read:
            left = until - time.monotonic()
            if self._ended or left <= 0:
                return None
            if not select.select([0], [], [], left)[0]:
                continue
            data = os.read(0, 65536)
            self._ended = not data
            self._read += data
        line, _, self._read = self._read.partition(b'\n')
        return line.decode(errors='replace')

    def answer(self, seconds=10.0):
        """The next answer: "done", "error" or "shutdown"; None when there is none."""
        while True:
            line = self.line(seconds)
            if line in (None, 'done', 'error', 'shutdown'):
                return line
            if line.startswith('{'):
                found = json.loads(line).get('answer')
                if found:
                    return found

    def expect(self, *answers):
        """Take one answer for each word, and complain about the first that differs."""
        for number, wanted in enumerate(answers, 1):
            got = self.answer()
            if got in (None, 'shutdown') and self.over(got):
                sys.exit(0)
            if got != wanted:
                self.fail(f'answer {number} is {got}, wanted {wanted}')

    def over(self, got):
        return got == 'shutdown' or self._ended

    def silence(self, seconds):
        """No answer may come."""
        got = self.answer(seconds)
        if got is not None:
            self.fail(f'got {got}, wanted no answer')

    def do(self, *commands, pause=0.0):
        """Write commands, each of which must be done before the next."""
        for command in commands:
            self.tell(command)
            self.expect('done')
            self.pause(pause)

    def sent(self, updates):
        """Wait until the session is up and so many UPDATEs have left, End-of-RIBs too.

        Without this a command may meet routes that still wait to be sent, which is
        another case: what a busy machine does must not choose between the two.
        """
        self._await(
            lambda state, count: state == 'established' and count >= updates,
            f'an established session with {updates} UPDATEs sent',
        )
        self._up = True

    def down(self):
        """Wait until the session has been up and is over."""
        if not self._up:
            self.sent(0)
        self._await(lambda state, _: state != 'established', 'the end of the session')

    def _await(self, reached, what):
        until = time.monotonic() + 20.0
        while not reached(*(now := self._summary())):
            if time.monotonic() > until:
                self.fail(f'waited for {what}, have {now}')
            self.pause(0.01)

    def _summary(self):
        """The state of the session that is judged, and how many UPDATEs it has sent."""
        found = '', 0
        headed = False
        self.tell('show neighbor summary')
        while True:
            line = self._line()
            if line == 'shutdown' or line is None and self._ended:
                sys.exit(0)
            if line is None:
                self.fail('no summary of the neighbors')
            words = line.split()
            if words[:2] == ['Peer', 'AS']:
                headed = True
            elif headed and line == 'done':
                return found
            elif not headed or not line[:1].isdigit():
                self._kept.append(line)
            elif words[0] == JUDGE:
                found = words[3], int(words[4])

    def linger(self, seconds=None):
        """Stay, and read, until the speaker goes, says so, or the time is over."""
        until = None if seconds is None else time.monotonic() + seconds
        while not self._ended and os.getppid() != 1:
            left = 1.0 if until is None else until - time.monotonic()
            if left <= 0 or self.line(left) == 'shutdown':
                return

    def fail(self, reason):
        sys.stderr.write(f'helper failed: {os.path.basename(sys.argv[0])}: {reason}\n')
        sys.stderr.flush()
        self.linger()
        sys.exit(1)
