package health

import (
	"fmt"
	"net/netip"
	"strings"
)

// Address is an address of an interface.
type Address struct {
	Prefix netip.Prefix
	Label  string // what follows "lo:"; "" for none
}

// ParseAddresses reads what "ip -o address show dev NAME" prints. Lines that it does
// not understand are passed over.
func ParseAddresses(text, name string) []Address {
	var out []Address
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 4 || words[2] != "inet" && words[2] != "inet6" {
			continue
		}
		p, err := netip.ParsePrefix(words[3])
		if err != nil {
			continue
		}
		a := Address{Prefix: p}
		for _, w := range words[4:] {
			if label, ok := strings.CutPrefix(w, name+":"); ok {
				a.Label, _, _ = strings.Cut(label, `\`)
				break
			}
		}
		out = append(out, a)
	}
	return out
}

// Filter chooses addresses by their label.
type Filter struct {
	Label string // "" takes all addresses
	Exact bool   // the label is this; otherwise it begins so
}

// Match reports whether an address is one of the service's: not a loopback one, not
// one that stands for a network that it lies in, and of the label.
func (f Filter) Match(a Address) bool {
	switch {
	case a.Prefix.Addr().IsLoopback() || a.Prefix != a.Prefix.Masked():
		return false
	case f.Exact && f.Label != "":
		return a.Label == f.Label
	}
	return strings.HasPrefix(a.Label, f.Label)
}

// maxAddresses is how many addresses a network may have that are set up or announced
// one by one.
const maxAddresses = 1 << 16

// Expand returns the addresses of networks, each once.
func Expand(networks []netip.Prefix) ([]netip.Prefix, error) {
	var out []netip.Prefix
	seen := map[netip.Addr]bool{}
	for _, n := range networks {
		if bits := n.Addr().BitLen() - n.Bits(); bits > 16 {
			return nil, fmt.Errorf("%s has more than %d addresses, which is too many to take one by one", n, maxAddresses)
		}
		for a := n.Masked().Addr(); n.Contains(a); a = a.Next() {
			if !seen[a] {
				seen[a] = true
				out = append(out, netip.PrefixFrom(a, a.BitLen()))
			}
		}
	}
	return out, nil
}

// ParseNetwork reads an address or a network without host bits, as 192.0.2.0/24 or
// 192.0.2.0/255.255.255.0.
func ParseNetwork(text string) (netip.Prefix, error) {
	addr, mask, hasMask := strings.Cut(text, "/")
	a, err := netip.ParseAddr(addr)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("'%s' is not an address or a network", text)
	}
	p := netip.PrefixFrom(a, a.BitLen())
	if hasMask {
		if p, err = netip.ParsePrefix(text); err != nil {
			if p = withMask(a, mask); !p.IsValid() {
				return netip.Prefix{}, fmt.Errorf("'%s' is not an address or a network", text)
			}
		}
	}
	if p != p.Masked() {
		return netip.Prefix{}, fmt.Errorf("'%s' has host bits set, expected %s", text, p.Masked())
	}
	return p, nil
}

// withMask reads a mask in dotted form; an invalid prefix when it is none.
func withMask(a netip.Addr, text string) netip.Prefix {
	m, err := netip.ParseAddr(text)
	if err != nil || !m.Is4() || !a.Is4() {
		return netip.Prefix{}
	}
	b := m.As4()
	bits := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	n := 0
	for ; bits&(1<<31) != 0; bits <<= 1 {
		n++
	}
	if bits != 0 {
		return netip.Prefix{}
	}
	return netip.PrefixFrom(a, n)
}
