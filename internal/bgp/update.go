package bgp

import (
	"bytes"
	"slices"
)

// Update is a received UPDATE as a view: everything in it borrows the message, or
// scratch of the Update itself, until the next ParseUpdate with the same Update.
//
// AS numbers have been widened to four octets and AS4_PATH and AS4_AGGREGATOR
// merged (RFC 6793); attributes that RFC 7606 discards are gone; when the whole
// UPDATE is treated as a withdraw, its announced sections stand in Unreach.
type Update struct {
	Attrs   []AttrView // ascending code; without MP_REACH_NLRI and MP_UNREACH_NLRI, with NEXT_HOP
	Reach   []Section  // announced: the NLRI field first, then MP_REACH_NLRI
	Unreach []Section  // withdrawn: the withdrawn routes field, MP_UNREACH_NLRI, then what RFC 7606 made so

	EOR       bool   // the message is an End-of-RIB marker (RFC 4724 §2)
	EORFamily Family // of this family

	// Fault is the strongest RFC 7606 error that did not end the session: Discard
	// or Withdraw, and the attribute that caused it. Nil when there is none.
	Fault *Error
	// Lost is the error of an NLRI that was passed over because only it was
	// malformed (RFC 7606 §5.4). Nil when there is none.
	Lost error

	withdraws bool   // the peer itself withdrew something
	fault     Error  // what Fault points to
	scratch   []byte // widened and merged attributes
}

// Section is the NLRI of one family that an UPDATE announces with one next hop,
// or withdraws.
type Section struct {
	Family Family
	// NextHop is address octets: 4, 16, or 32 with a link-local one. Of withdrawn
	// sections only those have one that RFC 7606 made of an announce.
	NextHop []byte
	NLRI    NLRIBlock // with path identifiers when PathID
	PathID  bool
}

// NOTIFICATION code and subcodes of UPDATE errors (RFC 4271 §6.3).
const (
	updateError = 3

	malformedList    = 1
	unknownWellKnown = 2
	missingWellKnown = 3
	attrFlagsError   = 4
	attrLengthError  = 5
	invalidOrigin    = 6
	invalidNextHop   = 8
	optionalError    = 9
	invalidNetwork   = 10
	malformedASPath  = 11
)

// ParseUpdate reads the body of an UPDATE into u, which is reused. It returns only
// errors that end the session; the others are in u.Fault (RFC 7606). After the one
// of an unrecognized well-known attribute (3/2) u is whole nevertheless: who only
// wants to show a message may pass over it, as ExaBGP does.
//
//	withdrawn routes length (2), withdrawn routes,
//	path attributes length (2), path attributes, NLRI
func ParseUpdate(u *Update, body []byte, n *Negotiated) *Error {
	u.reset()
	withdrawn, rest, ok := cutSized(body)
	attrs, nlri, ok2 := cutSized(rest)
	if !ok || !ok2 {
		return reset(updateError, malformedList, "", errShort)
	}
	p := updateParser{u: u, n: n}
	if err := p.attributes(attrs); err != nil {
		return err
	}
	if !n.ASN4 {
		p.mergeAS4()
	}
	if err := p.sections(withdrawn, nlri); err != nil {
		return err
	}
	p.endOfRIB(body)
	p.checkMandatory(len(nlri) > 0)
	if u.fault.Action != ActionNone {
		u.Fault = &u.fault
	}
	u.withdraws = len(u.Unreach) > 0
	if u.fault.Action == ActionWithdraw {
		u.Unreach = append(u.Unreach, u.Reach...)
		u.Reach = u.Reach[:0]
	}
	return p.err
}

func (u *Update) reset() {
	*u = Update{Attrs: u.Attrs[:0], Reach: u.Reach[:0], Unreach: u.Unreach[:0], scratch: u.scratch[:0]}
}

// cutSized cuts what a length of two octets says from b.
func cutSized(b []byte) (field, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	end := 2 + u16(b, 0)
	if end > len(b) {
		return nil, nil, false
	}
	return b[2:end], b[end:], true
}

// updateParser is what one ParseUpdate keeps in mind.
type updateParser struct {
	u    *Update
	n    *Negotiated
	seen codes // of attributes

	attrs          int // how many attributes the message has
	reach, unreach mpAttr
	as4Path        []byte
	as4Aggregator  []byte
	err            *Error // of the first unknown well-known attribute
}

// mpAttr is MP_REACH_NLRI or MP_UNREACH_NLRI, to be read when all attributes are known.
type mpAttr struct{ value, whole []byte }

