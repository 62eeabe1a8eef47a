package examples_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	gobgp "github.com/osrg/gobgp/v3/pkg/packet/bgp"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
	"github.com/herald-bgp/herald/internal/bgptest/captures"
)

// TestTshark: tshark sees in the octets of each example what they are meant to say.
// All go through it at once, in one capture of a TCP session.
func TestTshark(t *testing.T) {
	all := examples(readTable(t))
	for i, frame := range dissect(t, all) {
		t.Run(all[i].title, func(t *testing.T) {
			check(t, all[i].tshark, frame, complaint.FindString(frame))
		})
	}
}

// complaint is what tshark says of a message that it cannot read to its end.
var complaint = regexp.MustCompile(`.*(Malformed Packet|Expert Info \((Error|Warning)|Unknown).*`)

// dissect returns what tshark says about the message of each example.
func dissect(t *testing.T, all []*example) []string {
	t.Helper()
	tool := needTshark(t)
	var file captures.File
	file.Link = 101 // IP packets
	s := captures.Segment{Src: "192.0.2.9:179", Dst: "192.0.2.1:50000", Seq: 1, Ack: 1, Flags: captures.ACK}
	for _, e := range all {
		s.Data = e.message()
		file.Packet(time.Unix(0, 0), s.IP())
		s.Seq += uint32(len(s.Data))
	}
	name := filepath.Join(t.TempDir(), "examples.pcap")
	if err := os.WriteFile(name, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tool, "-r", name, "-V", "-n").Output()
	if err != nil {
		t.Fatalf("tshark: %v", err)
	}
	frames := regexp.MustCompile(`(?m)^Border Gateway Protocol - UPDATE Message\n(?:.+\n)*`).FindAllString(string(out), -1)
	if len(frames) != len(all) {
		t.Fatalf("tshark sees %d messages, there are %d", len(frames), len(all))
	}
	return frames
}

// needTshark returns the path of tshark. Where it is missing the test is skipped, but
// in CI it fails.
func needTshark(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("tshark")
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatal("tshark is not installed")
	default:
		t.Skip("SKIPPED: tshark is not installed")
	}
	return path
}

// TestGoBGP: GoBGP's packet library sees the same, and writes the same octets again.
func TestGoBGP(t *testing.T) {
	for _, e := range examples(readTable(t)) {
		t.Run(e.title, func(t *testing.T) {
			said, err := gobgpText(e)
			complaint := ""
			if err != nil {
				complaint = err.Error()
			}
			check(t, e.gobgp, said, complaint)
		})
	}
}

// gobgpText is what GoBGP says about the message of an example: its text and its JSON of
// each route and attribute.
func gobgpText(e *example) (text string, err error) {
	defer func() { // some messages are too much for it
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	var o gobgp.MarshallingOption
	if strings.Contains(e.configuration, "add-path") {
		o.AddPath = map[gobgp.RouteFamily]gobgp.BGPAddPathMode{gobgp.RF_IPv4_UC: gobgp.BGP_ADD_PATH_BOTH}
	}
	m, err := gobgp.ParseBGPMessage(e.message(), &o)
	if err != nil {
		return "", err
	}
	text = updateText(m.Body.(*gobgp.BGPUpdate))
	again, err := m.Serialize(&o)
	if err == nil && !bytes.Equal(again, e.message()) {
		err = fmt.Errorf("it writes %X", again)
	}
	return text, err
}

func updateText(u *gobgp.BGPUpdate) string {
	var b strings.Builder
	for _, n := range u.NLRI {
		gobgpLine(&b, fmt.Sprintf("nlri of path %d", n.PathIdentifier()), n)
	}
	for _, n := range u.WithdrawnRoutes {
		gobgpLine(&b, fmt.Sprintf("withdrawn of path %d", n.PathIdentifier()), n)
	}
	for _, a := range u.PathAttributes {
		gobgpLine(&b, a.GetType().String(), a)
	}
	return b.String()
}

func gobgpLine(b *strings.Builder, name string, v any) {
	js, err := json.Marshal(v)
	if err != nil {
		js = []byte(err.Error())
	}
	fmt.Fprintf(b, "%s %v %s\n", name, v, js)
}

func (e *example) message() []byte {
	return bgptest.Message(byte(bgp.TypeUpdate), bgptest.Hex(e.octets))
}

// lacks begins the line of an opinion that says what a tool cannot read, and why: then
// its complaints do not count. The other lines are parts of what it shows, which tell
// what the route is meant to be.
const lacks = "lacks: "

// check compares what a tool says with what it should.
func check(t *testing.T, opinion, said, complaint string) {
	t.Helper()
	if complaint != "" && !strings.Contains(opinion, lacks) {
		t.Errorf("it complains: %s", strings.TrimSpace(complaint))
	}
	for want := range strings.Lines(opinion) {
		want = strings.TrimSuffix(want, "\n")
		if !strings.HasPrefix(want, lacks) && !strings.Contains(said, want) {
			t.Errorf("it does not show %q", want)
		}
	}
	if t.Failed() {
		t.Log(said)
	}
}
