package interop_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// mischief is what helper programs do that nobody expects of them. The network of the
// routes that one announces is mischiefNetwork plus its index.
var mischief = [...]struct {
	name string
	do   func(r *report)
}{
	{"deaf", func(*report) { forever() }},
	{"slow", readSlowly},
	{"endless", writeWithoutEnd},
	{"huge", writeHugeLine},
	{"binary", writeBinary},
	{"midline", endInMidline},
	{"closes-stdin", closeInput},
	{"closes-stdout", closeOutput},
	{"stopped", stop},
	{"forks", fork},
}

const mischiefNetwork = 173

// report is where a program writes down what it does, for the test to compare: a line
// of a word and a number each, added to those of its lives before.
type report struct {
	*os.File
	network byte
}

// misbehave is the helper program.
func misbehave(name, path string) int {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for i, m := range mischief {
		if m.name == name {
			r := &report{f, byte(mischiefNetwork + i)}
			r.add("starts", 1)
			m.do(r)
			return 0
		}
	}
	return 2
}

func (r *report) add(word string, n int) { fmt.Fprintf(r, "%s %d\n", word, n) }

// announce gives a command about a route that it has not spoken of in any life.
func (r *report) announce() {
	r.add("commands", 1)
	info, err := r.Stat()
	if err != nil {
		return
	}
	fmt.Printf("announce route %s next-hop self\n", host(r.network, int(info.Size())))
}

// listen reads all that comes, and reports it at the end.
func (r *report) listen() {
	var updates int
	in := bufio.NewReaderSize(os.Stdin, 256<<10)
	for {
		line, err := in.ReadSlice('\n')
		if bytes.Contains(line, []byte(`"type": "update"`)) {
			updates++
		}
		if err != nil {
			break
		}
	}
	r.add("updates", updates)
}

// forever lasts until the speaker ends it.
func forever() { time.Sleep(time.Hour) }

func readSlowly(*report) {
	for b := make([]byte, 1); ; time.Sleep(time.Second) {
		if _, err := os.Stdin.Read(b); err != nil {
			return
		}
	}
}

func writeWithoutEnd(r *report) {
	var over atomic.Bool
	go func() {
		for !over.Load() {
			fmt.Print("announce route ")
			time.Sleep(10 * time.Millisecond)
		}
	}()
	r.listen()
	over.Store(true)
}

// hugeLine is 100 MB, of which a speaker that has sense takes one.
const hugeLine = 100_000_000

func writeHugeLine(r *report) {
	piece := bytes.Repeat([]byte("announce attributes "), 1000)
	for n := 0; n < hugeLine; n += len(piece) {
		if _, err := os.Stdout.Write(piece); err != nil {
			return
		}
	}
	r.add("swallowed", 1)
	fmt.Println()
	forever()
}

const binaryLines = 20_000

// writeBinary writes lines of any octets, each of which has one that UTF-8 has not.
func writeBinary(r *report) {
	out := bufio.NewWriter(os.Stdout)
	for range binaryLines {
		line := make([]byte, 1+rand.IntN(400))
		for i := range line {
			if line[i] = byte(rand.Uint32()); line[i] == '\n' {
				line[i] = 0
			}
		}
		line[rand.IntN(len(line))] = 0xFF
		line[0] = 0xFE // neither "#" nor white space
		_, _ = out.Write(append(line, '\n'))
	}
	if out.Flush() != nil {
		return
	}
	r.add("commands", binaryLines)
	r.add("refused", binaryLines)
	r.listen()
}

func endInMidline(r *report) {
	r.announce()
	fmt.Print("announce route 192.0.2.0/24 next-hop self\nannounce route 203.0.113.0/24 next-")
	r.add("commands", 1)
}

func closeInput(r *report) {
	os.Stdin.Close()
	for {
		r.announce()
		time.Sleep(250 * time.Millisecond)
	}
}

func closeOutput(r *report) {
	r.announce()
	os.Stdout.Close()
	_, _ = io.Copy(io.Discard, os.Stdin)
	forever()
}

func stop(r *report) {
	r.announce()
	_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	forever()
}

// fork leaves children that hold the pipes, and one that does not want to end.
func fork(r *report) {
	r.announce()
	for _, text := range []string{"sleep 3600", "sleep 3600 & sleep 3600", "trap '' TERM; sleep 3600"} {
		child := exec.Command("/bin/sh", "-c", text)
		child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
	}
}

// sums adds up what a program has reported.
func sums(path string) map[string]int {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	m := map[string]int{}
	for line := range strings.Lines(string(text)) {
		var word string
		var n int
		if _, err := fmt.Sscan(line, &word, &n); err == nil {
			m[word] += n
		}
	}
	return m
}
