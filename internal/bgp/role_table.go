package bgp

// roleTable has the roles, and what the peer's has to be (RFC 9234 §4.2).
var roleTable = [...]struct {
	word        string
	counterpart Role
}{
	RoleNone:     {"none", RoleNone},
	RoleProvider: {"provider", RoleCustomer},
	RoleRS:       {"rs", RoleRSClient},
	RoleRSClient: {"rs-client", RoleRS},
	RoleCustomer: {"customer", RoleProvider},
	RolePeer:     {"peer", RolePeer},
}
