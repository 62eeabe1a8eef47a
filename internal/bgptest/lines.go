package bgptest

import (
	"bufio"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"
)

// Lines gives each line of a file, which is compressed when its name ends in .gz. A line
// is valid during the call of yield.
func Lines(tb testing.TB, name string, yield func(line []byte)) {
	tb.Helper()
	file, err := os.Open(name)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	var in io.Reader = file
	if strings.HasSuffix(name, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			tb.Fatal(err)
		}
	}
	for lines := bufio.NewReader(in); ; {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			yield(line)
		}
		if err != nil {
			if err != io.EOF {
				tb.Fatal(err)
			}
			return
		}
	}
}
