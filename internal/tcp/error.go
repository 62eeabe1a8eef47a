package tcp

import "errors"

// errUnsupported is what a system without an option says.
var errUnsupported = errors.New("not supported on this system")
