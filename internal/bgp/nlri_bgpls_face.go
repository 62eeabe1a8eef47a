package bgp

// lsList says where a list of descriptors stands in the JSON of a link: the codes
// whose values are its elements.
type lsList struct {
	key, key42 string // 4.2 has some as objects of one repeated key, others not
	codes      [2]int
}

func (k bgplsNLRI) appendJSON(dst, nlri []byte, f *Face) []byte {
	v, err := k.view(nlri)
	if v.row == nil || err != nil {
		return appendRawLS(dst, nlri, f)
	}
	dst = append(append(dst, `{ "ls-nlri-type": "`...), v.row.name...)
	dst = appendUint(dst, `", "l3-routing-topology": `, v.identifier)
	dst = appendUint(dst, `, "protocol-id": `, v.protocol)
	switch v.row.word {
	case "link":
		dst = v.appendLink(dst, f)
	case "srv6-sid":
		dst = v.appendNodes(dst, `, "node-descriptors": `, lsLocalNode, f)
		dst = v.appendSID(dst)
	case "prefix":
		dst = v.appendNodes(dst, `, "node-descriptors": `, lsLocalNode, f)
		dst = v.appendPrefix(dst, f)
	default:
		dst = v.appendNodes(dst, `, "node-descriptors": `, lsLocalNode, f)
		dst = v.appendNextHop(dst, f, !f.Dialect.Main())
	}
	dst = v.appendOthers(dst)
	if v.rd != nil {
		dst = append(appendRD(append(dst, `, "rd": "`...), v.rd), '"')
	}
	if v.row.word == "node" || v.row.word == "prefix" {
		dst = v.appendNextHop(dst, f, f.Dialect == Dialect4)
	}
	return append(dst, " }"...)
}

// appendRawLS appends a route of a type that is not known. ExaBGP: 4.2 has octets of
// type and length only. Pinned by vector B14.
func appendRawLS(dst, nlri []byte, f *Face) []byte {
	code, n := u16(nlri, 0), u16(nlri, 2)
	dst = appendUint(dst, `{ "code": `, code)
	dst = append(dst, `, "parsed": false, "raw": "`...)
	if f.Dialect == Dialect42 && code < 256 && n < 256 {
		dst = appendHex(dst, []byte{byte(code), byte(n)}, upperHex)
		nlri = nlri[bgplsHead:]
	}
	return append(appendHex(dst, nlri, upperHex), `" }`...)
}

// appendNextHop: ExaBGP: the dialects 4, 5 and 4.2 have the next hop of nodes and
// prefixes, each at its place. Pinned by vectors B1, B9.
func (v *bgplsView) appendNextHop(dst []byte, f *Face, here bool) []byte {
	if !here || f.NextHop == nil || f.Withdraw {
		return dst
	}
	return append(appendAddr(append(dst, `, "nexthop": "`...), f.NextHop), '"')
}

// appendNodes appends the descriptors of a node: a list of objects, in 4.2 one object.
func (v *bgplsView) appendNodes(dst []byte, key string, code int, f *Face) []byte {
	open, sep, end := "[ ", " }, { ", " } ]"
	if f.Dialect == Dialect42 {
		open, sep, end = "", ", ", " }"
	}
	dst = append(dst, key...)
	b := v.descriptor(code)
	if len(b) == 0 {
		if f.Dialect == Dialect42 {
			return append(dst, "{  }"...)
		}
		return append(dst, "[  ]"...)
	}
	dst = append(append(dst, open...), "{ "...)
	for first := true; len(b) > 0; first = false {
		code, value, rest, ok := cutTLV22(b)
		if !ok {
			break
		}
		if !first {
			dst = append(dst, sep...)
		}
		dst = v.appendNode(dst, code, value, f)
		b = rest
	}
	return append(dst, end...)
}

