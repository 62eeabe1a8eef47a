package api

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/exa/route"
	"github.com/herald-bgp/herald/internal/helper"
	"github.com/herald-bgp/herald/internal/lex"
	"github.com/herald-bgp/herald/internal/rib"
)

// The two answers that end a command.
const (
	done   = "done\n"
	failed = "error\n"
)

// syncTimeout is how long the answer of a command under sync waits for its routes
// to be written. A peer that takes nothing for longer is about to lose its session.
const syncTimeout = 60 * time.Second

// spill is how much a show command collects before it hands over: a pipe's worth or
// four, so that neither a table is held in memory nor a lock taken for each line.
const spill = 256 << 10

// Client is one line client: a helper program, or an operator. It is helper.Lines;
// its goroutine is the reader of the client.
type Client struct {
	hub     *Hub
	caller  Caller
	dialect bgp.Dialect
	log     *slog.Logger
	damper  helper.Damper // of what is refused
	out     *helper.Outbuf
	answers *helper.Answers

	ack  bool // answers are wanted
	sync bool // answers to announces wait until their routes are written

	// Of the batch at hand.
	peers   *Peers         // what the caller may address; nil until asked
	touched []*rib.PeerSet // that routes were marked for
	later   []func()       // what follows the answers of the batch: teardown, shutdown

	// Of the command at hand. All that is read borrows the line.
	cur      lex.Cursor
	line     []byte
	id       []byte // its identifier; empty without one
	mode     mode
	to       *target
	silent   bool // no "done" is answered
	waits    bool // the answer comes later
	fail     error
	withdraw bool

	parser  route.Parser
	take    func(rib.Route) // c.route: a method value costs an allocation
	words   []string        // of the selector
	targets map[string]*target
	of      *Peers // that targets were selected from
	group   *group
}

// mode is the words that may stand at the end of a command.
type mode struct {
	sync bool
	json bool
	text bool
}

func newClient(h *Hub, caller Caller, d bgp.Dialect, o *helper.Outbuf) *Client {
	c := &Client{
		hub: h, caller: caller, dialect: d, out: o, answers: helper.NewAnswers(o),
		log: h.log.With("helper", caller.Name), ack: h.settings.Ack,
		targets: map[string]*target{},
	}
	c.take = c.route
	c.parser.Warn = c.warn
	return c
}

// Exec executes one line.
func (c *Client) Exec(line []byte) {
	c.line, c.id = bytes.Trim(line, " \t\r\v\f"), nil
	c.silent, c.waits, c.fail, c.to = false, false, nil, nil
	if err := c.takeID(); err != nil {
		c.answer(err)
		return
	}
	if c.comment(c.line) {
		return
	}
	c.line = c.takeModes(c.line)
	kept, err := c.grouped(c.line)
	if !kept {
		err = c.execute()
	}
	c.answer(err)
	c.relieve()
}

// maxID is how long an identifier may be, in octets.
const maxID = 64

// takeID cuts the identifier off the front: "@7 announce …". No word of ExaBGP begins
// so. What it names is answered "done @7" or "error @7", even when answers are off.
func (c *Client) takeID() error {
	if len(c.line) == 0 || c.line[0] != '@' {
		return nil
	}
	end := bytes.IndexAny(c.line, " \t")
	if end < 0 {
		end = len(c.line)
	}
	id := c.line[:end]
	if len(id) < 2 || len(id) > 1+maxID || bytes.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return complain("an identifier is '@' with 1 to 64 visible ASCII characters")
	}
	c.id, c.line = id, bytes.TrimLeft(c.line[end:], " \t\r\v\f")
	return nil
}

// comment deals with lines that are no commands.
func (c *Client) comment(line []byte) bool {
	switch {
	case len(line) == 0:
		// ExaBGP: a blank line is a comment in main, a mistake before that.
		if c.dialect.Main() {
			c.answer(nil)
		} else {
			c.answer(&refusal{why: "the line is empty"})
		}
	case line[0] == '#':
		c.answer(nil)
	case bytes.HasPrefix(line, []byte("debug ")) && c.dialect != bgp.Dialect42:
		c.log.Warn("debug line of a helper", "text", string(line[len("debug "):]))
		c.silent = true
		c.answer(nil)
	case c.id == nil && isAnswer(line):
		// Deviation: whoever echoes what it reads would be answered without end.
		c.log.Warn("an answer comes back: the helper writes what it reads", "answer", string(line))
		c.silent = true
		c.answer(nil)
	default:
		return false
	}
	return true
}

// isAnswer reports whether a line is an answer rather than a command.
func isAnswer(line []byte) bool {
	return string(line) == "done" || string(line) == "error" || bytes.HasPrefix(line, []byte("error: "))
}

func (c *Client) execute() error {
	if !utf8.Valid(c.line) {
		return &refusal{why: "the line is not UTF-8"}
	}
	c.cur.ResetBytes(c.line)
	r, err := c.dispatch()
	if err != nil {
		return err
	}
	return r.run(c)
}

