// Package captures writes MRT files and packet captures for tests. It shares no code
// with what reads them.
package captures
