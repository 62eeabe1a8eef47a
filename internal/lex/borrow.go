package lex

import "unsafe" //nolint:depguard // a string that shares a read buffer's octets saves a copy of every command

// ResetBytes is Reset for a line in a read buffer, without a copy. The words borrow
// the line: whoever keeps one clones it.
func (c *Cursor) ResetBytes(line []byte) {
	c.Reset(unsafe.String(unsafe.SliceData(line), len(line)))
}