func (m mpAttr) given() bool { return m.whole != nil }

// attributes reads the path attributes. RFC 7606 §4: a list that ends within an
// attribute costs the routes, unless those are in what is cut off.
func (p *updateParser) attributes(b AttrBlock) *Error {
	for len(b) > 0 {
		a, size := b.first()
		if size == 0 {
			var code AttrCode
			if len(b) > 1 {
				code = AttrCode(b[1])
			}
			if code == AttrMPReach || code == AttrMPUnreach {
				return resetAttr(malformedList, code, b, errShort)
			}
			p.fault(ActionWithdraw, malformedList, code, errShort)
			return nil
		}
		if err := p.attribute(a, b[:size]); err != nil {
			return err
		}
		b = b[size:]
	}
	return nil
}

// attribute reads one attribute, whole of which is its octets with the head.
func (p *updateParser) attribute(a AttrView, whole []byte) *Error {
	p.attrs++
	if !p.seen.add(byte(a.Code)) {
		// RFC 7606 §3g: the first one counts, but for where the routes are.
		if a.Code == AttrMPReach || a.Code == AttrMPUnreach {
			return resetAttr(malformedList, a.Code, nil, errTwice)
		}
		return nil
	}
	r := a.Code.row()
	if r == nil {
		p.unknown(a, whole)
		return nil
	}
	if a.Flags&flagMask != r.flags { // RFC 7606 §3c
		p.fault(r.flagsAction(), attrFlagsError, a.Code, errFlags)
		if r.bad != ActionReset {
			return nil
		}
	}
	if r.internal && !p.n.IBGP() {
		p.fault(ActionDiscard, optionalError, a.Code, errDirection)
		return nil
	}
	switch a.Code {
	case AttrMPReach:
		p.reach = mpAttr{a.Value, whole}
	case AttrMPUnreach:
		p.unreach = mpAttr{a.Value, whole}
	default:
		p.known(r, a)
	}
	return nil
}

// known reads an attribute that has a codec, or completes one.
func (p *updateParser) known(r *attrRow, a AttrView) {
	switch a.Code {
	case AttrAS4Path, AttrAS4Aggregator:
		p.as4(a)
		return
	case AttrAIGP:
		if !p.n.AIGP && !p.n.IBGP() { // RFC 7311 §3.2: as if it were not there
			return
		}
	case AttrASPath, AttrAggregator:
		if !p.n.ASN4 {
			var err error
			if a.Value, err = p.widen(a); err != nil {
				p.fault(r.bad, subcodeOf(a.Code, err), a.Code, err)
				return
			}
		}
	default:
	}
	if err := r.check(a.Value, p.n); err != nil {
		bad := r.bad
		if err == errService { //nolint:errorlint // codecs return it bare
			bad = ActionWithdraw // RFC 9252 §7: without its service the route leads nowhere
		}
		p.fault(bad, subcodeOf(a.Code, err), a.Code, err)
		return
	}
	p.add(a)
}

// check validates a value of the attribute.
func (r *attrRow) check(v []byte, n *Negotiated) error {
	if len(v) == 0 && !r.empty {
		return errEmpty
	}
	return r.codec.check(v, n)
}

// unknown keeps transitive attributes and passes over other optional ones (RFC
// 4271 §9). A well-known one ends the session, but not the reading.
func (p *updateParser) unknown(a AttrView, whole []byte) {
	switch {
	case a.Flags&FlagOptional == 0:
		if p.err == nil {
			p.err = resetAttr(unknownWellKnown, a.Code, whole, errUnknown)
		}
		p.add(a)
	case a.Flags&FlagTransitive != 0:
		a.Flags |= FlagPartial
		p.add(a)
	}
}

// add keeps the attribute in ascending order of codes.
func (p *updateParser) add(a AttrView) {
	attrs := append(p.u.Attrs, a)
	for i := len(attrs) - 1; i > 0 && attrs[i-1].Code > a.Code; i-- {
		attrs[i-1], attrs[i] = attrs[i], attrs[i-1]
	}
	p.u.Attrs = attrs
}

// attr returns the attribute of a code, nil when there is none.
func (u *Update) attr(code AttrCode) *AttrView {
	for i := range u.Attrs {
		if u.Attrs[i].Code == code {
			return &u.Attrs[i]
		}
	}
	return nil
}

