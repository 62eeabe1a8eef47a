// Package bgptest is what tests of a BGP speaker need: octet literals, a wrapper
// that overwrites borrowed memory, and a scripted peer that plays ExaBGP's .ci
// files. It is compiled into tests and test commands alone.
//
// The peer shares no code with the protocol package: it judges octets by octets.
//
//	script, err := bgptest.ParseScript("api-rib.ci", text)
//	l, err := script.Listen(ctx)
//	// start the program under test: it connects to l.Addr()
//	err = bgptest.Play(ctx, l, script, bgptest.Options{})
package bgptest
