package api

// The commands about the caller's own connection.

func ackEnable(c *Client) error {
	c.ack = true
	return nil
}

// ackDisable is itself answered, for the last time. ExaBGP: also when answers are off.
func ackDisable(c *Client) error {
	if len(c.id) == 0 {
		c.end(done)
	}
	c.ack = false
	return nil
}

func ackSilence(c *Client) error {
	c.ack, c.silent = false, true
	return nil
}

func syncEnable(c *Client) error {
	c.sync = true
	return nil
}

func syncDisable(c *Client) error {
	c.sync = false
	return nil
}

// reset drops the commands of the caller that are queued: here, none ever is.
// Deviation: 5.0 and 4.2 do not answer.
func reset(c *Client) error {
	c.group = nil
	if c.dialect.Main() {
		c.status("asynchronous queue cleared")
	}
	return nil
}

// status answers what a command has brought about.
func (c *Client) status(text string) { c.tell(`{"status": "`+text+`"}`, text) }

// ping tells that the daemon lives, and which one it is. ExaBGP: in JSON, unless the
// command ends with "text".
func ping(c *Client) error {
	if c.mode.text {
		c.say("pong " + c.hub.settings.UUID + " active=true")
		return nil
	}
	c.say(`{"pong": "` + c.hub.settings.UUID + `", "active": true}`)
	return nil
}

// bye is an operator's farewell.
func bye(*Client) error { return nil }
