package migrate

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"github.com/herald-bgp/herald/internal/exa/api"
)

// maxLine is how long a line may be. A longer one passes as it is.
const maxLine = 1 << 20

// Translator translates lines between API versions: what helpers write forwards,
// what they read back. It is for one goroutine.
type Translator struct {
	events   events
	commands *api.Translator // nil: commands are the same
	note     func(change string)
}

// Forward returns a Translator of the commands and events of one version into those
// of a later one. Note, if not nil, hears of every change.
func Forward(from, to Version, note func(change string)) *Translator {
	t := &Translator{events: events{renames: renames(from, to, false), note: note}, note: note}
	if to == Main {
		t.commands = api.NewTranslator()
	}
	return t
}

// back returns a Translator of the events of the later version into those of the
// other.
func back(from, to Version) *Translator {
	return &Translator{events: events{renames: renames(from, to, true)}}
}

// Line translates a line, without the blanks around it.
func (t *Translator) Line(line string) string {
	line = strings.TrimSpace(line)
	if event, ok := t.events.line(line); ok {
		return event
	}
	if t.commands == nil {
		return line
	}
	now := t.commands.Command(line)
	if now != line && t.note != nil {
		t.note("Changed '" + line + "' to '" + now + "'")
	}
	return now
}

// Copy translates lines until the input ends, each as soon as it is there, and
// returns how many there were. An error is that of writing, or of reading.
func (t *Translator) Copy(w io.Writer, r io.Reader) (lines int, err error) {
	in := bufio.NewReaderSize(r, maxLine)
	var out []byte
	for {
		line, err := in.ReadSlice('\n')
		for errors.Is(err, bufio.ErrBufferFull) { // too long: it passes in pieces
			if _, err := w.Write(line); err != nil {
				return lines, err
			}
			line, err = in.ReadSlice('\n')
			if !errors.Is(err, bufio.ErrBufferFull) {
				if _, werr := w.Write(line); werr != nil {
					return lines, werr
				}
				lines, line = lines+1, nil
			}
		}
		if len(line) > 0 {
			lines++
			out = append(append(out[:0], t.Line(string(line))...), '\n')
			if _, err := w.Write(out); err != nil {
				return lines, err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return lines, nil
		case err != nil:
			return lines, err
		}
	}
}