// sections makes the sections of the four places that hold NLRI.
func (p *updateParser) sections(withdrawn, nlri []byte) *Error {
	u := p.u
	if err := p.section(&u.Unreach, IPv4Unicast, nil, withdrawn); err != nil {
		return err
	}
	if len(nlri) > 0 {
		var nextHop []byte
		if a := u.attr(AttrNextHop); a != nil {
			if nextHop = a.Value; !validNextHop(nextHop) {
				p.fault(ActionWithdraw, invalidNextHop, AttrNextHop, errValue)
			}
		}
		if err := p.section(&u.Reach, IPv4Unicast, nextHop, nlri); err != nil {
			return err
		}
	}
	if p.unreach.given() {
		if err := p.mpUnreach(); err != nil {
			return err
		}
	}
	if p.reach.given() {
		return p.mpReach()
	}
	return nil
}

// section validates NLRI and adds them to dst. Those of a family that was not
// negotiated are passed over: RFC 4760 §7 would have us disable the family.
func (p *updateParser) section(dst *[]Section, f Family, nextHop, nlri []byte) *Error {
	if len(nlri) == 0 || !p.n.Has(f) {
		return nil
	}
	s := Section{Family: f, NextHop: nextHop, NLRI: nlri, PathID: p.n.ReceivesPathID(f)}
	lost, err := s.check()
	if err != nil {
		return reset(updateError, invalidNetwork, "", err) // RFC 7606 §5.3
	}
	if lost != nil {
		p.u.Lost = lost
		rest := s
		if _, _, any := rest.Next(); !any {
			return nil
		}
	}
	*dst = append(*dst, s)
	return nil
}

// mpUnreach reads MP_UNREACH_NLRI (RFC 4760 §4):
//
//	0: AFI (2)  2: SAFI (1)  3: withdrawn routes
func (p *updateParser) mpUnreach() *Error {
	v := p.unreach.value
	if len(v) < 3 {
		return resetAttr(optionalError, AttrMPUnreach, p.unreach.whole, errShort)
	}
	return p.section(&p.u.Unreach, familyOf(v), nil, v[3:])
}

// mpReach reads MP_REACH_NLRI (RFC 4760 §3):
//
//	0: AFI (2)  2: SAFI (1)  3: length of the next hop (1)  4: next hop
//	   then: reserved (1), NLRI
func (p *updateParser) mpReach() *Error {
	v := p.reach.value
	if len(v) < 5 || len(v) < 5+int(v[3]) {
		return resetAttr(optionalError, AttrMPReach, p.reach.whole, errShort)
	}
	f := familyOf(v)
	if !p.n.Has(f) {
		return nil
	}
	end := 4 + int(v[3])
	nextHop, ok := p.nextHop(f, v[4:end])
	if !ok {
		return resetAttr(optionalError, AttrMPReach, p.reach.whole, errNextHop) // RFC 7606 §7.11
	}
	return p.section(&p.u.Reach, f, nextHop, v[end+1:])
}

func familyOf(v []byte) Family { return Family{AFI(u16(v, 0)), SAFI(v[2])} }

// nextHop returns the addresses of a next hop in MP_REACH_NLRI. The route
// distinguisher before an address is zero by RFC 4364 §4.3.2 and does not matter.
func (p *updateParser) nextHop(f Family, v []byte) ([]byte, bool) {
	r := f.row()
	if r == nil || !slices.Contains(r.nextHops, uint8(len(v))) && !p.n.extendedNextHop(r, len(v)) {
		return nil, false
	}
	switch {
	case len(v) == 0:
		return nil, true
	case !r.nextHopRD:
		return v, true
	case len(v) == 2*(rdLen+16): // RFC 4659 §3.2.1: global and link-local, each behind its own
		at := len(p.u.scratch)
		p.u.scratch = append(append(p.u.scratch, v[rdLen:rdLen+16]...), v[2*rdLen+16:]...)
		return p.u.scratch[at:], true
	}
	return v[rdLen:], true
}

// extendedNextHop reports whether RFC 8950, negotiated for the family, or the
// configuration allow a next hop of size octets.
func (n *Negotiated) extendedNextHop(r *familyRow, size int) bool {
	if r.nextHopRD {
		size -= rdLen
	}
	for _, h := range n.NextHops {
		if h.Family != r.family {
			continue
		}
		switch {
		case h.AFI == AFIIPv4 && size == 4,
			h.AFI == AFIIPv6 && (size == 16 || !r.nextHopRD && size == 32 || r.nextHopRD && size == 32+rdLen):
			return true
		}
	}
	return size == 4 && slices.Contains(n.V6NextHopV4, r.family)
}

