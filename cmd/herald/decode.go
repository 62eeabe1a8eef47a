package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/exa/conf"
	"github.com/herald-bgp/herald/internal/exa/encode"
)

// decodeOptions are those of `herald decode`. That a payload is an OPEN or an
// UPDATE is seen from its header; without one it is the body of an UPDATE.
type decodeOptions struct {
	payload         string // hexadecimal; empty: one in each line of stdin
	nlri            bool   // the payload is NLRI of the family
	family          string // "ipv4 unicast": the only one of the session; empty: all
	pathInformation bool   // NLRI begin with path identifiers
	command         bool   // print commands instead of JSON
	configuration   string // file whose first neighbor is the session
}

// decode prints what messages say. All it has to say, also about what it cannot
// read, goes to stdout. The error is errSaid when a payload was not valid.
func (a *app) decode(o *decodeOptions) error {
	s, err := a.loadSettings()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.stdout)
	d, err := newDecoder(o, bgp.Dialect(s.api.version), out)
	if err != nil {
		fmt.Fprintf(out, "configuration error: %v\n", err)
		return errors.Join(out.Flush(), errSaid)
	}
	d.encoder.Compact = s.api.compact
	if o.payload != "" {
		return done(d.payload(o.payload), out)
	}
	valid := true
	lines := bufio.NewScanner(a.stdin)
	lines.Buffer(nil, maxPayloadLine)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		valid = d.payload(line) && valid
		if err := out.Flush(); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return done(valid, out)
}

// maxPayloadLine holds the largest message in hexadecimal, blanks between its octets.
const maxPayloadLine = 4 * bgp.MaxExtendedMessage

// done flushes the output and gives the result of the command.
func done(valid bool, out *bufio.Writer) error {
	if err := out.Flush(); err != nil {
		return err
	}
	if !valid {
		return errSaid
	}
	return nil
}

// decoder prints payloads of one session.
type decoder struct {
	options  *decodeOptions
	family   bgp.Family // of NLRI
	session  *bgp.Negotiated
	peer     *event.Peer
	encoder  encode.Encoder
	envelope *encode.Envelope
	counter  uint64
	update   bgp.Update
	line     []byte
	out      io.Writer
}

func newDecoder(o *decodeOptions, dialect bgp.Dialect, out io.Writer) (*decoder, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	d := &decoder{
		options:  o,
		family:   bgp.IPv4Unicast,
		encoder:  encode.Encoder{Format: encode.Format{Dialect: dialect, JSON: true}, Decode: true},
		envelope: encode.NewEnvelope(dialect, host, os.Getpid(), os.Getppid()),
		out:      out,
	}
	s, err := decodeSession(o, dialect)
	if err != nil {
		return nil, err
	}
	if o.family != "" {
		if d.family, err = parseFamily(o.family); err != nil {
			return nil, err
		}
		s.Families = []bgp.Family{d.family}
	}
	if o.pathInformation {
		s.Capability.AddPathSend, s.Capability.AddPathReceive = true, true
	}
	d.session = s.Mirrored()
	d.peer = &event.Peer{Local: s.Local, Remote: s.Peer.Addr(), LocalAS: s.LocalAS, PeerAS: s.PeerAS, RouterID: s.RouterID}
	return d, nil
}

// decodeSession returns the neighbor that sends the payloads: the first one of the
// configuration, else one that takes everything.
func decodeSession(o *decodeOptions, dialect bgp.Dialect) (*config.Session, error) {
	if o.configuration != "" {
		text, err := os.ReadFile(o.configuration)
		if err != nil {
			return nil, err
		}
		cfg, err := conf.Load(o.configuration, string(text), conf.Options{})
		if err != nil {
			return nil, err
		}
		if len(cfg.Neighbors) == 0 {
			return nil, fmt.Errorf("%s has no neighbor", o.configuration)
		}
		return &cfg.Neighbors[0].Session, nil
	}
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	s := &config.New(netip.PrefixFrom(loopback, 32)).Session
	s.Local, s.RouterID = loopback, loopback
	if !dialect.Main() {
		s.RouterID = netip.AddrFrom4([4]byte{10, 0, 0, 2}) // ExaBGP: of the configuration that it has built in
	}
	s.LocalAS, s.PeerAS = 65533, 65533
	s.Families = bgp.Families()
	s.Capability.NextHop = true
	for _, f := range s.Families {
		switch f.AFI {
		case bgp.AFIIPv4:
			s.NextHops = append(s.NextHops, bgp.NextHopPair{Family: f, AFI: bgp.AFIIPv6})
		case bgp.AFIIPv6:
			s.NextHops = append(s.NextHops, bgp.NextHopPair{Family: f, AFI: bgp.AFIIPv4})
		default:
		}
	}
	return s, nil
}

