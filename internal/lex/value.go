package lex

import (
	"fmt"
	"net/netip"
	"strings"
)

// Uint takes a decimal number of at most max. A leading "+" and "_" between
// digits are allowed, as ExaBGP's files may have them.
func (c *Cursor) Uint(max uint64) uint64 {
	v, ok := ParseUint(c.Word(), max)
	if !ok {
		c.Failf("unexpected %s, expected a number from 0 to %d", c.found(), max)
	}
	return v
}

// ParseUint reads a decimal number of at most max.
func ParseUint(w string, max uint64) (uint64, bool) {
	if len(w) > 1 && w[0] == '+' {
		w = w[1:]
	}
	if w == "" {
		return 0, false
	}
	var v uint64
	for i := range len(w) {
		d := uint64(w[i] - '0')
		if d > 9 {
			if w[i] == '_' && i > 0 && i < len(w)-1 {
				continue
			}
			return 0, false
		}
		if v > max/10 || d > max-v*10 {
			return 0, false
		}
		v = v*10 + d
	}
	return v, true
}

// Bool takes true, enable, enabled, yes, 1 or their opposites, in any case;
// bare when the statement is over.
func (c *Cursor) Bool(bare bool) bool {
	if !c.More() {
		return bare
	}
	switch strings.ToLower(c.Word()) {
	case "true", "enable", "enabled", "yes", "1":
		return true
	case "false", "disable", "disabled", "no", "0":
		return false
	}
	c.Fail("true, false, enable, disable, enabled, disabled, yes or no")
	return false
}

// Addr takes an IPv4 or IPv6 address without a zone.
func (c *Cursor) Addr() netip.Addr {
	a, err := netip.ParseAddr(c.Word())
	if err != nil || a.Zone() != "" {
		c.Fail("an IP address")
		return netip.Addr{}
	}
	return a
}

// Addr4 takes an IPv4 address.
func (c *Cursor) Addr4() netip.Addr {
	a, err := netip.ParseAddr(c.Word())
	if err != nil || !a.Is4() {
		c.Fail("an IPv4 address")
		return netip.Addr{}
	}
	return a
}

// Prefix takes an address with a length, or without one for a host. Bits beyond
// the length must be zero.
func (c *Cursor) Prefix() netip.Prefix {
	w := c.Word()
	addr, bits, cut := strings.Cut(w, "/")
	a, err := netip.ParseAddr(addr)
	if err != nil || a.Zone() != "" {
		c.Fail("an IP prefix")
		return netip.Prefix{}
	}
	n := uint64(a.BitLen())
	if cut {
		var ok bool
		if n, ok = ParseUint(bits, n); !ok {
			c.Failf("unexpected '%s', expected a prefix length from 0 to %d", w, a.BitLen())
			return netip.Prefix{}
		}
	}
	p := netip.PrefixFrom(a, int(n))
	if p.Masked() != p {
		c.Failf("'%s' is not a valid network, expected %s", w, p.Masked())
		return netip.Prefix{}
	}
	return p
}

// List gives the words of "[ a b ]", or the single next word. Commas are passed over.
func (c *Cursor) List(yield func(w string) bool) {
	if c.Peek() != "[" {
		if w := c.Word(); w != "" {
			yield(w)
		} else {
			c.Fail("a value or a list in [ ]")
		}
		return
	}
	c.Word()
	for c.err == nil {
		switch w := c.Word(); w {
		case "]":
			return
		case ",":
		case "":
			c.Fail("']'")
			return
		default:
			if !yield(w) {
				return
			}
		}
	}
}

// AppendQuoted appends a word in quotes, as a Cursor reads it.
func AppendQuoted(dst []byte, word string) []byte {
	dst = append(dst, '"')
	for i := range len(word) {
		switch o := word[i]; {
		case o < ' ':
			dst = fmt.Appendf(dst, `\u%04x`, o)
		case o == '"' || o == '\\':
			dst = append(dst, '\\', o)
		default:
			dst = append(dst, o)
		}
	}
	return append(dst, '"')
}