// endOfRIB recognises an End-of-RIB marker (RFC 4724 §2): a message without
// anything, or with an MP_UNREACH_NLRI without routes and nothing else.
func (p *updateParser) endOfRIB(body []byte) {
	switch {
	case len(body) == 4:
		p.u.EOR, p.u.EORFamily = true, IPv4Unicast
	case p.attrs == 1 && len(p.unreach.value) == 3 && len(p.u.Unreach)+len(p.u.Reach) == 0:
		if f := familyOf(p.unreach.value); p.n.Has(f) {
			p.u.EOR, p.u.EORFamily = true, f
		}
	}
}

// checkMandatory wants the well-known mandatory attributes beside routes (RFC 7606
// §3d), NEXT_HOP only for those in the NLRI field. A malformed one is not missing.
func (p *updateParser) checkMandatory(classic bool) {
	if len(p.u.Reach) == 0 {
		return
	}
	for _, code := range [...]AttrCode{AttrOrigin, AttrASPath, AttrNextHop} {
		if code == AttrNextHop && !classic {
			return
		}
		if p.seen[0]&(1<<code) == 0 {
			p.fault(ActionWithdraw, missingWellKnown, code, errMissing)
		}
	}
}

// fault notes an error. The strongest one counts, of equal ones the first.
func (p *updateParser) fault(a Action, subcode uint8, code AttrCode, err error) {
	if a > p.u.fault.Action {
		p.u.fault = Error{Notification: Notification{Code: updateError, Subcode: subcode}, Action: a, Attr: code, Err: err}
	}
}

// subcodeOf gives the subcode of a malformed value (RFC 4271 §6.3).
func subcodeOf(code AttrCode, err error) uint8 {
	switch {
	case code == AttrASPath:
		return malformedASPath
	case err == errLength, err == errEmpty: //nolint:errorlint // codecs return them bare
		return attrLengthError
	case code == AttrOrigin:
		return invalidOrigin
	case code == AttrNextHop:
		return invalidNextHop
	}
	return optionalError
}

// resetAttr makes the error of an attribute that ends the session, with data: the
// attribute at fault (RFC 4271 §6.3).
func resetAttr(subcode uint8, code AttrCode, data []byte, err error) *Error {
	return &Error{
		Notification: Notification{Code: updateError, Subcode: subcode, Data: bytes.Clone(data)},
		Action:       ActionReset, Attr: code, Err: err,
	}
}

// AppendAttrsJSON appends the members of the "attribute" object, without its
// braces. After an RFC 7606 error the last one is "error".
func (u *Update) AppendAttrsJSON(dst []byte, f *Face) []byte {
	start := len(dst)
	for i := range u.Attrs {
		a := &u.Attrs[i]
		end := len(dst)
		if end > start {
			dst = append(dst, ", "...)
		}
		begin := len(dst)
		switch r := a.Code.row(); {
		case r == nil:
			dst = appendGenericJSON(dst, a)
		case a.Code == AttrNextHop && u.withdraws && f.Dialect.Main():
			// ExaBGP: main shows it here when the UPDATE also withdraws (api-check).
			dst = appendNextHopJSON(dst, a.Value)
		default:
			dst = r.codec.appendJSON(dst, a.Value, f)
		}
		if len(dst) == begin {
			dst = dst[:end]
		}
	}
	if u.Fault != nil {
		if len(dst) > start {
			dst = append(dst, ", "...)
		}
		dst = append(u.appendFault(append(dst, `"error": "`...)), '"')
	}
	return dst
}

// AppendAttrsText appends each attribute as " keyword value", NEXT_HOP left out.
func (u *Update) AppendAttrsText(dst []byte, f *Face) []byte {
	for i := range u.Attrs {
		a := &u.Attrs[i]
		if r := a.Code.row(); r != nil {
			dst = r.codec.appendText(dst, a.Value, f)
		} else {
			dst = appendGenericText(dst, a)
		}
	}
	if u.Fault != nil {
		dst = u.appendFault(append(dst, " error "...))
	}
	return dst
}

// appendFault appends ExaBGP 5.0's words for what RFC 7606 did to the UPDATE.
func (u *Update) appendFault(dst []byte) []byte {
	if u.Fault.Action == ActionDiscard {
		return append(dst, "discard"...)
	}
	dst = append(dst, "treat-as-withdraw"...)
	if u.Fault.Err == errEmpty { //nolint:errorlint // set bare
		dst = append(append(dst, " due to "...), u.Fault.Attr.row().name...) // ExaBGP: only then; vector A22
	}
	return dst
}
