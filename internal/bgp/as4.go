package bgp

// Four-octet AS numbers on sessions with a two-octet speaker (RFC 6793). Inside
// Herald all have four octets; here they are narrowed and widened.

// as4 keeps AS4_PATH and AS4_AGGREGATOR of a two-octet speaker until the others
// are there. RFC 6793 §4.1, §6: from a four-octet speaker, and malformed, they are
// discarded.
func (p *updateParser) as4(a AttrView) {
	err := errDirection
	if !p.n.ASN4 {
		if a.Code == AttrAS4Path {
			err = checkAS4Path(a.Value)
		} else {
			err = aggregatorAttr{}.check(a.Value, p.n)
		}
	}
	switch {
	case err != nil:
		p.fault(ActionDiscard, optionalError, a.Code, err)
	case a.Code == AttrAS4Path:
		p.as4Path = a.Value
	default:
		p.as4Aggregator = a.Value
	}
}

func checkAS4Path(v []byte) error {
	if len(v) == 0 {
		return errEmpty
	}
	for len(v) > 0 {
		s, size, err := firstSegment(v, 4)
		if err != nil {
			return err
		}
		if s.hasZero() { // RFC 7607 §2
			return errValue
		}
		v = v[size:]
	}
	return nil
}

// widen returns the value of an AS_PATH or AGGREGATOR of a two-octet speaker with
// AS numbers of four octets, in the scratch of the Update.
func (p *updateParser) widen(a AttrView) ([]byte, error) {
	at := len(p.u.scratch)
	var err error
	if a.Code == AttrASPath {
		p.u.scratch, err = appendWidePath(p.u.scratch, a.Value)
	} else if err = checkLen(a.Value, aggregator2Len); err == nil {
		p.u.scratch = append(append(p.u.scratch, 0, 0), a.Value...)
	}
	return p.u.scratch[at:], err
}

func appendWidePath(dst, v []byte) ([]byte, error) {
	for len(v) > 0 {
		s, size, err := firstSegment(v, 2)
		if err != nil {
			return dst, err
		}
		dst = append(dst, v[:2]...)
		for i := 0; i < len(s.as); i += 2 {
			dst = append(dst, 0, 0, s.as[i], s.as[i+1])
		}
		v = v[size:]
	}
	return dst, nil
}

// mergeAS4 puts AS4_PATH and AS4_AGGREGATOR in the place of what they complete
// (RFC 6793 §4.2.3).
func (p *updateParser) mergeAS4() {
	if p.as4Aggregator != nil {
		if a := p.u.attr(AttrAggregator); a != nil {
			if u32(a.Value, 0) != asTrans {
				return // a router behind the last four-octet one aggregated: both are stale
			}
			a.Value = p.as4Aggregator
		}
	}
	if p.as4Path == nil {
		return
	}
	if a := p.u.attr(AttrASPath); a != nil {
		at := len(p.u.scratch)
		p.u.scratch = appendMergedPath(p.u.scratch, a.Value, p.as4Path)
		a.Value = p.u.scratch[at:]
	}
}

// appendMergedPath appends the leading part of path that as4 does not cover, then
// as4. A longer as4 is stale. Both paths are valid.
func appendMergedPath(dst, path, as4 []byte) []byte {
	lead := pathLength(path) - pathLength(as4)
	if lead < 0 {
		return append(dst, path...)
	}
	sequence := 0 // offset of the type of the last segment, when it is a sequence of path
	for s := range segments(path) {
		switch {
		case s.confed(): // not counted: it goes with what it stands beside
		case lead == 0:
			return appendAS4(dst, as4, sequence)
		case s.kind == segmentSet:
			lead--
		default:
			s.as = s.as[:4*min(lead, len(s.as)/4)]
			lead -= len(s.as) / 4
		}
		sequence = 0
		if s.kind == segmentSequence {
			sequence = len(dst) + 1
		}
		dst = append(append(dst, s.kind, byte(len(s.as)/4)), s.as...)
	}
	return appendAS4(dst, as4, sequence)
}

// appendAS4 appends the segments of as4 but for confederations, which do not
// belong there (RFC 6793 §6). Its first sequence continues the one whose count is
// at offset sequence of dst, unless that is 0.
func appendAS4(dst, as4 []byte, sequence int) []byte {
	for s := range segments(as4) {
		if s.confed() {
			continue
		}
		n := len(s.as) / 4
		if sequence > 0 && s.kind == segmentSequence && int(dst[sequence])+n <= maxSegment {
			dst[sequence] += byte(n)
		} else {
			dst = append(dst, s.kind, byte(n))
		}
		dst = append(dst, s.as...)
		sequence = 0
	}
	return dst
}

// pathLength counts AS numbers, a set as one and confederations as none (RFC 4271
// §9.1.2.2, RFC 5065 §5.3).
func pathLength(v []byte) int {
	n := 0
	for s := range segments(v) {
		switch s.kind {
		case segmentSequence:
			n += len(s.as) / 4
		case segmentSet:
			n++
		}
	}
	return n
}

// appendNarrowPath appends AS_PATH for a two-octet speaker and, when an AS number
// had to be replaced, AS4_PATH right behind it, as ExaBGP does.
func appendNarrowPath(dst []byte, flags uint8, v []byte) []byte {
	size, long, size4 := 0, false, 0
	for s := range segments(v) {
		size += 2 + len(s.as)/2
		if s.confed() {
			continue
		}
		size4 += 2 + len(s.as)
		for i := 0; i < len(s.as); i += 4 {
			long = long || u32(s.as, i) > 1<<16-1
		}
	}
	dst = appendAttrHead(dst, AttrASPath, flags, size)
	for s := range segments(v) {
		dst = append(dst, s.kind, byte(len(s.as)/4))
		for i := 0; i < len(s.as); i += 4 {
			dst = appendU16(dst, narrowASN(u32(s.as, i)))
		}
	}
	if !long {
		return dst
	}
	dst = appendAttrHead(dst, AttrAS4Path, optionalTrans, size4)
	for s := range segments(v) {
		if !s.confed() {
			dst = append(append(dst, s.kind, byte(len(s.as)/4)), s.as...)
		}
	}
	return dst
}

// appendNarrowAggregator is the same for AGGREGATOR.
func appendNarrowAggregator(dst []byte, flags uint8, v []byte) []byte {
	as := u32(v, 0)
	dst = appendAttrHead(dst, AttrAggregator, flags, aggregator2Len)
	dst = append(appendU16(dst, narrowASN(as)), v[4:]...)
	if as > 1<<16-1 {
		dst = append(appendAttrHead(dst, AttrAS4Aggregator, optionalTrans, aggregatorLen), v...)
	}
	return dst
}

func narrowASN(as uint32) uint32 {
	if as > 1<<16-1 {
		return asTrans
	}
	return as
}