// takeModes cuts up to two of the words sync, async, json and text off the end.
func (c *Client) takeModes(line []byte) []byte {
	c.mode = mode{sync: c.sync}
	for range 2 {
		i := bytes.LastIndexAny(line, " \t")
		if i < 0 {
			return line
		}
		switch string(line[i+1:]) {
		case "sync":
			c.mode.sync = true
		case "async":
			c.mode.sync = false
		case "json":
			c.mode.json = true
		case "text":
			c.mode.text = true
		default:
			return line
		}
		line = bytes.TrimRight(line[:i], " \t")
	}
	return line
}

// answer answers the command at hand.
func (c *Client) answer(err error) {
	switch {
	case err != nil:
		c.refuse(err)
	case c.waits || c.silent && len(c.id) == 0 || !c.answered():
	default:
		c.end(done)
	}
}

// answered reports whether the command at hand is answered: one that has an
// identifier asks for it.
func (c *Client) answered() bool { return c.ack || len(c.id) > 0 }

// end ends an answer: with done, or failed.
func (c *Client) end(line string) {
	if len(c.id) == 0 {
		c.answers.Line(line) // a run of them costs nothing
		return
	}
	c.answers.Text(func(dst []byte) []byte { return c.appendEnd(dst, line) })
}

// appendEnd appends the line that ends the answer, with the identifier.
func (c *Client) appendEnd(dst []byte, line string) []byte {
	if len(c.id) == 0 {
		return append(dst, line...)
	}
	dst = append(append(dst, line[:len(line)-1]...), ' ')
	return append(append(dst, c.id...), '\n')
}

// refusal is a command that is not executed.
type refusal struct {
	said string // what ExaBGP main says about it before the answer; "" for nothing
	json bool   // said is a JSON object
	why  string // our own words, for the log and who asks for them; said when empty
	none bool   // the selector matches no neighbor
}

func (r *refusal) Error() string {
	if r.why == "" {
		return r.said
	}
	return r.why
}

// loggedCommand is how much of a refused command the log shows, and of the reason,
// which may name a word of it, in octets.
const loggedCommand = 1 << 10

func clip[T string | []byte](s T) string { return string(s[:min(len(s), loggedCommand)]) }

// refuse answers a command that is not executed. ExaBGP: main may say one line
// about it before "error", 5.0 and 4.2 never do.
func (c *Client) refuse(err error) {
	c.out.Refuse()
	if c.damper.Pass(c.log, "commands") {
		c.log.Warn("command refused", "reason", clip(err.Error()), "command", clip(c.line))
	}
	if !c.answered() {
		return
	}
	var r *refusal
	if !errors.As(err, &r) {
		r = &refusal{why: err.Error()}
	}
	switch {
	case c.explains():
		c.say("error: " + r.Error())
	case r.said == "" || !c.dialect.Main():
	case r.json:
		c.say(r.said)
	default:
		c.say("error: " + r.said)
	}
	c.end(failed)
}

// warn logs what is odd about a command that is executed. ExaBGP: it does so silently.
func (c *Client) warn(_ *lex.Cursor, what string) {
	if c.damper.Pass(c.log, "commands") {
		c.log.Warn("command executed with a warning", "warning", clip(what), "command", clip(c.line))
	}
}

// explains reports whether the reason of a refusal is always said: to people, and
// where the setting asks for it.
func (c *Client) explains() bool { return c.hub.settings.Explain || c.caller.Operator }

// say answers a line of text; its own newlines become blanks.
func (c *Client) say(line string) {
	c.answers.Text(func(dst []byte) []byte {
		for i := range len(line) {
			b := line[i]
			if b == '\n' || b == '\r' {
				b = ' '
			}
			dst = append(dst, b)
		}
		return append(dst, '\n')
	})
}

// text answers whole lines, of an answer that may be long: it goes out in pieces, as
// fast as the client takes it.
func (c *Client) text(more func(dst []byte) []byte) {
	c.answers.Text(more)
	c.relieve()
}

// relieve hands over what a batch has been answered so far when that is much, and
// waits until the client has taken enough of it. The batch ends there.
func (c *Client) relieve() {
	if c.answers.Size() > spill {
		c.Commit()
		c.out.AnswerRoom()
	}
}

// Hold reports whether the batch should wait a while for more: it is the first that
// a session will be sent.
func (c *Client) Hold() bool {
	return slices.ContainsFunc(c.touched, c.hub.daemon.FirstPending)
}

// Commit ends a batch: its answers leave, the peers are woken, and what would take
// the client or its session away happens last.
func (c *Client) Commit() {
	c.out.Answer(c.answers)
	if len(c.touched) > 0 {
		c.hub.daemon.Commit(&c.caller)
		clear(c.touched)
		c.touched = c.touched[:0]
	}
	for _, f := range c.later {
		f()
	}
	clear(c.later)
	c.later, c.peers = c.later[:0], nil
}

// maxTouched is how many different sets of peers a batch keeps apart.
const maxTouched = 8

// touch notes that something has been marked for a set of peers.
func (c *Client) touch(set *rib.PeerSet) {
	if slices.Contains(c.touched, set) {
		return
	}
	if len(c.touched) == maxTouched {
		c.touched = append(c.touched[:0], c.hub.all)
		return
	}
	c.touched = append(c.touched, set)
}

// afterwards puts off what must not happen before the answers of the batch have left.
func (c *Client) afterwards(f func()) { c.later = append(c.later, f) }