// parseFamily reads "ipv4 unicast".
func parseFamily(text string) (bgp.Family, error) {
	words := strings.Fields(text)
	if len(words) == 2 {
		afi, ok := bgp.ParseAFI(words[0])
		safi, ok2 := bgp.ParseSAFI(words[1])
		if f := (bgp.Family{AFI: afi, SAFI: safi}); ok && ok2 && f.Known() {
			return f, nil
		}
	}
	return bgp.Family{}, fmt.Errorf("Unknown family: %s", text) //nolint:staticcheck // ExaBGP's words
}

// payload prints one payload; false when it is not valid.
func (d *decoder) payload(text string) bool {
	b, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(text))
	if err != nil {
		fmt.Fprintf(d.out, "invalid hexadecimal: %s\n", text)
		return false
	}
	if d.options.nlri {
		return d.said(d.nlri(b))
	}
	m := &event.Message{Type: bgp.TypeUpdate, Raw: b}
	body := b
	if bytes.HasPrefix(b, marker()) && len(b) >= bgp.HeaderLen {
		if size := int(b[16])<<8 | int(b[17]); size != len(b) {
			fmt.Fprintf(d.out, "warning: BGP header size (%d) does not match data length (%d)\n", size, len(b))
			return d.said(false)
		}
		m.Type, body = bgp.MessageType(b[18]), b[bgp.HeaderLen:]
	}
	if !d.parse(m, body) {
		return d.said(false)
	}
	if d.options.command && m.Update != nil {
		return d.said(d.commands(m))
	}
	d.print(m)
	return true
}

func (d *decoder) said(valid bool) bool {
	if !valid {
		fmt.Fprintln(d.out, "invalid payload")
	}
	return valid
}

func marker() []byte { return bytes.Repeat([]byte{0xff}, 16) }

// parse sets the field of the message's type.
func (d *decoder) parse(m *event.Message, body []byte) bool {
	var err *bgp.Error
	switch m.Type {
	case bgp.TypeOpen:
		m.Open, err = bgp.ParseOpen(body)
	case bgp.TypeUpdate:
		m.Update = &d.update
		err = bgp.ParseUpdate(m.Update, body, d.session)
		if err != nil && err.Code == bgp.CodeUpdate && err.Subcode == unrecognizedWellKnown {
			err = nil // it ends a session, and can be shown
		}
	case bgp.TypeNotification:
		n := bgp.ParseNotification(body)
		m.Notification = &n
	default:
		fmt.Fprintf(d.out, "unknown type %d\n", uint8(m.Type))
		return false
	}
	return err == nil
}

// unrecognizedWellKnown is the subcode for an unknown attribute that must be known
// (RFC 4271 §6.3).
const unrecognizedWellKnown = 2

// print prints a message as the line of an event.
func (d *decoder) print(m *event.Message) {
	d.counter++
	d.line = d.envelope.AppendHead(d.line[:0], time.Now(), d.counter)
	d.line = d.encoder.AppendMessage(d.line, d.peer, event.Receive, m, d.session)
	d.write()
}

// write writes the line. What goes wrong stays in the writer and is found by its Flush.
func (d *decoder) write() { _, _ = d.out.Write(d.line) }

// nlri prints each NLRI in b in a line. They are read as the withdrawn routes of an
// UPDATE, which has all that they need.
func (d *decoder) nlri(b []byte) bool {
	size := 3 + len(b)
	if len(b) == 0 || size > 65000 {
		return false
	}
	body := []byte{
		0, 0, byte((size + 4) >> 8), byte(size + 4),
		bgp.FlagOptional | bgp.FlagExtended, byte(bgp.AttrMPUnreach), byte(size >> 8), byte(size),
		byte(d.family.AFI >> 8), byte(d.family.AFI), byte(d.family.SAFI),
	}
	if err := bgp.ParseUpdate(&d.update, append(body, b...), d.session); err != nil || d.update.Lost != nil || d.update.Fault != nil {
		return false
	}
	d.line = d.line[:0]
	f := &bgp.Face{Dialect: d.encoder.Dialect}
	for _, s := range d.update.Unreach {
		for {
			pathID, nlri, ok := s.Next()
			if !ok {
				break
			}
			f.PathID = pathID
			d.line = append(bgp.AppendNLRIJSON(d.line, s.Family, nlri, f), '\n')
		}
	}
	d.write()
	return len(d.line) > 0
}
