package bgp

import (
	"slices"
	"time"
)

// gracefulRestartCap is Graceful Restart (RFC 4724 §3):
//
//	0: flags (4 bits), restart time (12 bits), then any number of  0: AFI (2)  2: SAFI  3: flags
type gracefulRestartCap struct{}

const (
	restartFlag      = 0x8 // R: the sender has restarted
	restartNotify    = 0x4 // N: NOTIFICATION and hold timer keep the routes too (RFC 8538 §2)
	restartForwarded = 0x80
	restartFamilyLen = 4
	maxRestartTime   = 0xfff
)

// GracefulRestart is what a peer announces about its restarts (RFC 4724 §3).
type GracefulRestart struct {
	Restarted     bool          // it has restarted
	Notifications bool          // a NOTIFICATION keeps the routes too (RFC 8538)
	Time          time.Duration // within which it will be back
	Families      []RestartFamily
}

// RestartFamily is a family of a Graceful Restart capability.
type RestartFamily struct {
	Family     Family
	Forwarding bool // the forwarding state was kept over the restart
}

func (gracefulRestartCap) check(v []byte) error {
	switch {
	case len(v) < 2:
		return errShort
	case (len(v)-2)%restartFamilyLen != 0:
		return errLength
	}
	return nil
}

// gracefulRestart returns what the OPEN announces, the last one if repeated; nil
// when nothing.
func (o *Open) gracefulRestart() *GracefulRestart {
	v, ok := o.last(CapGracefulRestart)
	if !ok {
		return nil
	}
	g := &GracefulRestart{
		Restarted:     v[0]>>4&restartFlag != 0,
		Notifications: v[0]>>4&restartNotify != 0,
		Time:          time.Duration(u16(v, 0)&maxRestartTime) * time.Second,
	}
	for v = v[2:]; len(v) > 0; v = v[restartFamilyLen:] {
		f := RestartFamily{Family{AFI(u16(v, 0)), SAFI(v[2])}, v[3]&restartForwarded != 0}
		if i := slices.IndexFunc(g.Families, func(a RestartFamily) bool { return a.Family == f.Family }); i >= 0 {
			g.Families[i] = f
		} else {
			g.Families = append(g.Families, f)
		}
	}
	return g
}

func (gracefulRestartCap) appendJSON(dst []byte, v *capView) []byte {
	g := v.open.gracefulRestart()
	dst = appendUint(dst, `{ "name": "graceful restart", "time": `, int(g.Time/time.Second))
	dst = append(dst, `, "address-family-flags": { `...)
	for i, f := range g.Families {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(f.Family.appendName(append(dst, '"'), '/'), `": [`...)
		if f.Forwarding {
			dst = append(dst, ` "restart"`...)
		}
		dst = append(dst, " ] "...)
	}
	dst = append(dst, `}, "restart-flags": [ `...)
	if g.Restarted {
		dst = append(dst, `"forwarding" `...)
	}
	dst = append(dst, "] "...)
	if v.face.Dialect != Dialect42 {
		dst = append(dst, ' ')
	}
	return append(dst, '}')
}

func (gracefulRestartCap) appendText(dst []byte, v *capView) []byte {
	g := v.open.gracefulRestart()
	raw, _ := v.open.last(CapGracefulRestart)
	dst = append(append(dst, "graceful restart flags 0x"...), lowerHex[raw[0]>>4])
	dst = append(appendUint(dst, " time ", int(g.Time/time.Second)), ' ')
	for i, f := range g.Families {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(f.Family.appendName(dst, '/'), "=0x"...)
		if f.Forwarding {
			dst = append(dst, '8')
		}
		dst = append(dst, '0')
	}
	return dst
}

// offerGracefulRestart announces every family as forwarding, as ExaBGP does.
func offerGracefulRestart(o *Open, c *OpenConfig) {
	if c.GracefulRestart == nil {
		return
	}
	head := min(*c.GracefulRestart, maxRestartTime)
	if c.Restarted {
		head |= restartFlag << 12
	}
	v := appendU16(nil, head)
	for _, f := range c.Families {
		v = append(appendU16(v, f.AFI), byte(f.SAFI), restartForwarded)
	}
	o.add(CapGracefulRestart, v)
}
