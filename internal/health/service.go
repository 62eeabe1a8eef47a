package health

import (
	"net/netip"
	"strconv"
)

// Service is what is announced for a service. All texts go into commands as they
// are: they must not hold control characters.
type Service struct {
	Selector        string         // before each command: "peer *"; "" for none
	Prefixes        []netip.Prefix // in the order of their metrics
	NextHop         string         // an address, or "self"
	Increase        int            // of the metric, from one prefix to the next
	LocalPreference int            // negative for none
	ExtCommunity    string         // "" for none, as are the next
	LargeCommunity  string
	PathID          int // 0 for none

	Up, Down, Disabled Look
}

// Look is how the routes look in a state.
type Look struct {
	Withdrawn bool // they are not there
	Metric    int  // MED of the first
	Community string
	ASPath    string
}

// Commands returns the commands that bring a state about, one for each prefix.
func (s *Service) Commands(st State) []string {
	look := Look{Withdrawn: true}
	switch st {
	case Up:
		look = s.Up
	case Down:
		look = s.Down
	case Disabled:
		look = s.Disabled
	default: // Exit
	}
	out := make([]string, len(s.Prefixes))
	for i, p := range s.Prefixes {
		out[i] = string(s.appendCommand(nil, p, &look))
		look.Metric += s.Increase
	}
	return out
}

func (s *Service) appendCommand(b []byte, p netip.Prefix, look *Look) []byte {
	if s.Selector != "" {
		b = append(append(b, s.Selector...), ' ')
	}
	if look.Withdrawn {
		b = append(b, "withdraw"...)
	} else {
		b = append(b, "announce"...)
	}
	b = p.AppendTo(append(b, " route "...))
	b = append(append(b, " next-hop "...), s.NextHop...)
	if !look.Withdrawn {
		b = s.appendAttributes(b, look)
	}
	if s.PathID != 0 {
		b = strconv.AppendInt(append(b, " path-information "...), int64(s.PathID), 10)
	}
	return b
}

func (s *Service) appendAttributes(b []byte, look *Look) []byte {
	b = strconv.AppendInt(append(b, " med "...), int64(look.Metric), 10)
	if s.LocalPreference >= 0 {
		b = strconv.AppendInt(append(b, " local-preference "...), int64(s.LocalPreference), 10)
	}
	for _, list := range []struct{ word, values string }{
		{"community", look.Community},
		{"extended-community", s.ExtCommunity},
		{"large-community", s.LargeCommunity},
		{"as-path", look.ASPath},
	} {
		if list.values != "" {
			b = append(append(append(b, ' '), list.word...), " [ "...)
			b = append(append(b, list.values...), " ]"...)
		}
	}
	return b
}