// appendNode appends one descriptor of a node.
func (v *bgplsView) appendNode(dst []byte, code int, b []byte, f *Face) []byte {
	r := lsNodeOf(code)
	if r == nil {
		return appendOtherLS(dst, code, b)
	}
	if r.kind == lsRouter {
		return v.appendRouterID(dst, r, b, f)
	}
	dst = append(dst, r.key...)
	switch r.kind {
	case lsNumber:
		return appendUint(dst, "", u32(b, 0))
	case lsString:
		return append(appendUint(append(dst, '"'), "", u32(b, 0)), '"')
	default:
		return append(appendAddr(append(dst, '"'), b), '"')
	}
}

// appendOtherLS appends a member with the octets of what is not known.
func appendOtherLS(dst []byte, code int, b []byte) []byte {
	dst = append(appendUint(dst, `"generic-tlv-`, code), `": "0x`...)
	return append(appendHex(dst, b, upperHex), '"')
}

// appendRouterID appends the identifier of a router: of a system in IS-IS, of an OSPF
// router, each perhaps of a pseudonode. ExaBGP: the identifier of a pseudonode in
// IS-IS has its number, in 4.2 not. Pinned by vectors B3, B4.
func (v *bgplsView) appendRouterID(dst []byte, r *lsDescriptor, b []byte, f *Face) []byte {
	old := f.Dialect == Dialect42
	n := len(b)
	var designated, psn []byte
	switch {
	case n == 8 && !v.isis():
		b, designated = b[:4], b[4:]
	case n == 7 && !v.ospf():
		if psn = b[6:]; old {
			b = b[:6]
		} else if psn[0] == 0 {
			psn = nil
		}
	}
	id := func(dst []byte) []byte {
		dst = append(append(dst, r.key...), '"')
		if n == 4 || n == 8 && !v.isis() {
			dst = appendAddr(dst, b)
		} else {
			dst = appendHex(dst, b, lowerHex)
		}
		return append(dst, '"')
	}
	if !old {
		dst = id(dst)
	}
	sep := ", "
	if old {
		sep = ""
	}
	if designated != nil {
		dst = append(append(dst, sep...), `"designated-router-id": "`...)
		dst = append(appendAddr(dst, designated), '"')
	}
	if psn != nil {
		dst = append(append(dst, sep...), `"psn": "`...)
		dst = append(appendUint(dst, "", psn[0]), '"')
	}
	if !old {
		return dst
	}
	if designated != nil || psn != nil {
		dst = append(dst, ", "...)
	}
	return id(dst)
}

// appendLink: ExaBGP: 4.2 has addresses alone, in objects whose key repeats. Pinned by
// vector B7.
func (v *bgplsView) appendLink(dst []byte, f *Face) []byte {
	dst = v.appendNodes(dst, `, "local-node-descriptors": `, lsLocalNode, f)
	dst = v.appendNodes(dst, `, "remote-node-descriptors": `, lsRemoteNode, f)
	old := f.Dialect == Dialect42
	for i := range lsLinkTable {
		l := &lsLinkTable[i]
		element := ""
		switch {
		case !old:
			dst = append(append(dst, l.key...), "[ "...)
		case l.key42 == "":
			continue
		default:
			element = l.key42[len(", "):]
			dst = append(append(dst, l.key42...), "{ "...)
		}
		dst = v.appendList(dst, l.codes, element)
		if old {
			dst = append(dst, " }"...)
		} else {
			dst = append(dst, " ]"...)
		}
	}
	return dst
}

// appendList appends the values of the descriptors of two codes, each behind element.
func (v *bgplsView) appendList(dst []byte, codes [2]int, element string) []byte {
	start := len(dst)
	for b := v.descriptors; len(b) > 0; {
		code, value, rest, ok := cutTLV22(b)
		if !ok {
			break
		}
		if b = rest; code != codes[0] && code != codes[1] {
			continue
		}
		if len(dst) > start {
			dst = append(dst, ", "...)
		}
		dst = appendElement(append(dst, element...), lsDescriptorOf(code), value)
	}
	return dst
}

