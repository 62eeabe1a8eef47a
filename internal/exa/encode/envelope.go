package encode

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Envelope begins the JSON lines of one dialect. It does not change.
type Envelope struct {
	dialect bgp.Dialect
	before  string // the time
	between string // time and counter
	ids     string // pid and parent's pid, for text
}

// NewEnvelope makes the envelope of a daemon on a host.
func NewEnvelope(d bgp.Dialect, host string, pid, ppid int) *Envelope {
	e := &Envelope{
		dialect: d,
		before:  `{ "exabgp": "` + version(d) + `", "time": `,
		ids:     strconv.Itoa(pid) + " " + strconv.Itoa(ppid),
	}
	b := bgp.AppendJSONString([]byte(`, "host" : `), host)
	b = strconv.AppendInt(append(b, `, "pid" : `...), int64(pid), 10)
	b = strconv.AppendInt(append(b, `, "ppid" : `...), int64(ppid), 10)
	e.between = string(append(b, ", "...))
	return e
}

// Release returns the version of ExaBGP that a dialect follows, for programs that
// decide by it.
func Release(d bgp.Dialect) string {
	switch d {
	case bgp.Dialect42:
		return "4.2.21"
	case bgp.Dialect4, bgp.Dialect6:
		return "6.0.0"
	case bgp.Dialect5:
	}
	return "5.0.13"
}

// version returns the value of "exabgp" that a dialect has.
func version(d bgp.Dialect) string {
	switch d {
	case bgp.Dialect42, bgp.Dialect4:
		return "4.0.1"
	case bgp.Dialect6:
		return "6.0.0"
	case bgp.Dialect5:
	}
	return "5.0.0"
}

// AppendHead appends what stands before a JSON body.
func (e *Envelope) AppendHead(dst []byte, now time.Time, counter uint64) []byte {
	return append(strconv.AppendUint(e.AppendBefore(dst, now), counter, 10), AfterCounter...)
}

// AfterCounter stands between the counter and a JSON body.
const AfterCounter = ", "

// AppendBefore appends what stands before the counter, for who counts later.
func (e *Envelope) AppendBefore(dst []byte, now time.Time) []byte {
	return append(e.appendStart(dst, now), `"counter": `...)
}

func (e *Envelope) appendStart(dst []byte, now time.Time) []byte {
	return append(appendTime(append(dst, e.before...), now), e.between...)
}

// AppendShutdown appends the line that tells a helper that the daemon stops.
func (e *Envelope) AppendShutdown(dst []byte, json bool, now time.Time) []byte {
	if !json {
		return append(append(append(dst, "shutdown "...), e.ids...), "\n\n"...)
	}
	return append(e.appendStart(dst, now), `"type": "notification", "notification": "shutdown" }`+"\n"...)
}

// AppendDropped appends the line that tells a helper how many events it has missed since
// the last such line, and ever.
func (e *Envelope) AppendDropped(dst []byte, json bool, now time.Time, events, total uint64) []byte {
	if !json {
		return fmt.Appendf(dst, "dropped %d total %d\n", events, total)
	}
	dst = e.appendStart(dst, now)
	return fmt.Appendf(dst, `"type": "dropped", "dropped": { "events": %d, "total": %d } }`+"\n", events, total)
}

// appendTime appends seconds as Python prints the float that time.time() gives.
func appendTime(dst []byte, now time.Time) []byte {
	start := len(dst)
	dst = strconv.AppendFloat(dst, float64(now.Unix())+float64(now.Nanosecond())/1e9, 'f', -1, 64)
	if slices.Contains(dst[start:], '.') {
		return dst
	}
	return append(dst, ".0"...)
}
