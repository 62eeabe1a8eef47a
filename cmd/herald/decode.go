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
	"slices"
	"strings"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/capture"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/event"
	"github.com/herald-bgp/herald/internal/exa/conf"
	"github.com/herald-bgp/herald/internal/exa/encode"
	"github.com/herald-bgp/herald/internal/exa/route"
)

// decodeOptions are those of `herald decode`. That a payload is an OPEN or an
// UPDATE is seen from its header; without one it is the body of an UPDATE.
type decodeOptions struct {
	args            []string // a payload in hexadecimal, or names of files; none: the standard input
	nlri            bool     // the payload is NLRI of the family
	family          string   // "ipv4 unicast": the only one of the session; empty: all
	pathInformation bool     // NLRI begin with path identifiers
	twoOctets       bool     // AS numbers have two octets where a capture does not tell
	command         bool     // print commands instead of JSON
	configuration   string   // file whose first neighbor is the session
}

// decode prints what messages say. What it has to say about payloads in hexadecimal
// goes to stdout, as ExaBGP's; the reasons, and all about captures, to stderr. The
// error is errSaid when something was not valid.
func (a *app) decode(o *decodeOptions) error {
	s, err := a.loadSettings()
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(a.stdout, 64<<10)
	d, err := newDecoder(o, bgp.Dialect(s.api.version), out, a.stderr)
	if err != nil {
		fmt.Fprintf(out, "configuration error: %v\n", err)
		return errors.Join(out.Flush(), errSaid)
	}
	d.encoder.Compact = s.api.compact
	switch payload := strings.Join(o.args, ""); {
	case len(o.args) == 0:
		return done(d.file("stdin", a.stdin), out)
	case isHex(payload):
		return done(d.payload(payload), out)
	}
	valid := true
	for _, name := range o.args {
		valid = d.named(name, a.stdin) && valid
	}
	return done(valid, out)
}

// isHex reports whether s is hexadecimal, with ":" and blanks for the reader.
func isHex(s string) bool { return strings.Trim(s, "0123456789abcdefABCDEF: ") == "" }

