package helper

import (
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Policy says what happens to an event for a client whose buffer is full.
type Policy uint8

// The policies. Whatever they say, an event for a stalled client is dropped.
const (
	Block Policy = iota // who has the event waits: back-pressure to the peer it came from
	Drop                // the event is dropped and counted
	Kill                // the client is ended
)

// Limits is how much may wait for a client, and what happens to more. The zero value
// is the usual size, and Block.
type Limits struct {
	Backlog int // octets of events; 0: Figures.Events
	Policy  Policy
}

// Outbuf is what waits to be written to one client: answers, which come first, and
// events. Both are bounded. It outlives the client that reads from it: a helper
// program that is started again, or replaced, goes on with the same Outbuf, empty.
//
// While no client is open, everything is dropped: events count as such.
type Outbuf struct {
	fig Figures
	// behind, when not nil, hears that events for the client begin to be dropped
	// because it does not read, and how many were once it has caught up.
	behind func(is bool, dropped uint64)

	mu      sync.Mutex
	limits  Limits
	life    *life // nil while no client is open
	events  chunks
	answers queue
	// Octets that the writer has taken and not yet written.
	writing, answering int

	room       chan struct{} // closed when events have room; nil while nobody waits
	answerRoom chan struct{} // the same for answers

	// What the client is judged by, when its buffer is full: how much it has taken
	// since there was something to take. That time runs whether somebody waits or
	// not, so that clients that are deaf together hold somebody up once, together.
	taken uint64    // octets of events that clients have taken
	since time.Time // when the client was last given time; valid while something waits
	mark  uint64    // taken at that time

	within  time.Duration // the least that somebody who waits for room gives it
	timer   *time.Timer   // judges a buffer that somebody waits for
	stalled bool
	queued  uint64 // events
	dropped uint64 // events
	losing  bool   // behind has been told so
	before  uint64 // dropped at that time

	untold uint64 // dropped since the last line of report
	// report appends a line about dropped events; nil: there are no such lines.
	report func(dst []byte, events, total uint64) []byte

	commands, refused atomic.Uint64
}

// life is one client of an Outbuf.
type life struct {
	wake    chan struct{} // wakes its writer
	over    chan struct{} // closed at its end
	kill    chan struct{} // asks that the client be ended
	leaving bool          // the writer ends once nothing waits
}

// NewOutbuf returns an Outbuf without a client. Behind may be nil; otherwise it is
// told when events begin to be dropped because the client does not read, and, once
// the client has caught up, how many were. It may be called by whoever has an event.
func NewOutbuf(limits Limits, fig Figures, behind func(is bool, dropped uint64)) *Outbuf {
	o := &Outbuf{fig: fig, behind: behind}
	o.setLimits(limits)
	return o
}

// setLimits changes the limits; who waits looks again.
func (o *Outbuf) setLimits(l Limits) {
	if l.Backlog == 0 {
		l.Backlog = o.fig.Events
	}
	o.mu.Lock()
	o.limits = l
	release(&o.room)
	o.mu.Unlock()
}

// Report makes the client hear of the events that it has missed: a line that f appends,
// with how many since the last such line, and ever, stands before the next event that is
// not dropped, or is alone once the client has read all else. It does not hear of those
// from before it asked. f may be nil.
func (o *Outbuf) Report(f func(dst []byte, events, total uint64) []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.report == nil {
		o.untold = 0
	}
	o.report = f
}

// tellMissed writes the line about events that were dropped, if one is due.
func (o *Outbuf) tellMissed() {
	if o.untold == 0 || o.report == nil {
		return
	}
	if o.waiting() == 0 {
		o.giveTime()
	}
	const usual = 200
	b := o.events.tail(usual)
	before := len(b)
	b = o.report(b, o.untold, o.dropped)
	o.events.grown(b, len(b)-before)
	o.untold = 0
	poke(o.life.wake)
}

// Event adds an event line. If the policy says so, it waits for room; when done is
// closed, it goes on to what is reserved. A client that takes too little for as long as
// patience, which is Figures.StallTime at most and for 0, is stalled. The line is head,
// then, unless n is nil, *n after it has been incremented, then tail. n is guarded by the
// Outbuf: lines stand in the order of their numbers, and a dropped line leaves a gap.
func (o *Outbuf) Event(head []byte, n *uint64, tail []byte, patience time.Duration, done <-chan struct{}) {
	o.add(head, n, tail, 0, patience, done)
}

// Sent adds an event line about a message that was sent. Who calls has asked Room
// before: such lines may go beyond what other events may take.
func (o *Outbuf) Sent(head []byte, n *uint64, tail []byte, done <-chan struct{}) {
	o.add(head, n, tail, o.fig.Reserve, 0, done)
}

// State adds an event line that never waits: there is room reserved for it. When
// that is used up as well, the line is dropped.
func (o *Outbuf) State(head []byte, n *uint64, tail []byte) {
	o.mu.Lock()
	o.putReserved(head, n, tail)
	o.mu.Unlock()
}

func (o *Outbuf) putReserved(head []byte, n *uint64, tail []byte) {
	switch {
	case o.life == nil:
		o.dropped++
	case o.waiting()+len(head)+len(tail) > o.limits.Backlog+2*o.fig.Reserve:
		o.drop(n)
	default:
		o.put(head, n, tail)
	}
}

// Room waits until events have room, or the client does not count because it is
// stalled or gone; false when stop could be received from before that.
func (o *Outbuf) Room(stop <-chan struct{}) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.life != nil && !o.stalled && o.limits.Policy == Block && o.waiting() >= o.limits.Backlog {
		if !o.wait(0, stop) {
			return false
		}
	}
	return true
}

