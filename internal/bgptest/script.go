package bgptest

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Script is what one of ExaBGP's .ci files says.
type Script struct {
	Name  string
	Files []string // option:file, configurations in their order

	Connections int           // option:tcp_connections, how often the program may connect; 0: without end
	ASN         uint16        // option:asn, the peer's own; 0: the one it is sent
	Bind6       bool          // option:bind:ipv6
	Timeout     time.Duration // option:timeout, for each message; 3 s unless it says so

	InspectOpen       bool // option:open:inspect-open-message
	UnknownCapability bool // option:open:send-unknown-capability
	UnknownMessage    bool // option:open:send-unknown-message
	DefaultRoute      bool // option:update:send-default-route

	Lines []Line // expectations in file order
}

// Line is an expectation: [LETTER]NUMBER:KIND:CONTENT.
type Line struct {
	Row      int    // in the file, from 1
	Session  byte   // 'A' when there is no letter
	Lettered bool   // there is one
	Number   int    // of the group
	Kind     Kind   //
	Text     string // content as it stands in the file
	Octets   []byte // content of a Raw
}

// Kind is the kind of an expectation.
type Kind string

// The kinds. What a peer sends is expected (Raw) or provoked (Notify, Signal); the
// others belong to tests of encoders and decoders.
const (
	Raw    Kind = "raw"          // a message, by its octets
	Notify Kind = "notification" // send a NOTIFICATION with this text
	Signal Kind = "signal"       // send this signal to the program under test
	Cmd    Kind = "cmd"          // the command that makes the Raw behind it
	JSON   Kind = "json"         // what the Raw before it decodes to, in every version
	JSONv4 Kind = "jsv4"         // … in version 4
	JSONv6 Kind = "jsv6"         // … in version 6
)

// messageTimeout is how long ExaBGP's own peer waits for each message.
const messageTimeout = 3 * time.Second

// ParseScript reads a .ci or .msg file. Name is for errors.
func ParseScript(name, text string) (*Script, error) {
	s := &Script{Name: name, Connections: 1, Timeout: messageTimeout}
	row := 0
	for line := range strings.Lines(text) {
		row++
		line = strings.TrimSpace(line)
		// ExaBGP: a # anywhere makes the whole line a comment.
		if line == "" || strings.Contains(line, "#") {
			continue
		}
		if err := s.line(row, line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, row, err)
		}
	}
	return s, nil
}

func (s *Script) line(row int, line string) error {
	if option, ok := strings.CutPrefix(line, "option:"); ok {
		return s.option(option)
	}
	prefix, rest, ok := strings.Cut(line, ":")
	kind, content, ok2 := strings.Cut(rest, ":")
	if !ok || !ok2 {
		return fmt.Errorf("found %q, expected NUMBER:KIND:CONTENT", line)
	}
	l := Line{Row: row, Session: 'A', Kind: Kind(strings.ToLower(strings.TrimSpace(kind))), Text: content}
	if prefix != "" && (prefix[0] < '0' || prefix[0] > '9') {
		l.Session, l.Lettered, prefix = prefix[0], true, prefix[1:]
	}
	n, err := strconv.ParseUint(prefix, 10, 31)
	if err != nil {
		return fmt.Errorf("found %q, expected the number of a group", prefix)
	}
	l.Number = int(n)

	switch l.Kind {
	case Raw:
		content = strings.NewReplacer(":", "", " ", "").Replace(content)
		if l.Octets, err = hex.DecodeString(content); err != nil {
			return err
		}
	case Notify, Signal:
		// ExaBGP: the text is lower-cased, and only what follows its last colon counts.
		l.Text = strings.ToLower(content[strings.LastIndex(content, ":")+1:])
	case Cmd, JSON, JSONv4, JSONv6:
	default:
		return fmt.Errorf("unknown kind %q", kind)
	}
	s.Lines = append(s.Lines, l)
	return nil
}

func (s *Script) option(option string) error {
	word, value, _ := strings.Cut(option, ":")
	switch option {
	case "bind:ipv6":
		s.Bind6 = true
	case "open:inspect-open-message":
		s.InspectOpen = true
	case "open:send-unknown-capability":
		s.UnknownCapability = true
	case "open:send-unknown-message":
		s.UnknownMessage = true
	case "update:send-default-route":
		s.DefaultRoute = true
	default:
		return s.valued(word, value)
	}
	return nil
}

func (s *Script) valued(word, value string) error {
	switch word {
	case "file":
		s.Files = append(s.Files, value)
	case "tcp_connections":
		n, err := strconv.ParseUint(value, 10, 16)
		if err != nil {
			return fmt.Errorf("option tcp_connections: found %q, expected a number", value)
		}
		s.Connections = int(n)
	case "asn":
		n, err := strconv.ParseUint(value, 10, 16)
		if err != nil {
			return fmt.Errorf("option asn: found %q, expected a number of two octets", value)
		}
		s.ASN = uint16(n)
	case "timeout":
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || f <= 0 || f > 3600 {
			return fmt.Errorf("option timeout: found %q, expected seconds", value)
		}
		s.Timeout = time.Duration(f * float64(time.Second))
	default:
		return fmt.Errorf("unknown option %q", word)
	}
	return nil
}

// Groups returns what the peer expects and does, in order: by letter, then by
// number. The messages of a group may come in any order.
func (s *Script) Groups() [][]Line {
	var lines []Line
	for _, l := range s.Lines {
		switch l.Kind {
		case Raw, Notify, Signal:
			lines = append(lines, l)
		default: // for encoders and decoders
		}
	}
	slices.SortStableFunc(lines, byGroup)

	var groups [][]Line
	for i, l := range lines {
		if i == 0 || byGroup(lines[i-1], l) != 0 {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], l)
	}
	return groups
}

func byGroup(a, b Line) int {
	return cmp.Or(cmp.Compare(a.Session, b.Session), cmp.Compare(a.Number, b.Number))
}

// Listen returns a listener on the loopback address that the script asks for, at a
// port of the system's choice.
func (s *Script) Listen(ctx context.Context) (net.Listener, error) {
	address := "127.0.0.1:0"
	if s.Bind6 {
		address = "[::1]:0"
	}
	return new(net.ListenConfig).Listen(ctx, "tcp", address)
}
