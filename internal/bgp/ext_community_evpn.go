package bgp

import (
	"strings"

	"github.com/herald-bgp/herald/internal/lex"
)

// Values of the extended communities of EVPN and of tunnels, in words, and their reverse.

// appendESILabel reads "LABEL" or "LABEL:single-active" (RFC 7432 §7.5):
//
//	2: flags (1)  3: reserved (2)  5: label (3)
func appendESILabel(dst []byte, v string) ([]byte, bool) {
	label, mode, cut := strings.Cut(v, ":")
	n, ok := lex.ParseUint(label, labelMax)
	var flags byte
	if cut {
		flags, ok = 1, ok && mode == "single-active"
	}
	return appendU24(append(dst, 0x06, 0x01, flags, 0, 0), n<<4), ok
}

func appendESILabelWords(dst, e []byte) []byte {
	dst = appendUint(dst, "", u24(e, 5)>>4)
	if e[2] != 0 {
		dst = append(dst, ":single-active"...)
	}
	return dst
}

// appendESImport and appendRouterMAC read six octets as a MAC address has them.
func appendESImport(dst []byte, v string) ([]byte, bool)  { return appendMAC(dst, 0x02, v) }
func appendRouterMAC(dst []byte, v string) ([]byte, bool) { return appendMAC(dst, 0x03, v) }

func appendMAC(dst []byte, subtype byte, v string) ([]byte, bool) {
	var mac [macLen]byte
	ok := parseColons(mac[:], v)
	return append(append(dst, 0x06, subtype), mac[:]...), ok
}

func appendMACWords(dst, e []byte) []byte { return appendColons(dst, e[2:], lowerHex) }

// appendMACMobility reads "SEQUENCE" or "SEQUENCE:sticky" (RFC 7432 §7.7).
func appendMACMobility(dst []byte, v string) ([]byte, bool) {
	number, sticky, cut := strings.Cut(v, ":")
	n, ok := lex.ParseUint(number, 1<<32-1)
	var flags byte
	if cut {
		flags, ok = 1, ok && sticky == "sticky"
	}
	return appendU32(append(dst, 0x06, 0x00, flags, 0), n), ok
}

// appendDefaultGateway has no value to read.
func appendDefaultGateway(dst []byte, v string) ([]byte, bool) {
	return append(dst, 0x03, 0x0d, 0, 0, 0, 0, 0, 0), v == ""
}

func appendNothing(dst, _ []byte) []byte { return dst }

// appendEncap reads the name of a type of tunnel, or its number (RFC 9012 §4.1).
func appendEncap(dst []byte, v string) ([]byte, bool) {
	kind, ok := lex.ParseUint(v, 1<<16-1)
	for i, name := range tunnelTable {
		if name != "" && strings.EqualFold(name, v) {
			kind, ok = uint64(i), true
		}
	}
	return appendU16(append(dst, 0x03, 0x0c, 0, 0, 0, 0), kind), ok
}

func appendEncapWords(dst, e []byte) []byte {
	kind := u16(e, 6)
	if kind < len(tunnelTable) && tunnelTable[kind] != "" {
		return append(dst, tunnelTable[kind]...)
	}
	return appendUint(dst, "", kind)
}