// add adds a line that may use some of what is reserved.
func (o *Outbuf) add(head []byte, n *uint64, tail []byte, reserve int, patience time.Duration, done <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	size := len(head) + len(tail)
	for o.life != nil && !o.stalled && o.waiting() > 0 && o.waiting()+size > o.limits.Backlog+reserve {
		switch o.limits.Policy {
		case Block:
			if o.wait(patience, done) {
				continue
			}
			o.putReserved(head, n, tail)
		case Drop:
			o.drop(n)
		case Kill:
			o.drop(n)
			poke(o.life.kill)
		}
		return
	}
	switch {
	case o.life == nil:
		o.dropped++
	case o.stalled:
		o.drop(n)
	default:
		o.put(head, n, tail)
	}
}

// waiting returns the octets of events that the client has not taken.
func (o *Outbuf) waiting() int { return o.events.size + o.writing }

func (o *Outbuf) put(head []byte, n *uint64, tail []byte) {
	const digits = 20
	if o.waiting() == 0 {
		o.giveTime()
	}
	o.tellMissed()
	b := o.events.tail(len(head) + digits + len(tail))
	before := len(b)
	b = append(b, head...)
	if n != nil {
		*n++
		b = strconv.AppendUint(b, *n, 10)
	}
	b = append(b, tail...)
	o.events.grown(b, len(b)-before)
	o.queued++
	poke(o.life.wake)
}

// drop counts an event as dropped. For the first of several it gives up the lock to
// say so.
func (o *Outbuf) drop(n *uint64) {
	if n != nil {
		*n++
	}
	o.dropped++
	o.untold++
	if o.losing {
		return
	}
	o.losing, o.before = true, o.dropped-1
	o.mu.Unlock()
	defer o.mu.Lock()
	o.tell(true, 0)
}

func (o *Outbuf) tell(behind bool, dropped uint64) {
	if o.behind != nil {
		o.behind(behind, dropped)
	}
}

// Answer hands over a batch of answers and empties it.
func (o *Outbuf) Answer(a *Answers) {
	if len(a.slots) == 0 {
		return
	}
	o.mu.Lock()
	if o.life != nil && o.life == a.life {
		o.answers.add(a)
		poke(o.life.wake)
	}
	o.mu.Unlock()
	clear(a.slots)
	a.slots, a.size = a.slots[:0], 0
}

// AnswerRoom waits until no more than the allowed octets of answers are untaken,
// or the client is gone.
func (o *Outbuf) AnswerRoom() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.life != nil && o.answers.size+o.answering > o.fig.Answers {
		if o.answerRoom == nil {
			o.answerRoom = make(chan struct{})
		}
		room := o.answerRoom
		o.mu.Unlock()
		<-room
		o.mu.Lock()
	}
}

