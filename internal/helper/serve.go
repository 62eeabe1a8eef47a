package helper

import (
	"io"
	"sync"
	"time"
)

// Serve speaks with a client over a connection, such as a CLI socket, until it
// hangs up, breaks the rules, or the connection is closed. What it has been
// answered by then is still delivered. Serve closes the connection.
func Serve(conn io.ReadWriteCloser, o *Outbuf, attach func(*Outbuf) Lines, fig Figures) error {
	l := o.open()
	var wg sync.WaitGroup
	wg.Go(func() {
		if write(newSink(conn), o, l) != nil {
			o.close(l)
		}
		conn.Close()
	})
	err := newReader(newSource(conn), o, attach(o), fig).run()
	o.leave(l)
	impatience := time.AfterFunc(fig.Grace, func() { conn.Close() })
	wg.Wait()
	impatience.Stop()
	o.close(l)
	return err
}
