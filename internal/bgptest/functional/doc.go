// Package functional runs ExaBGP's functional suites against a program: its test
// data and expectations, but a judge, helper programs and a runner of our own.
//
//	encoding, api   PROGRAM -d -p CONF…                        a scripted peer
//	decoding        PROGRAM decode [-f FAMILY] --TYPE HEX      the JSON
//	parsing         PROGRAM configuration validate -nrv CONF   the exit status
//	cli             PROGRAM -d -p CONF, API version 6          the word of its helper
//	migrate         PROGRAM migrate conf|api -f V -t V …       what the result must and must not have
//	json            PROGRAM decode -c CONF, messages as lines  the JSON, as versions 4 and 6
//	api-encode      commands to octets, in this process        the octets
//	self-check      UPDATEs to commands to octets, likewise    the octets
//
// The data is read where it lies; a run works in a folder of its own that everybody
// may read, since a program started by root becomes another user.
package functional