// appendElement appends an element of a list. ExaBGP: of several topologies, which RFC
// 9552 §5.2.2.1 does not allow here, the first. Pinned by vector B6.
func appendElement(dst []byte, r *lsDescriptor, b []byte) []byte {
	switch r.kind {
	case lsIDs:
		dst = appendUint(dst, `{ "link-local-id": `, u32(b, 0))
		return append(appendUint(dst, `, "link-remote-id": `, u32(b, 4)), " }"...)
	case lsTopology:
		return appendTopology(dst, b)
	default:
		return append(appendAddr(append(dst, '"'), b), '"')
	}
}

// appendTopology appends an identifier of 12 bits.
func appendTopology(dst, b []byte) []byte { return appendUint(dst, "", uint16(u16(b, 0)&0xfff)) }

// appendPrefix appends the members of a prefix. ExaBGP: 5.0 and 4.2 show the prefix
// once without its length, and the next hop before the type of the route; no version
// shows topologies. Pinned by vectors B9, B10.
func (v *bgplsView) appendPrefix(dst []byte, f *Face) []byte {
	b := v.descriptor(lsReachability)
	dst = v.appendReachability(append(dst, `, "ip-reachability-tlv": "`...), b)
	if f.Dialect.Main() {
		dst = appendUint(dst, "/", b[0])
	}
	dst = v.appendReachability(append(dst, `", "ip-reach-prefix": "`...), b)
	dst = append(appendUint(dst, "/", b[0]), '"')
	dst = v.appendNextHop(dst, f, !f.Dialect.Main())
	if t := v.descriptor(lsOSPFRoute); t != nil {
		dst = appendUint(dst, `, "ospf-route-type": `, t[0])
	}
	return dst
}

// appendReachability appends the address of a prefix.
func (v *bgplsView) appendReachability(dst, b []byte) []byte {
	var a [16]byte
	copy(a[:], b[1:])
	return appendAddr(dst, a[:v.row.bits/8])
}

// appendSID appends the descriptors of a SID: numbers of topologies are strings.
func (v *bgplsView) appendSID(dst []byte) []byte {
	dst = append(dst, `, "srv6-sid-descriptors": {"multi-topology-ids": [`...)
	sep := `"`
	for b := v.descriptors; len(b) > 0; {
		code, value, rest, ok := cutTLV22(b)
		if !ok {
			break
		}
		if b = rest; code == lsMultiTopo {
			dst = append(appendTopology(append(dst, sep...), value), '"')
			sep = `, "`
		}
	}
	dst = append(dst, ']')
	if sid := v.descriptor(lsSRv6SID); sid != nil {
		dst = append(appendAddr(append(dst, `, "srv6-sid": "`...), sid), '"')
	}
	return append(dst, '}')
}

// appendOthers appends the descriptors that are not known.
//
// Deviation: ExaBGP loses them.
func (v *bgplsView) appendOthers(dst []byte) []byte {
	sep := `, "other-descriptors": [ { `
	for b := v.descriptors; len(b) > 0; {
		code, value, rest, ok := cutTLV22(b)
		if !ok {
			break
		}
		if !lsKnown(code) {
			dst = appendOtherLS(append(dst, sep...), code, value)
			sep = " }, { "
		}
		b = rest
	}
	if sep == " }, { " {
		dst = append(dst, " } ]"...)
	}
	return dst
}

func lsKnown(code int) bool {
	return code == lsLocalNode || code == lsRemoteNode || code == lsReachability || lsDescriptorOf(code) != nil
}

// appendText: ExaBGP's events name the family alone, and its show writes JSON. Pinned
// by vector B16.
func (k bgplsNLRI) appendText(dst, nlri []byte, f *Face) []byte {
	if f.Show {
		return k.appendWords(dst, nlri, f)
	}
	return appendFamilyText(dst, Family{AFIBGPLS, SAFIBGPLS}) // of a VPN route, too
}
