package helper

import "time"

// Figures are the times and sizes of this package. NewSet and Serve take Defaults
// for the zero value.
type Figures struct {
	// A batch ends when its client wrote nothing for Quiet, at the latest Longest
	// after its first line. Programs that write two commands in two writes do so
	// 10 to 60 µs apart, 160 µs at worst on a busy machine.
	Quiet, Longest time.Duration
	// HoldQuiet and HoldLongest take their place when Lines.Hold asks: a table is
	// built up, or two writes must be seen as one, and nobody waits for the first route.
	HoldQuiet, HoldLongest time.Duration

	MaxLine int // octets of a line: ExaBGP's limit, beyond it the client is out of step

	Events  int // octets of events that may wait for a client
	Reserve int // octets above Events for sent messages, and as many again for state events
	Answers int // octets of answers that may wait before the client's input does

	// A client whose buffer is full is stalled when it has taken less than StallBytes
	// of what waited for it within StallTime: a pipe's worth or four in a third of a
	// usual hold time.
	StallBytes int
	StallTime  time.Duration

	// Restarts within Window happen at once, as in ExaBGP; after them a pause
	// grows from MinPause to MaxPause.
	Restarts           int
	Window             time.Duration
	MinPause, MaxPause time.Duration

	Farewell time.Duration // from the closing of stdin to SIGTERM, for a program to leave by itself
	Grace    time.Duration // from SIGTERM to SIGKILL
	LastRead time.Duration // for the lines that an ended program has left in its pipe
}

// Defaults returns the figures that Herald runs with.
func Defaults() Figures {
	return Figures{
		Quiet:       150 * time.Microsecond,
		Longest:     time.Millisecond,
		HoldQuiet:   10 * time.Millisecond,
		HoldLongest: 50 * time.Millisecond,
		MaxLine:     1 << 20,
		Events:      16 << 20,
		Reserve:     4 << 20,
		Answers:     1 << 20,
		StallBytes:  256 << 10,
		StallTime:   30 * time.Second,
		Restarts:    5,
		Window:      64 * time.Second,
		MinPause:    time.Second,
		MaxPause:    60 * time.Second,
		Farewell:    100 * time.Millisecond,
		Grace:       2 * time.Second,
		LastRead:    100 * time.Millisecond,
	}
}
