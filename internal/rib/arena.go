package rib

const (
	arenaBits  = 16
	arenaChunk = 1 << arenaBits
)

// arena keeps octets at 32-bit offsets, in chunks without pointers: the garbage
// collector never looks inside. It only grows; compaction copies what is alive to
// a new one.
type arena struct {
	chunks [][]byte
}

// add copies b, at most arenaChunk octets, and returns its offset; false when the
// address space is full.
func (a *arena) add(b []byte) (uint32, bool) {
	n := len(a.chunks)
	if n == 0 || len(a.chunks[n-1])+len(b) > arenaChunk {
		if n == 1<<(32-arenaBits) {
			return 0, false
		}
		var c []byte // the first one grows as it is needed: most tables are small
		if n > 0 {
			c = make([]byte, 0, arenaChunk)
		}
		a.chunks = append(a.chunks, c)
		n++
	}
	c := &a.chunks[n-1]
	off := uint32((n-1)<<arenaBits + len(*c))
	*c = append(*c, b...)
	return off, true
}

func (a *arena) at(off uint32, n int) []byte {
	c := a.chunks[off>>arenaBits]
	i := int(off & (arenaChunk - 1))
	return c[i : i+n : i+n]
}
