package conf

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/lex"
)

// boolean takes a truth value that must be given.
func (p *parser) boolean() bool {
	if !p.c.More() {
		p.c.Word()
		p.c.Fail("true or false")
		return false
	}
	return p.c.Bool(false)
}

// peer takes the address of a neighbor, or a range of them. Host bits may be set.
func (p *parser) peer() netip.Prefix {
	w := p.c.Word()
	if a, err := netip.ParseAddr(w); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen())
	}
	prefix, err := netip.ParsePrefix(w)
	if err != nil {
		p.c.Fail("an IP address or a range such as 192.0.2.0/24")
	}
	return prefix
}

// autoAddr takes an address; the zero Addr for "auto".
func (p *parser) autoAddr() netip.Addr {
	w := p.c.Word()
	if w == "auto" {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(w)
	if err != nil || a.Zone() != "" {
		p.c.Fail("an IP address or auto")
		return netip.Addr{}
	}
	return a
}

// autoASN takes an AS number, plain or "high.low"; 0 for "auto".
func (p *parser) autoASN() uint32 {
	w := p.c.Word()
	if w == "auto" {
		return 0
	}
	if high, low, dotted := strings.Cut(w, "."); dotted {
		h, okHigh := lex.ParseUint(high, 65535)
		l, okLow := lex.ParseUint(low, 65535)
		if okHigh && okLow {
			return uint32(h<<16 | l)
		}
	} else if as, ok := lex.ParseUint(w, 1<<32-1); ok {
		return uint32(as)
	}
	p.c.Fail("an AS number, HIGH.LOW or auto")
	return 0
}

// holdTime takes seconds: 0 or at least 3 (RFC 4271 §4.2).
func (p *parser) holdTime() uint16 {
	v, ok := lex.ParseUint(p.c.Word(), 65535)
	if !ok || v == 1 || v == 2 {
		p.c.Fail("0 (no keepalives) or 3 to 65535 seconds")
	}
	return uint16(v)
}

func (p *parser) port() uint16 {
	v, ok := lex.ParseUint(p.c.Word(), 65535)
	if !ok || v == 0 {
		p.c.Fail("a port from 1 to 65535")
	}
	return uint16(v)
}

// octets takes a size: a number, and K, M or G for 1024 of the one before.
func (p *parser) octets(least, most uint64) int {
	w := p.c.Word()
	number, unit := w, 0
	if w != "" {
		if unit = strings.IndexByte("KMG", w[len(w)-1]&^0x20) + 1; unit > 0 {
			number = w[:len(w)-1]
		}
	}
	v, ok := lex.ParseUint(number, most>>(10*unit))
	if v <<= 10 * unit; !ok || v < least {
		p.c.Fail("a size from " + sizeText(least) + " to " + sizeText(most) + ", such as 16M")
	}
	return int(v)
}

// sizeText is a size in its largest unit.
func sizeText(n uint64) string {
	unit := 0
	for ; n > 0 && n%1024 == 0 && unit < 3; unit++ {
		n /= 1024
	}
	return strconv.FormatUint(n, 10) + [...]string{"", "K", "M", "G"}[unit]
}

// ttl takes a TTL; nil for "disable".
func (p *parser) ttl() *uint8 {
	w := p.c.Word()
	switch w {
	case "disable", "disabled", "false":
		return nil
	}
	v, ok := lex.ParseUint(w, 255)
	if !ok {
		p.c.Fail("a TTL from 0 to 255 or disable")
		return nil
	}
	ttl := uint8(v)
	return &ttl
}

// rateLimit takes UPDATEs a second; 0 for "disable" and for negative numbers.
func (p *parser) rateLimit() int {
	w := p.c.Word()
	if w == "disable" || w == "disabled" {
		return 0
	}
	v, err := strconv.Atoi(w)
	if err != nil {
		p.c.Fail("a number of UPDATEs a second or disable")
	}
	return max(v, 0)
}

// md5Password takes the key; a bare word takes it away.
func (p *parser) md5Password() {
	w := p.c.Word()
	p.n.md5At = p.here()
	if len(w) > 80 {
		p.c.Failf("the md5-password has %d characters, expected at most 80", len(w))
	}
	p.n.Session.MD5Password = strings.Clone(w)
}

// md5Base64 takes a truth value, or "auto", which means false.
func (p *parser) md5Base64() bool {
	return !p.c.Accept("auto") && p.c.Bool(false)
}

// gracefulRestart takes seconds; nil for "disable", 0 for the hold time. ExaBGP
// 5.0 takes up to 65535: the capability holds 4095 (RFC 4724 §3).
func (p *parser) gracefulRestart() *uint16 {
	if !p.c.More() {
		return new(uint16)
	}
	w := p.c.Word()
	if w == "disable" || w == "disabled" {
		return nil
	}
	v, ok := lex.ParseUint(w, 65535)
	if !ok {
		p.c.Fail("0 to 4095 seconds or disable")
		return nil
	}
	t := uint16(min(v, 4095))
	return &t
}

// addPathMode takes the directions of ADD-PATH (RFC 7911 §4).
func (p *parser) addPathMode() {
	capa := &p.n.Session.Capability
	switch strings.ToLower(p.c.Word()) {
	case "send":
		capa.AddPathSend, capa.AddPathReceive = true, false
	case "receive":
		capa.AddPathSend, capa.AddPathReceive = false, true
	case "send/receive":
		capa.AddPathSend, capa.AddPathReceive = true, true
	case "disable", "disabled":
		capa.AddPathSend, capa.AddPathReceive = false, false
	default:
		p.c.Fail("send, receive, send/receive or disable")
	}
}

// role takes our role towards the peer, and "strict" when the peer has to have its
// counterpart (RFC 9234 §4.2).
func (p *parser) role() {
	r, ok := bgp.ParseRole(strings.ToLower(p.c.Word()))
	if !ok {
		p.c.Fail("provider, rs, rs-client, customer or peer")
		return
	}
	p.n.Session.Capability.Role = r
	p.n.Session.Capability.RoleStrict = p.c.Accept("strict")
}
