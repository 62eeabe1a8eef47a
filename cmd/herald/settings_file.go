package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// readINI reads the values of an environment file, by "section.key". Sections
// and keys that nobody knows are passed over.
func readINI(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseINI(path, f)
}

func parseINI(path string, r io.Reader) (map[string]string, error) {
	values := map[string]string{}
	section := ""
	lines := bufio.NewScanner(r)
	for row := 1; lines.Scan(); row++ {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[' && line[len(line)-1] == ']':
			section = strings.TrimPrefix(line[1:len(line)-1], "exabgp.")
		default:
			at := strings.IndexAny(line, "=:")
			if at <= 0 || section == "" {
				return nil, fmt.Errorf("%s:%d: unexpected '%s', expected [exabgp.SECTION] or KEY = VALUE", path, row, line)
			}
			values[section+"."+strings.TrimSpace(strings.ToLower(line[:at]))] = strings.TrimSpace(line[at+1:])
		}
	}
	return values, lines.Err()
}

// unquote takes blanks and one kind of quotes away from both ends.
func unquote(v string) string {
	v = strings.TrimSpace(v)
	for _, q := range []byte{'\'', '"'} {
		if len(v) > 1 && v[0] == q && v[len(v)-1] == q {
			return strings.TrimSpace(v[1 : len(v)-1])
		}
	}
	return v
}
