// Package conf reads ExaBGP's configuration language into plain values.
//
// The language is sections and words: every section is a table of rows, a row is
// a word and the function that reads its statement or its block. Templates are
// replayed: what a template says is read again behind what the neighbor says, so
// that a value of the template wins and lists grow, as in ExaBGP.
//
//	cfg, err := conf.Load("herald.conf", text, conf.Options{})
//
// An error says FILE:LINE:COL, the word that was found and what was expected.
// There is no partial result.
package conf

import (
	"errors"

	"github.com/herald-bgp/herald/internal/config"
)

// Options are what the meaning of a file depends on beside its text.
type Options struct {
	// Passive says that all peers are passive (exabgp.bgp.passive).
	Passive bool
	// Program finds the program of a process; the error says why it cannot be
	// run. Nil takes the word as it is.
	Program func(word string) (string, error)
}

// Load reads the text of a file; name is for errors.
func Load(name, text string, o Options) (*config.Config, error) {
	return nil, errors.New(name + ": no configuration")
}