// named decodes a file; "-" is the standard input.
func (d *decoder) named(name string, stdin io.Reader) bool {
	if name == "-" {
		return d.file("stdin", stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		fmt.Fprintf(d.out, "invalid hexadecimal: %s\n", name)
		fmt.Fprintf(d.stderr, "%s: neither hexadecimal nor a file: %v\n", name, err)
		return false
	}
	defer f.Close()
	return d.file(name, f)
}

// file decodes a capture, or lines of hexadecimal. It may be a stream: before it
// waits for more, all that there is has been written.
func (d *decoder) file(name string, r io.Reader) bool {
	d.name = name
	in, err := capture.Open(&flushing{r, d.out}, d.capture)
	switch {
	case err != nil:
		d.complain("", err)
		return false
	case in.Capture != nil:
		return d.items(in.Capture)
	}
	valid := true
	lines := bufio.NewScanner(in.Text)
	lines.Buffer(nil, maxPayloadLine)
	for n := 1; lines.Scan(); n++ {
		d.place = fmt.Sprintf("line %d", n)
		if line := strings.TrimSpace(lines.Text()); line != "" {
			valid = d.payload(line) && valid
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		d.complain("", fmt.Errorf("a line is longer than any message, %d octets", maxPayloadLine))
		return false
	case err != nil:
		d.complain("", err)
		return false
	}
	return valid
}

// flushing is a reader that may have to wait: what was written goes out before.
type flushing struct {
	in  io.Reader
	out *bufio.Writer
}

func (f *flushing) Read(b []byte) (int, error) {
	if err := f.out.Flush(); err != nil {
		return 0, err
	}
	return f.in.Read(b)
}

// complain says on stderr what is wrong at a place of the input.
func (d *decoder) complain(place string, err error) {
	if place != "" {
		place += ": "
	}
	fmt.Fprintf(d.stderr, "%s: %s%v\n", d.name, place, err)
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

// decoder prints payloads of one session, and captures.
type decoder struct {
	options  *decodeOptions
	family   bgp.Family // of NLRI
	own      session    // of payloads in hexadecimal
	capture  capture.Options
	encoder  encode.Encoder
	envelope *encode.Envelope
	counter  uint64
	update   bgp.Update
	writer   route.UpdateWriter
	line     []byte
	out      *bufio.Writer
	stderr   io.Writer
	name     string // of the input, for errors
	place    string // of a payload in it

	// The message that is being decoded.
	session
	message event.Message
	refresh bgp.RouteRefresh
	notify  bgp.Notification
}

// session is who sent a message to whom, and what it is read with.
type session struct {
	peer       *event.Peer
	direction  event.Direction
	negotiated *bgp.Negotiated
}

func newDecoder(o *decodeOptions, dialect bgp.Dialect, out *bufio.Writer, stderr io.Writer) (*decoder, error) {
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
		stderr:   stderr,
		name:     "payload",
	}
	s, err := decodeSession(o, dialect)
	if err != nil {
		return nil, err
	}
	if o.family != "" {
		if s.Families, err = parseFamilies(o.family); err != nil {
			return nil, err
		}
		d.family = s.Families[0]
	}
	if o.pathInformation {
		s.Capability.AddPathSend, s.Capability.AddPathReceive = true, true
	}
	d.own.negotiated = s.Mirrored()
	d.capture = capture.Options{AddPath: o.pathInformation, ASN2: o.twoOctets, Families: s.Families}
	if o.configuration != "" {
		d.capture.Session = d.own.negotiated
	}
	d.own.peer = &event.Peer{Local: s.Local, Remote: s.Peer.Addr(), LocalAS: s.LocalAS, PeerAS: s.PeerAS, RouterID: s.RouterID}
	d.session = d.own
	return d, nil
}

// neighborsOf returns the neighbors of a configuration file; there is one at least.
func neighborsOf(file string) ([]*config.Neighbor, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	cfg, err := conf.Load(file, string(text), conf.Options{})
	if err != nil {
		return nil, err
	}
	if len(cfg.Neighbors) == 0 {
		return nil, fmt.Errorf("%s has no neighbor", file)
	}
	return cfg.Neighbors, nil
}

// decodeSession returns the neighbor that sends the payloads: the first one of the
// configuration, else one that takes everything.
func decodeSession(o *decodeOptions, dialect bgp.Dialect) (*config.Session, error) {
	if o.configuration != "" {
		neighbors, err := neighborsOf(o.configuration)
		if err != nil {
			return nil, err
		}
		return &neighbors[0].Session, nil
	}
	s := &openNeighbor().Session
	if !dialect.Main() {
		s.RouterID = netip.AddrFrom4([4]byte{10, 0, 0, 2}) // ExaBGP: of the configuration that it has built in
	}
	return s, nil
}

// openNeighbor returns the neighbor of tools that have no configuration: itself in
// its own AS, with all families and next hops of either kind.
func openNeighbor() *config.Neighbor {
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	n := config.New(netip.PrefixFrom(loopback, 32))
	s := &n.Session
	s.Local, s.RouterID = loopback, loopback
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
	return n
}

// parseFamilies reads "ipv4 unicast ipv6 unicast", or "all".
func parseFamilies(text string) ([]bgp.Family, error) {
	if strings.EqualFold(strings.TrimSpace(text), "all") {
		return bgp.Families(), nil
	}
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 || len(words)%2 != 0 {
		return nil, fmt.Errorf("Invalid family format: %s", text) //nolint:staticcheck // ExaBGP's words
	}
	var families []bgp.Family
	for pair := range slices.Chunk(words, 2) {
		afi, ok := bgp.ParseAFI(pair[0])
		safi, ok2 := bgp.ParseSAFI(pair[1])
		f := bgp.Family{AFI: afi, SAFI: safi}
		if !ok || !ok2 || !f.Known() {
			return nil, fmt.Errorf("Unknown family: %s %s", pair[0], pair[1]) //nolint:staticcheck // ExaBGP's words
		}
		families = append(families, f)
	}
	return families, nil
}

// payload prints one payload; false when it is not valid.
func (d *decoder) payload(text string) bool {
	b, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(text))
	if err != nil {
		fmt.Fprintf(d.out, "invalid hexadecimal: %s\n", text)
		return false
	}
	if d.options.nlri {
		err := d.nlri(b)
		if err != nil {
			d.complain(d.place, err)
		}
		return d.said(err == nil)
	}
	d.session = d.own
	m := &d.message
	*m = event.Message{Type: bgp.TypeUpdate, Raw: b}
	body := b
	if bytes.HasPrefix(b, marker()) && len(b) >= bgp.HeaderLen {
		if size := int(b[16])<<8 | int(b[17]); size != len(b) {
			fmt.Fprintf(d.out, "warning: BGP header size (%d) does not match data length (%d)\n", size, len(b))
			return d.said(false)
		}
		m.Type, body = bgp.MessageType(b[18]), b[bgp.HeaderLen:]
	}
	switch m.Type {
	case bgp.TypeOpen, bgp.TypeUpdate, bgp.TypeNotification:
	default: // ExaBGP: others are refused, though they have a line among events
		fmt.Fprintf(d.out, "unknown type %d\n", uint8(m.Type))
		return d.said(false)
	}
	if err := d.parse(m, body); err != nil {
		d.complain(d.place, err)
		return d.said(false)
	}
	if d.options.command && m.Update != nil {
		return d.said(d.commands(m, time.Now()))
	}
	d.print(m, time.Now())
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
func (d *decoder) parse(m *event.Message, body []byte) error {
	var err *bgp.Error
	switch m.Type {
	case bgp.TypeOpen:
		m.Open, err = bgp.ParseOpen(body)
	case bgp.TypeUpdate:
		m.Update = &d.update
		err = bgp.ParseUpdate(m.Update, body, d.negotiated)
		if err != nil && err.ShowsWhole() {
			err = nil
		}
	case bgp.TypeNotification:
		d.notify = bgp.ParseNotification(body)
		m.Notification = &d.notify
	case bgp.TypeKeepalive:
	case bgp.TypeRouteRefresh:
		d.refresh, err = bgp.ParseRouteRefresh(body, d.negotiated)
		m.Refresh = &d.refresh
	case bgp.TypeOperational:
		m.Operational, err = bgp.ParseOperational(body)
	default:
		return fmt.Errorf("unknown type %d", uint8(m.Type))
	}
	if err != nil {
		return err
	}
	return nil
}

// print prints a message as the line of an event.
func (d *decoder) print(m *event.Message, now time.Time) {
	d.head(now)
	d.line = d.encoder.AppendMessage(d.line, d.peer, d.direction, m, d.negotiated)
	d.write()
}

// head begins the line of an event.
func (d *decoder) head(now time.Time) {
	d.counter++
	d.line = d.envelope.AppendHead(d.line[:0], now, d.counter)
}

// write writes the line. What goes wrong stays in the writer and is found by its Flush.
func (d *decoder) write() { _, _ = d.out.Write(d.line) }

// nlri prints each NLRI in b in a line. They are read as the withdrawn routes of an
// UPDATE, which has all that they need.
func (d *decoder) nlri(b []byte) error {
	size := 3 + len(b)
	if len(b) == 0 || size > 65000 {
		return fmt.Errorf("%d octets of NLRI", len(b))
	}
	body := []byte{
		0, 0, byte((size + 4) >> 8), byte(size + 4),
		bgp.FlagOptional | bgp.FlagExtended, byte(bgp.AttrMPUnreach), byte(size >> 8), byte(size),
		byte(d.family.AFI >> 8), byte(d.family.AFI), byte(d.family.SAFI),
	}
	switch err := bgp.ParseUpdate(&d.update, append(body, b...), d.negotiated); {
	case err != nil:
		return err
	case d.update.Lost != nil:
		return d.update.Lost
	case d.update.Fault != nil:
		return d.update.Fault
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
	return nil
}
