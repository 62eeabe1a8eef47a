package functional

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/bgptest"
)

// The suites, in the order of the closing line.
const (
	Encoding  = "encoding"
	API       = "api"
	Decoding  = "decoding"
	Parsing   = "parsing"
	CLI       = "cli"
	Migrate   = "migrate"
	JSON      = "json"
	APIEncode = "api-encode"
	SelfCheck = "self-check" // of api-encode
)

// Suites returns the names of all suites in the order of the closing line.
func Suites() []string {
	return []string{Encoding, API, Decoding, Parsing, CLI, Migrate, JSON, APIEncode, SelfCheck}
}

// Case is one test.
type Case struct {
	Suite, Name string

	Script *bgptest.Script // encoding, api; cli, which expects no message
	Files  []string        // configurations: base names

	Kind, Family, Packet string         // decoding: open, update or nlri; "AFI SAFI" or empty; hexadecimal
	JSON                 map[string]any // decoding

	Migration *Migration // migrate

	Vectors []Vector // json, api-encode, self-check: all of one file
}

// ID names the case: "api/api-rib".
func (c *Case) ID() string { return c.Suite + "/" + c.Name }

// Vector is a message with what it decodes to, or the command that it comes from.
type Vector struct {
	Row     int // in the file
	Octets  []byte
	JSON4   string // json
	JSON6   string // json
	Command string // api-encode
}

// Data is a folder of ExaBGP's test data.
type Data struct {
	qa   string // holds encoding, api, decoding
	etc  string // holds the configurations and, in a checkout, run/
	Main bool   // laid out as ExaBGP main; else as 5.0
}

// Open finds the test data in dir: a folder that holds encoding, api, decoding and
// etc, or a checkout of ExaBGP.
func Open(dir string) (*Data, error) {
	for _, d := range []Data{
		{qa: dir, etc: filepath.Join(dir, "etc"), Main: true},
		{qa: dir, etc: filepath.Join(dir, "etc", "exabgp"), Main: true},
		{qa: filepath.Join(dir, "qa"), etc: filepath.Join(dir, "etc", "exabgp"), Main: true},
		{qa: filepath.Join(dir, "qa"), etc: filepath.Join(dir, "etc", "exabgp")},
	} {
		confs, _ := filepath.Glob(filepath.Join(d.etc, "*.conf"))
		wanted := "encoding"
		if d.Main {
			wanted = "api"
		}
		if info, err := os.Stat(filepath.Join(d.qa, wanted)); err == nil && info.IsDir() && len(confs) > 0 {
			return &d, nil
		}
	}
	return nil, fmt.Errorf("%s holds no test data of ExaBGP", dir)
}

// HasHelpers reports whether the data comes with helper programs of its own.
func (d *Data) HasHelpers() bool {
	found, _ := filepath.Glob(filepath.Join(d.etc, "run", "api-*.run"))
	return len(found) > 0
}

// Cases returns the cases of these suites.
func (d *Data) Cases(suites []string) ([]*Case, error) {
	var cases []*Case
	for _, suite := range suites {
		var found []*Case
		var err error
		switch suite {
		case Encoding, API, CLI:
			found, err = d.sessions(suite)
		case Decoding:
			found, err = d.decodings()
		case Parsing:
			found = d.parsings()
		case Migrate:
			found, err = d.migrations()
		case JSON, APIEncode, SelfCheck:
			found, err = d.vectors(suite)
		default:
			err = fmt.Errorf("unknown suite %q", suite)
		}
		if err != nil {
			return nil, err
		}
		cases = append(cases, found...)
	}
	return cases, nil
}

// glob returns the files that match, sorted.
func glob(parts ...string) []string {
	found, _ := filepath.Glob(filepath.Join(parts...)) // the patterns are ours
	slices.Sort(found)
	return found
}

func base(file string) string {
	return strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
}

func (d *Data) sessions(suite string) ([]*Case, error) {
	if !d.Main {
		return d.oldSessions(suite)
	}
	var cases []*Case
	for _, file := range glob(d.qa, suite, "*.ci") {
		s, err := readScript(file)
		if err != nil {
			return nil, err
		}
		cases = append(cases, &Case{Suite: suite, Name: base(file), Script: s, Files: s.Files})
	}
	return cases, nil
}

