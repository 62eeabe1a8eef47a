package bgp

// The tunnel of a SR policy (RFC 9830 §2.4): sub-TLVs of the Tunnel Encapsulation
// attribute.
//
//	Preference (12)            flags (1), reserved (1), preference (4)
//	Binding SID (13)           flags (1), reserved (1), nothing, a label stack entry (4) or a SID (16)
//	Priority (15)              priority (1), reserved (1)
//	SRv6 Binding SID (20)      flags (1), reserved (1), SID (16), perhaps a behavior (8)
//	Segment List (128)         reserved (1), Weight (9), segments
//	Candidate Path Name (129), Policy Name (130)   reserved (1), text
//
// The TLVs in a segment list have a length of one octet. Weight is flags (1), reserved
// (1), weight (4). A segment is flags (1), algorithm or reserved (1), the fields of its
// type, and a SID that may lack: a label stack entry (4), or an IPv6 address (16)
// perhaps with a behavior.
//
//	behavior: endpoint behavior (2), reserved (2), lengths of locator block, locator
//	node, function and argument (1 each)
const (
	policyPreference     = 12
	policyBindingSID     = 13
	policyPriority       = 15
	policySRv6BindingSID = 20
	policySegmentList    = 128
	policyPathName       = 129
	policyName           = 130

	segmentWeight = 9
)

const (
	policyHead    = 2 // flags and reserved octet of most values
	weightLen     = 6
	labelEntryLen = 4
	sidLen        = 16
	behaviorLen   = 8
	defaultWeight = 1
	entryBottom   = 0x100 // of a label stack entry (RFC 3032 §2.1)
)

// Flags. ExaBGP: a binding SID is sent with 0x10 and the bottom bit; RFC 9830 §2.4.2
// knows neither. Pinned by conf-sr-policy.
const (
	bindingSpecified = 0x10
	bindingBehavior  = 0x20 // RFC 9830 §2.4.3: a behavior follows the SID
	segmentAlgorithm = 0x40 // RFC 9830 §2.4.4.2.3: the algorithm counts
	segmentBehavior  = 0x10 // a behavior follows the SID
)

// segmentType is what a segment is made of.
type segmentType struct {
	code      byte
	letter    byte
	fields    []segmentField
	algorithm bool   // the second octet is one
	sid       string // word of the SID; empty: "sid"
	needed    bool   // the SID may not lack
	srv6      bool   // it is an IPv6 address
	key       string // of a label in JSON
	entry     bool   // the label's entry is shown whole, and takes part in the stack
}

// segmentField is an address of 4 or 16 octets, or an interface (4) when size is 0.
type segmentField struct {
	word, key string
	size      int
}

func (f *segmentField) octets() int {
	if f.size == 0 {
		return 4
	}
	return f.size
}

// segmentTypeOf returns the type of a code, nil when it is unknown.
func segmentTypeOf(code byte) *segmentType {
	for i := range segmentTypes {
		if segmentTypes[i].code == code {
			return &segmentTypes[i]
		}
	}
	return nil
}

// head returns the octets before the SID.
func (s *segmentType) head() int {
	n := policyHead
	for i := range s.fields {
		n += s.fields[i].octets()
	}
	return n
}

func (s *segmentType) valid(v []byte) bool {
	switch rest := len(v) - s.head(); {
	case rest == 0:
		return !s.needed
	case s.srv6:
		return rest == sidLen || rest == sidLen+behaviorLen
	default:
		return rest == labelEntryLen
	}
}

// validPolicy checks a sub-TLV. RFC 9830 §5: a malformed one costs the route.
func validPolicy(kind byte, v []byte) bool {
	switch kind {
	case policyPreference:
		return len(v) == 6
	case policyBindingSID:
		return len(v) == policyHead || len(v) == policyHead+labelEntryLen || len(v) == policyHead+sidLen
	case policyPriority:
		return len(v) == 2
	case policySRv6BindingSID:
		return len(v) == policyHead+sidLen || len(v) == policyHead+sidLen+behaviorLen
	case policySegmentList:
		return validSegmentList(v)
	case policyPathName, policyName:
		return len(v) > 0
	}
	return true
}

func validSegmentList(v []byte) bool {
	if len(v) == 0 {
		return false
	}
	for v = v[1:]; len(v) > 0; {
		kind, value, rest, ok := cutTLV11(v)
		if !ok || kind == segmentWeight && len(value) != weightLen {
			return false
		}
		if s := segmentTypeOf(kind); s != nil && !s.valid(value) {
			return false
		}
		v = rest
	}
	return true
}
