package bgp

import "github.com/herald-bgp/herald/internal/lex"

// clusterListAttr is CLUSTER_LIST (RFC 4456 §8): cluster identifiers, in order.
type clusterListAttr struct{}

const clusterIDLen = 4

func (clusterListAttr) check(v []byte, _ *Negotiated) error { return checkRecords(v, clusterIDLen) }

func (clusterListAttr) parse(c *lex.Cursor, dst []byte) []byte {
	start := len(dst)
	for w := range c.List {
		ip, ok := parseAddr4(w)
		if !ok {
			c.Fail("an IPv4 address")
			break
		}
		dst = append(dst, ip[:]...)
	}
	if len(dst) == start {
		c.Fail("an IPv4 address")
	}
	return dst
}

func (clusterListAttr) appendText(dst, v []byte, f *Face) []byte {
	// ExaBGP: main alone leaves the brackets of a single identifier out (api-attributes).
	open, end := " cluster-list [ ", " ]"
	if f.Dialect.Main() && len(v) == clusterIDLen {
		open, end = " cluster-list ", ""
	}
	return append(appendAddrs(append(dst, open...), v, "", " "), end...)
}

func (clusterListAttr) appendJSON(dst, v []byte, _ *Face) []byte {
	return append(appendAddrs(append(dst, `"cluster-list": [ `...), v, `"`, ", "), " ]"...)
}

// appendAddrs appends IPv4 addresses, each in quotes, with sep between two.
func appendAddrs(dst, v []byte, quote, sep string) []byte {
	for i := 0; i < len(v); i += 4 {
		if i > 0 {
			dst = append(dst, sep...)
		}
		dst = append(appendAddr(append(dst, quote...), v[i:i+4]), quote...)
	}
	return dst
}
