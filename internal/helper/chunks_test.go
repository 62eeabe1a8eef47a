package helper

import "testing"

// TestChunksLag: a client that lags makes no garbage, and leaves none behind.
func TestChunksLag(t *testing.T) {
	var c chunks
	add := func() {
		b := c.tail(chunkSize)
		c.grown(b[:chunkSize], chunkSize)
	}
	for range 10 {
		add()
	}
	if got := testing.AllocsPerRun(100, func() {
		c.recycle(c.pop())
		add()
	}); got > 0 {
		t.Errorf("%v allocations to take a piece and add one", got)
	}
	for c.size > 0 {
		c.recycle(c.pop())
	}
	if len(c.free) != keptChunks || cap(c.free) != keptChunks {
		t.Errorf("%d pieces kept of %d", len(c.free), cap(c.free))
	}
}