// oldSessions reads the layout of 5.0: X.ci holds the names of the configurations,
// X.msg the expectations, and one folder both suites.
func (d *Data) oldSessions(suite string) ([]*Case, error) {
	if suite == CLI {
		return nil, nil
	}
	var cases []*Case
	for _, file := range glob(d.qa, Encoding, "*.ci") {
		if strings.HasPrefix(base(file), "api-") != (suite == API) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s, err := readScript(strings.TrimSuffix(file, ".ci") + ".msg")
		if err != nil {
			return nil, err
		}
		line, _, _ := strings.Cut(string(text), "\n")
		cases = append(cases, &Case{Suite: suite, Name: base(file), Script: s, Files: strings.Fields(line)})
	}
	return cases, nil
}

func readScript(file string) (*bgptest.Script, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return bgptest.ParseScript(file, string(text))
}

// decodings reads files of three lines: kind and family, octets, JSON.
func (d *Data) decodings() ([]*Case, error) {
	var cases []*Case
	for _, file := range glob(d.qa, "decoding", "*") {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		lines := strings.SplitN(string(text), "\n", 4)
		words := strings.Fields(lines[0])
		if len(lines) < 3 || len(words) == 0 {
			return nil, fmt.Errorf("%s: expected a kind, octets and JSON, each on a line", file)
		}
		c := &Case{
			Suite: Decoding, Name: filepath.Base(file),
			Kind: words[0], Family: strings.Join(words[1:], " "),
			Packet: strings.ReplaceAll(strings.TrimSpace(lines[1]), " ", ""),
		}
		if c.JSON, err = parseJSON(lines[2]); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

func (d *Data) parsings() []*Case {
	var cases []*Case
	for _, file := range glob(d.etc, "*.conf") {
		cases = append(cases, &Case{Suite: Parsing, Name: base(file), Files: []string{filepath.Base(file)}})
	}
	return cases
}

// vectors collects from the .ci files of both session suites, a case a file.
func (d *Data) vectors(suite string) ([]*Case, error) {
	if !d.Main {
		return nil, nil
	}
	collect := jsonVectors
	switch suite {
	case APIEncode:
		collect = commandVectors
	case SelfCheck:
		collect = updateVectors
	}
	var cases []*Case
	for _, file := range slices.Concat(glob(d.qa, Encoding, "*.ci"), glob(d.qa, API, "*.ci")) {
		s, err := readScript(file)
		if err != nil {
			return nil, err
		}
		if v := collect(s.Lines); len(v) > 0 {
			cases = append(cases, &Case{Suite: suite, Name: base(file), Files: s.Files, Vectors: v})
		}
	}
	return cases, nil
}

// jsonVectors ties JSON to the message before it: json for both versions, jsv4 and
// jsv6 for one. The last of each counts.
func jsonVectors(lines []bgptest.Line) []Vector {
	var vectors []Vector
	var v *Vector
	for _, l := range lines {
		switch l.Kind {
		case bgptest.Raw:
			// ExaBGP: only messages written as MARKER:LENGTH:TYPE:BODY are looked at; BODY may have more colons.
			v = nil
			if strings.Count(l.Text, ":") >= 3 {
				vectors = append(vectors, Vector{Row: l.Row, Octets: l.Octets})
				v = &vectors[len(vectors)-1]
			}
		case bgptest.JSON, bgptest.JSONv4, bgptest.JSONv6:
			if v == nil {
				continue
			}
			if l.Kind != bgptest.JSONv6 {
				v.JSON4 = l.Text
			}
			if l.Kind != bgptest.JSONv4 {
				v.JSON6 = l.Text
			}
		default: // not about a message
		}
	}
	return slices.DeleteFunc(vectors, func(v Vector) bool { return v.JSON4 == "" && v.JSON6 == "" })
}

// commandVectors ties a command to the next message.
func commandVectors(lines []bgptest.Line) []Vector {
	var vectors []Vector
	command, row := "", 0
	for _, l := range lines {
		switch l.Kind {
		case bgptest.Cmd:
			command, row = l.Text, l.Row
		case bgptest.Raw:
			if command != "" {
				vectors = append(vectors, Vector{Row: row, Octets: l.Octets, Command: command})
			}
			command = ""
		default: // not about a command
		}
	}
	return vectors
}

// updateVectors collects the UPDATEs. ExaBGP: those of a session with a letter are not
// looked at.
func updateVectors(lines []bgptest.Line) []Vector {
	var vectors []Vector
	for _, l := range lines {
		if l.Kind == bgptest.Raw && !l.Lettered && len(l.Octets) >= bgp.HeaderLen && bgp.MessageType(l.Octets[bgp.HeaderLen-1]) == bgp.TypeUpdate {
			vectors = append(vectors, Vector{Row: l.Row, Octets: l.Octets})
		}
	}
	return vectors
}
