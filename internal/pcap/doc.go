// Package pcap reads packet captures, pcap and pcapng, as far as TCP: files, link
// layers, IPv4 and IPv6, and the streams that segments carry. It knows no BGP.
//
//	io.Reader ── Reader.Next ──► Packet ── Segment ──► Segment ── Assembler.Add ──► []Chunk
//
// Packets, segments and chunks are views that are valid until the next call of what
// gave them. Memory is bounded whatever the capture holds: see the limits of the
// Assembler.
//
// It is our own, and small: a library for packets has decoders of a hundred
// protocols where four link layers and TCP are wanted, and assembles streams in
// memory without bound, or behind goroutines.
package pcap
