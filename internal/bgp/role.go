package bgp

import (
	"errors"
	"fmt"
)

// Role is our part in a session with another AS (RFC 9234 §4).
type Role uint8

// The roles. The zero Role: none is configured.
const (
	RoleNone     Role = iota
	RoleProvider      // the peer is a customer
	RoleRS            // a route server
	RoleRSClient      // the peer is a route server
	RoleCustomer      // the peer is a provider
	RolePeer
)

// String gives the word of configurations: "rs-client".
func (r Role) String() string {
	if int(r) < len(roleTable) {
		return roleTable[r].word
	}
	return fmt.Sprintf("role-%d", uint8(r)-1)
}

// ParseRole reads the word of a role.
func ParseRole(w string) (Role, bool) {
	for i := range roleTable {
		if r := Role(i); r != RoleNone && roleTable[i].word == w {
			return r, true
		}
	}
	return RoleNone, false
}

// marksRoutes reports whether routes that we announce stay with customers: they get
// the attribute Only to Customer (RFC 9234 §5).
func (r Role) marksRoutes() bool { return r == RoleProvider || r == RolePeer || r == RoleRS }

// takesNoMarked reports whether the peer is no customer: routes that were only
// for customers must not go there (RFC 9234 §5).
func (r Role) takesNoMarked() bool { return r == RoleCustomer || r == RolePeer || r == RoleRSClient }

// roleCap is BGP Role, one octet (RFC 9234 §4.1).
type roleCap struct{ unknownCap }

func (roleCap) check(v []byte) error {
	if len(v) != 1 {
		return errLength
	}
	return nil
}

// appendText: ExaBGP does not know the capability.
func (roleCap) appendText(dst []byte, v *capView) []byte {
	if v.face.Dialect.Main() {
		return append(dst, "unknown unknown capability 0x9"...)
	}
	return append(dst, "unknown 9"...)
}

func offerRole(o *Open, c *OpenConfig) {
	if c.Role != RoleNone {
		o.add(CapRole, []byte{uint8(c.Role) - 1})
	}
}

// role returns the role that the OPEN announces; false when it announces several.
func (o *Open) role() (Role, bool) {
	role := RoleNone
	for v := range o.values(CapRole) {
		r := Role(v[0] + 1)
		if role != RoleNone && r != role || v[0] == 255 {
			return r, false
		}
		role = r
	}
	return role, true
}

// CheckRole reports whether the roles of local and the peer, whose OPEN o is, do
// not go together (RFC 9234 §4.2). Strict: the peer has to have one.
func (o *Open) CheckRole(local *Open, strict bool) *Error {
	ours, _ := local.role()
	if ours == RoleNone || o.asnFor(local) == local.asnFor(o) {
		return nil
	}
	theirs, single := o.role()
	var err error
	switch {
	case !single:
		err = errors.New("several roles, or none that there is")
	case theirs == RoleNone && !strict, theirs == roleTable[ours].counterpart:
		return nil
	case theirs == RoleNone:
		err = fmt.Errorf("no role, expected %s", roleTable[ours].counterpart)
	default:
		err = fmt.Errorf("role %s, expected %s", theirs, roleTable[ours].counterpart)
	}
	return reset(CodeOpen, openRole, err.Error(), err)
}

// onlyToCustomerError says that a route must not go to a peer that is no customer.
type onlyToCustomerError struct {
	Family Family
	Role   Role // ours
}

func (e *onlyToCustomerError) Error() string {
	return fmt.Sprintf("%s: routes with otc are only for customers, and the peer's role is %s", e.Family, roleTable[e.Role].counterpart)
}

// roleApplies reports whether routes of a family are subject to roles (RFC 9234 §5).
func roleApplies(f Family) bool { return f == IPv4Unicast || f == IPv6Unicast }

// RoleNames returns the words of roles.
func RoleNames() []string {
	var names []string
	for i := range roleTable {
		if roleTable[i].word != "" && Role(i) != RoleNone {
			names = append(names, roleTable[i].word)
		}
	}
	return names
}
