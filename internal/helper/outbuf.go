package helper

import (
	"strconv"
	"sync"
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

// Outbuf is what waits to be written to one client: answers, which come first, and
// events. Both are bounded. It outlives the client that reads from it: a helper
// program that is started again, or replaced, goes on with the same Outbuf, empty.
//
// While no client is open, everything is dropped.
type Outbuf struct {
	fig    Figures
	policy Policy
	// stall, when not nil, hears that the client has stalled or caught up.
	stall func(stalled bool, dropped uint64)

	mu      sync.Mutex
	life    *life // nil while no client is open
	events  chunks
	answers queue
	// Octets that the writer has taken and not yet written.
	writing, answering int

	room       chan struct{} // closed when events have room; nil while nobody waits
	answerRoom chan struct{} // the same for answers

	timer   *time.Timer // judges a buffer that somebody waits for
	timing  bool
	taken   uint64 // octets of events that clients have taken
	mark    uint64 // taken when the timer was started
	stalled bool
	dropped uint64
}

// life is one client of an Outbuf.
type life struct {
	wake    chan struct{} // wakes its writer
	over    chan struct{} // closed at its end
	kill    chan struct{} // asks that the client be ended
	leaving bool          // the writer ends once nothing waits
}

// NewOutbuf returns an Outbuf without a client. Stall may be nil.
func NewOutbuf(policy Policy, fig Figures, stall func(stalled bool, dropped uint64)) *Outbuf {
	return &Outbuf{fig: fig, policy: policy, stall: stall}
}

// Event adds an event line. If the policy says so, it waits for room; when done is
// closed, it goes on to what is reserved. The line is head, then, unless n is nil,
// *n after it has been incremented, then tail. n is guarded by the Outbuf: lines
// stand in the order of their numbers, and a dropped line leaves a gap.
func (o *Outbuf) Event(head []byte, n *uint64, tail []byte, done <-chan struct{}) {
	o.add(head, n, tail, o.fig.Events, done)
}

// Sent adds an event line about a message that was sent. Who calls has asked Room
// before: such lines may go beyond what other events may take.
func (o *Outbuf) Sent(head []byte, n *uint64, tail []byte, done <-chan struct{}) {
	o.add(head, n, tail, o.fig.Events+o.fig.Reserve, done)
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
	case o.waiting()+len(head)+len(tail) > o.fig.Events+2*o.fig.Reserve:
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
	for o.life != nil && !o.stalled && o.policy == Block && o.waiting() >= o.fig.Events {
		if !o.wait(stop) {
			return false
		}
	}
	return true
}

func (o *Outbuf) add(head []byte, n *uint64, tail []byte, limit int, done <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	size := len(head) + len(tail)
	for o.life != nil && !o.stalled && o.waiting() > 0 && o.waiting()+size > limit {
		if o.policy != Block {
			if o.policy == Kill {
				poke(o.life.kill)
			}
			o.drop(n)
			return
		}
		if !o.wait(done) {
			o.putReserved(head, n, tail)
			return
		}
	}
	switch {
	case o.life == nil:
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
	b := o.events.tail(len(head) + digits + len(tail))
	before := len(b)
	b = append(b, head...)
	if n != nil {
		*n++
		b = strconv.AppendUint(b, *n, 10)
	}
	b = append(b, tail...)
	o.events.grown(b, len(b)-before)
	poke(o.life.wake)
}

func (o *Outbuf) drop(n *uint64) {
	if n != nil {
		*n++
	}
	o.dropped++
}

// wait gives up the lock until there is room; false when done was closed instead.
// A buffer that somebody waits for is watched for a stall.
func (o *Outbuf) wait(done <-chan struct{}) bool {
	if o.room == nil {
		o.room = make(chan struct{})
	}
	room := o.room
	o.watch()
	o.mu.Unlock()
	defer o.mu.Lock()
	select {
	case <-room:
		return true
	case <-done:
		return false
	}
}

func (o *Outbuf) watch() {
	if o.timing {
		return
	}
	o.timing, o.mark = true, o.taken
	if o.timer == nil {
		o.timer = time.AfterFunc(o.fig.StallTime, o.judge)
		return
	}
	o.timer.Reset(o.fig.StallTime)
}

// judge decides whether the client has stalled.
func (o *Outbuf) judge() {
	o.mu.Lock()
	o.timing = false
	if o.life == nil || o.stalled || o.room == nil {
		o.mu.Unlock()
		return
	}
	if o.taken-o.mark >= uint64(o.fig.StallBytes) {
		o.watch()
		o.mu.Unlock()
		return
	}
	o.stalled = true
	release(&o.room)
	dropped := o.dropped
	o.mu.Unlock()
	o.tell(true, dropped)
}

func (o *Outbuf) tell(stalled bool, dropped uint64) {
	if o.stall != nil {
		o.stall(stalled, dropped)
	}
}

// Answer hands over a batch of answers and empties it.
func (o *Outbuf) Answer(a *Answers) {
	if len(a.slots) == 0 {
		return
	}
	o.mu.Lock()
	if o.life != nil {
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
	Events, Answers int    // octets that wait
	Lines           int    // of both, without what the writer has in its hands
	Dropped         uint64 // events, ever
	Stalled, Open   bool
}

// Load returns the figures of this moment.
func (o *Outbuf) Load() Load {
	o.mu.Lock()
	defer o.mu.Unlock()
	return Load{
		Events: o.waiting(), Answers: o.answers.size + o.answering, Lines: o.events.lines() + o.answers.lines(),
		Dropped: o.dropped, Stalled: o.stalled, Open: o.life != nil,
	}
}

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
	o.writing, o.answering, o.stalled = 0, 0, false
	if o.timer != nil {
		o.timer.Stop()
		o.timing = false
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
// events. Both are nil when the writer has to end.
func (o *Outbuf) take(l *life, scratch []byte) (answers, events []byte) {
	for {
		o.mu.Lock()
		if o.life != l {
			o.mu.Unlock()
			return nil, nil
		}
		if o.answers.ready() {
			var taken int
			answers, taken = o.answers.render(scratch[:0], chunkSize)
			o.answers.size -= taken
			o.answering = taken
		}
		events = o.events.pop()
		o.writing = len(events)
		leaving := l.leaving
		o.mu.Unlock()
		if answers != nil || events != nil || leaving {
			return answers, events
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
	caughtUp := o.stalled && o.waiting() == 0
	if caughtUp {
		o.stalled = false
	}
	if o.waiting() < o.fig.Events {
		release(&o.room)
	}
	dropped := o.dropped
	o.mu.Unlock()
	if caughtUp {
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

func (o *Outbuf) setPolicy(p Policy) {
	o.mu.Lock()
	o.policy = p
	o.mu.Unlock()
}
