package bgp

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/herald-bgp/herald/internal/bgptest"
)

// TestCheckRole gives our role, those of the peer, and whether there is a session.
func TestCheckRole(t *testing.T) {
	for _, tt := range []struct {
		ours   Role
		theirs string // octets of the peer's capabilities
		strict bool
		err    string
	}{
		{ours: RoleNone, theirs: "00"},
		{ours: RoleProvider, theirs: "03", strict: true},
		{ours: RoleRS, theirs: "02"},
		{ours: RoleRSClient, theirs: "01"},
		{ours: RoleCustomer, theirs: "00"},
		{ours: RolePeer, theirs: "04"},
		{ours: RolePeer, theirs: "04 04"},
		{ours: RolePeer},
		{ours: RolePeer, strict: true, err: "no role, expected peer"},
		{ours: RolePeer, theirs: "00", err: "role provider, expected peer"},
		{ours: RoleProvider, theirs: "00", err: "role provider, expected customer"},
		{ours: RoleProvider, theirs: "05", err: "role role-5, expected customer"},
		{ours: RoleProvider, theirs: "03 00", err: "several roles, or none that there is"},
		{ours: RoleProvider, theirs: "ff", err: "several roles, or none that there is"},
	} {
		ours, theirs := minimal(), minimal()
		ours.Role, theirs.AS = tt.ours, 65002
		remote := NewOpen(&theirs)
		for f := range strings.FieldsSeq(tt.theirs) {
			remote.add(CapRole, bgptest.Hex(f))
		}
		err := remote.CheckRole(NewOpen(&ours), tt.strict)
		if tt.err != "" {
			checkError(t, err, note(2, 11, tt.err))
		} else if err != nil {
			t.Errorf("%s, %s: %v", tt.ours, tt.theirs, err)
		}
	}
	// Within an AS there are no roles.
	ours, theirs := minimal(), minimal()
	ours.Role = RolePeer
	if err := NewOpen(&theirs).CheckRole(NewOpen(&ours), true); err != nil {
		t.Error(err)
	}
	if n := Negotiate(NewOpen(&ours), NewOpen(&theirs), &Negotiated{}); n.Role != RoleNone {
		t.Errorf("role %s within an AS", n.Role)
	}
	theirs.AS = 65002
	if n := Negotiate(NewOpen(&ours), NewOpen(&theirs), &Negotiated{}); n.Role != RolePeer {
		t.Errorf("role %s", n.Role)
	}
	if err := (roleCap{}).check([]byte{1, 2}); !errors.Is(err, errLength) {
		t.Error(err)
	}
}

func TestRoleCapability(t *testing.T) {
	c := minimal()
	c.Role = RoleCustomer
	if raw := NewOpen(&c).Append(nil); !slices.Equal(raw[len(raw)-5:], bgptest.Hex("02 03 09 01 03")) {
		t.Errorf("%x", raw)
	}
}

// TestOnlyToCustomer gives a role, a route and its message from its attributes on.
// Roles are nothing to families other than unicast.
func TestOnlyToCustomer(t *testing.T) {
	const (
		attrs = "400101 00 400206 020100000001 400304 c0000201"
		ours  = " c02304 0000fffd" // 65533
		given = " c02304 00000007"
	)
	multicast := Family{AFIIPv4, SAFIMulticast}
	for _, tt := range []struct {
		role Role
		otc  bool
		f    Family
		want string // "": refused
	}{
		{RoleNone, false, IPv4Unicast, attrs},
		{RoleNone, true, IPv4Unicast, attrs + given},
		{RoleProvider, false, IPv4Unicast, attrs + ours},
		{RoleProvider, true, IPv4Unicast, attrs + given},
		{RoleRS, false, IPv4Unicast, attrs + ours},
		{RolePeer, false, IPv4Unicast, attrs + ours},
		{RolePeer, true, IPv4Unicast, ""},
		{RoleCustomer, false, IPv4Unicast, attrs},
		{RoleCustomer, true, IPv4Unicast, ""},
		{RoleRSClient, true, IPv6Unicast, ""},
		{RoleCustomer, true, multicast, "40010100 400206020100000001 c0230400000007 800e0d 0001 02 04 c0000201 00 18 0a0000"},
		{RoleProvider, false, multicast, "40010100 400206020100000001 800e0d 0001 02 04 c0000201 00 18 0a0000"},
	} {
		n := external()
		n.Role = tt.role
		words := "as-path [ 1 ]"
		if tt.otc {
			words += " otc 7"
		}
		var p Packer
		p.Reset(n, true)
		err := p.Announce(tt.f, attrsOf(t, words), NextHopAddr(netip.MustParseAddr("192.0.2.1")), 1)
		if tt.want == "" {
			if _, ok := errors.AsType[*onlyToCustomerError](err); !ok {
				t.Errorf("%s, otc %t: %v", tt.role, tt.otc, err)
			}
			continue
		}
		if err == nil {
			err = p.Add(bgptest.Hex("00000000 18 0a0000"))
			p.End()
		}
		want := bgptest.Hex(tt.want)
		if tt.f == IPv4Unicast {
			want = append(want, bgptest.Hex("18 0a0000")...)
		}
		if got := p.Octets(); err != nil || !slices.Equal(got[attrsAt:], want) {
			t.Errorf("%s, otc %t, %s: %v\n got %x\nwant %x", tt.role, tt.otc, tt.f, err, got, want)
		}
	}
}
