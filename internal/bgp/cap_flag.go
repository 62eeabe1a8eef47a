package bgp

// flagCap is a capability without contents; a value that is there is ignored.
type flagCap struct{ json, text string }

func (flagCap) check([]byte) error                         { return nil }
func (c flagCap) appendJSON(dst []byte, _ *capView) []byte { return append(dst, c.json...) }
func (c flagCap) appendText(dst []byte, _ *capView) []byte { return append(dst, c.text...) }

func offerOperational(o *Open, c *OpenConfig) {
	if c.Operational {
		o.add(CapOperational, nil)
	}
}

func offerExtendedMessage(o *Open, c *OpenConfig) {
	if c.ExtendedMessage {
		o.add(CapExtendedMessage, nil)
	}
}

func offerLinkLocal(o *Open, c *OpenConfig) {
	if c.LinkLocal {
		o.add(CapLinkLocal, nil)
	}
}
