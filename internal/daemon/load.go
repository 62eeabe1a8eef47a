package daemon

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/conf"
)

// Source is a configuration: a file, or text that was read once.
type Source struct {
	Path string // absolute, or a name for messages when there is a Text
	Text *string
}

// Loader reads configurations.
type Loader struct {
	Passive  bool     // all peers are passive
	Programs Programs // but for Conf, which is the folder of the source
	Self     string   // path of this program, which has helper programs of its own
}

// Load reads a configuration. Nothing of it is in effect yet.
func (l *Loader) Load(s Source) (*config.Config, error) {
	programs := l.Programs
	programs.Conf = filepath.Dir(s.Path)
	var text string
	if s.Text != nil {
		text, programs.Conf = *s.Text, programs.CWD
	} else {
		var err error
		if text, err = readText(s.Path); err != nil {
			return nil, fmt.Errorf("%s cannot be read: %s", s.Path, cause(err))
		}
	}
	return conf.Load(s.Path, text, conf.Options{Passive: l.Passive, Program: programs.find, Self: l.Self})
}

// readText reads a file into a string, without a second copy: with a million routes
// it is the largest thing there is.
func readText(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var b strings.Builder
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		b.Grow(int(info.Size()))
	}
	_, err = io.Copy(&b, f)
	return b.String(), err
}
