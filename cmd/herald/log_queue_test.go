package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestLogPipe: nobody waits for a log that is a full pipe, and once somebody reads it
// the log says what it lacks.
func TestLogPipe(t *testing.T) {
	s, err := loadSettings(nil, "/opt/bin/herald", "/nonexistent")
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	log, closer, err := newLog(s, w, 42)
	if err != nil {
		t.Fatal(err)
	}
	const records = 100_000 // of 110 octets: ten times as much as may wait
	text := strings.Repeat("x", 80)
	for i := range records {
		log.Info("long", "text", text, "n", i)
	}
	read := make(chan []byte)
	go func() {
		b, err := io.ReadAll(r)
		if err != nil {
			t.Error(err)
		}
		read <- b
	}()
	closer.Close()
	w.Close()
	got := <-read
	kept, lost := 0, 0
	for line := range bytes.Lines(got) {
		switch _, after, found := bytes.Cut(line, []byte(logLost+" records=")); {
		case found:
			n := 0
			if _, err := fmt.Sscan(string(after), &n); err != nil {
				t.Error(err)
			}
			lost += n
		case !bytes.Contains(line, fmt.Appendf(nil, " n=%d\n", kept+lost)):
			t.Fatalf("record %d is %s", kept+lost, line)
		default:
			kept++
		}
	}
	if kept+lost != records || lost == 0 || kept < logBacklog/200 {
		t.Errorf("%d records, and %d lost, of %d", kept, lost, records)
	}
}

// TestLogFarewell: a log that takes nothing does not keep the program from ending.
func TestLogFarewell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		q := newLogQueue(func(logRecord) { <-free }, nil)
		q.add(logRecord{text: []byte("a")})
		begin := time.Now()
		q.Close()
		if took := time.Since(begin); took != logFarewell {
			t.Errorf("closed after %v", took)
		}
		close(free)
		<-q.over
	})
}

// TestLogHugeRecord: a record that has never room is lost, those after it are not.
func TestLogHugeRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		q := newLogQueue(
			func(r logRecord) { got = append(got, string(r.text)) },
			func(n int) logRecord { return logRecord{text: fmt.Appendf(nil, "%d lost", n)} },
		)
		synctest.Wait() // it sleeps
		q.add(logRecord{text: make([]byte, logBacklog+1)})
		synctest.Wait()
		q.add(logRecord{text: []byte("a")})
		q.Close()
		if want := []string{"1 lost", "a"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
