package helper

import "bytes"

// Answers collects what a client will be answered, in order: one batch of slots.
// It belongs to the client's reader until Outbuf.Answer takes it. What comes for a client
// whose life is over is nobody's: the next one has not asked.
type Answers struct {
	out   *Outbuf
	life  *life
	slots []slot
	size  int // octets of text, and what slots cost
}

// slot is a place in the order of answers: a line so many times, or other text, or
// a ticket that has yet to be filled.
type slot struct {
	line   string
	count  int
	text   []byte
	ticket *Ticket
}

// slotCost is what a slot counts for beside its text, so that a client that never
// reads cannot pile up slots of nothing.
const slotCost = 64

// NewAnswers returns an empty batch for the client that an Outbuf has now.
func NewAnswers(o *Outbuf) *Answers {
	o.mu.Lock()
	defer o.mu.Unlock()
	return &Answers{out: o, life: o.life}
}

// Line adds a line, newline included, that is often repeated: a run of it is one
// slot with a count.
func (a *Answers) Line(line string) {
	if n := len(a.slots); n > 0 {
		if s := &a.slots[n-1]; s.count > 0 && s.line == line {
			s.count++
			return
		}
	}
	a.slots = append(a.slots, slot{line: line, count: 1})
	a.size += slotCost
}

// Text appends to the text of the answer at hand: the function gets what is there
// and returns it with more. Whole lines must be there when the batch is handed over.
func (a *Answers) Text(more func(dst []byte) []byte) {
	n := len(a.slots)
	if n == 0 || a.slots[n-1].count > 0 || a.slots[n-1].ticket != nil {
		a.slots = append(a.slots, slot{})
		a.size += slotCost
		n++
	}
	s := &a.slots[n-1]
	before := len(s.text)
	s.text = more(s.text)
	a.size += len(s.text) - before
}

// Ticket adds a slot that is filled later; what follows it waits.
func (a *Answers) Ticket() *Ticket {
	t := &Ticket{out: a.out}
	a.slots = append(a.slots, slot{ticket: t})
	a.size += slotCost
	return t
}

// Size returns the octets that the batch would count for.
func (a *Answers) Size() int { return a.size }

// Ticket is an answer to come.
type Ticket struct {
	out  *Outbuf
	text string // guarded by out.mu
	full bool
}

// Fill gives the answer, whole lines. Only the first call counts. Any goroutine may
// call it.
func (t *Ticket) Fill(lines string) {
	o := t.out
	o.mu.Lock()
	if !t.full {
		t.full, t.text = true, lines
		if o.life != nil {
			poke(o.life.wake)
		}
	}
	o.mu.Unlock()
}

// queue is the answers of a client that its writer has not taken.
type queue struct {
	slots []slot
	head  int
	size  int
}

func (q *queue) add(a *Answers) {
	if q.head > len(q.slots)/2 {
		n := copy(q.slots, q.slots[q.head:])
		clear(q.slots[n:])
		q.slots, q.head = q.slots[:n], 0
	}
	for i := range a.slots {
		s := a.slots[i]
		if n := len(q.slots); n > q.head && s.count > 0 && q.slots[n-1].count > 0 && q.slots[n-1].line == s.line {
			q.slots[n-1].count += s.count
			a.size -= slotCost
			continue
		}
		q.slots = append(q.slots, s)
	}
	q.size += a.size
}

// render appends answers to dst until it holds about limit octets, and returns how
// much of the queue's size they were.
func (q *queue) render(dst []byte, limit int) ([]byte, int) {
	taken := 0
	for q.head < len(q.slots) && len(dst) < limit {
		s := &q.slots[q.head]
		switch {
		case s.count > 0:
			for s.count > 0 && len(dst) < limit {
				dst = append(dst, s.line...)
				s.count--
			}
			if s.count > 0 {
				return dst, taken
			}
		case s.ticket != nil:
			if !s.ticket.full {
				return dst, taken
			}
			dst = append(dst, s.ticket.text...)
		default:
			dst = append(dst, s.text...)
			taken += len(s.text)
		}
		taken += slotCost
		*s = slot{}
		q.head++
	}
	return dst, taken
}

// ready reports whether render has something to give.
func (q *queue) ready() bool {
	return q.head < len(q.slots) && (q.slots[q.head].ticket == nil || q.slots[q.head].ticket.full)
}

// few reports whether no more than fewAnswers wait.
func (q *queue) few() bool {
	left := fewAnswers
	for i := q.head; i < len(q.slots) && left >= 0; i++ {
		left -= max(q.slots[i].count, 1)
	}
	return left >= 0
}

// lines counts the lines that wait; a ticket is one.
func (q *queue) lines() int {
	n := 0
	for i := range q.slots[q.head:] {
		s := &q.slots[q.head+i]
		n += s.count + bytes.Count(s.text, []byte{'\n'})
		if s.ticket != nil {
			n++
		}
	}
	return n
}
