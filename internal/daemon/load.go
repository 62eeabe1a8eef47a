package daemon

import (
	"fmt"
	"os"
	"path/filepath"

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
}

// Load reads a configuration. Nothing of it is in effect yet.
func (l *Loader) Load(s Source) (*config.Config, error) {
	programs := l.Programs
	programs.Conf = filepath.Dir(s.Path)
	text := s.Text
	if text == nil {
		b, err := os.ReadFile(s.Path)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %s", s.Path, cause(err))
		}
		t := string(b)
		text = &t
	} else {
		programs.Conf = programs.CWD
	}
	return conf.Load(s.Path, *text, conf.Options{Passive: l.Passive, Program: programs.Find})
}