// Load is what an Outbuf has to do with at a moment.
type Load struct {
	Events, Answers int // octets that wait
	Lines           int // of both, without what the writer has in its hands
	Stalled, Open   bool

	// Since the Outbuf was made.
	Queued, Dropped   uint64 // events that were kept for the client, and that were not
	Commands, Refused uint64 // lines of the client that were executed; those that Refuse counted
}

// Waiting returns the octets that wait.
func (l *Load) Waiting() int { return l.Events + l.Answers }

// Load returns the figures of this moment.
func (o *Outbuf) Load() Load {
	o.mu.Lock()
	defer o.mu.Unlock()
	return Load{
		Events: o.waiting(), Answers: o.answers.size + o.answering, Lines: o.events.lines() + o.answers.lines(),
		Stalled: o.stalled, Open: o.life != nil,
		Queued: o.queued, Dropped: o.dropped, Commands: o.commands.Load(), Refused: o.refused.Load(),
	}
}

// Refuse counts a line of the client as refused.
func (o *Outbuf) Refuse() { o.refused.Add(1) }

// open begins the life of a client; the one before, if any, is over.
func (o *Outbuf) open() *life {
	l := &life{wake: make(chan struct{}, 1), over: make(chan struct{}), kill: make(chan struct{}, 1)}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.life != nil {
		o.end()
	}
	o.life = l
	return l
}

// close ends a life, unless that has happened.
func (o *Outbuf) close(l *life) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.life == l {
		o.end()
	}
}

func (o *Outbuf) end() {
	close(o.life.over)
	o.life = nil
	o.events, o.answers = chunks{}, queue{}
	o.writing, o.answering, o.stalled, o.losing, o.untold = 0, 0, false, false, 0
	if o.timer != nil {
		o.timer.Stop()
	}
	release(&o.room)
	release(&o.answerRoom)
}

// leave makes the writer end once nothing waits.
func (o *Outbuf) leave(l *life) {
	o.mu.Lock()
	l.leaving = true
	o.mu.Unlock()
	poke(l.wake)
}

// take waits for something to write: answers, rendered into scratch, and a chunk of
// events. Both are nil when the writer has to end. If paced, and a
// few answers are all there is, it takes the first and reports that more are left.
func (o *Outbuf) take(l *life, scratch []byte, paced bool) (answers, events []byte, more bool) {
	for {
		o.mu.Lock()
		if o.life != l {
			o.mu.Unlock()
			return nil, nil, false
		}
		if o.answers.ready() {
			limit := chunkSize
			if paced && !l.leaving && o.events.size == 0 && o.answers.few() {
				limit = 1
			}
			var taken int
			answers, taken = o.answers.render(scratch[:0], limit)
			more = limit == 1 && o.answers.ready()
			o.answers.size -= taken
			o.answering = taken
		}
		events = o.events.pop()
		o.writing = len(events)
		leaving := l.leaving
		o.mu.Unlock()
		if answers != nil || events != nil || leaving {
			return answers, events, more
		}
		select {
		case <-l.wake:
		case <-l.over:
		}
	}
}

// tookAnswers counts the answers that were taken as written.
func (o *Outbuf) tookAnswers(l *life) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.life != l {
		return
	}
	o.answering = 0
	if o.answers.size <= o.fig.Answers {
		release(&o.answerRoom)
	}
}

// tookEvents counts the events that were taken as written and recycles their chunk.
func (o *Outbuf) tookEvents(l *life, b []byte) {
	o.mu.Lock()
	if o.life != l {
		o.mu.Unlock()
		return
	}
	o.writing = 0
	o.taken += uint64(len(b))
	o.events.recycle(b)
	if o.taken-o.mark >= uint64(o.fig.StallBytes) {
		o.giveTime()
	}
	empty, lost := o.waiting() == 0, o.losing
	if empty {
		o.stalled, o.losing = false, false
		o.tellMissed()
	}
	if o.waiting() < o.limits.Backlog {
		release(&o.room)
	}
	dropped := o.dropped - o.before
	o.mu.Unlock()
	if empty && lost {
		o.tell(false, dropped)
	}
}

// poke sends on a channel of capacity one, unless something is there.
func poke(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// release closes a channel that somebody may wait on.
func release(c *chan struct{}) {
	if *c != nil {
		close(*c)
		*c = nil
	}
}
