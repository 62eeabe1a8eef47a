package helper

import "bytes"

// chunks is a queue of octets in pieces of whole lines: what is added goes to the
// last piece, and the writer takes the first. Its memory is the most that has waited
// since it was last empty, and nothing is ever copied to make room.
type chunks struct {
	list [][]byte
	head int
	free [][]byte
	size int
}

// chunkSize is what the writer takes at a time: as much as a pipe holds.
const chunkSize = 64 << 10

// keptChunks is how many empty pieces are kept for the next burst.
const keptChunks = 4

// tail returns the last piece, with room for n more octets.
func (c *chunks) tail(n int) []byte {
	if i := len(c.list) - 1; i >= c.head && cap(c.list[i])-len(c.list[i]) >= n {
		return c.list[i]
	}
	var b []byte
	switch f := len(c.free) - 1; {
	case n > chunkSize:
		b = make([]byte, 0, n)
	case f >= 0:
		b, c.free = c.free[f], c.free[:f]
	default:
		b = make([]byte, 0, chunkSize)
	}
	if c.head > len(c.list)/2 {
		n := copy(c.list, c.list[c.head:])
		clear(c.list[n:])
		c.list, c.head = c.list[:n], 0
	}
	c.list = append(c.list, b)
	return b
}

// grown puts back what tail gave, with n more octets.
func (c *chunks) grown(b []byte, n int) {
	c.list[len(c.list)-1] = b
	c.size += n
}

// pop takes the first piece; nil when there is none.
func (c *chunks) pop() []byte {
	if c.head == len(c.list) {
		return nil
	}
	b := c.list[c.head]
	c.list[c.head] = nil
	c.head++
	c.size -= len(b)
	return b
}

// recycle keeps a piece for later: a client that lags takes and leaves as many, which
// would be garbage and pile up until the next collection. Once nothing waits, few stay.
func (c *chunks) recycle(b []byte) {
	if cap(b) == chunkSize {
		c.free = append(c.free, b[:0])
	}
	if n := len(c.free); c.size == 0 && n > keptChunks {
		clear(c.free[keptChunks:])
		c.free = c.free[:keptChunks:keptChunks]
	}
}

// lines counts the lines that wait.
func (c *chunks) lines() int {
	n := 0
	for _, b := range c.list[c.head:] {
		n += bytes.Count(b, []byte{'\n'})
	}
	return n
}
