package rib

import "testing"

func TestPeerSetRelations(t *testing.T) {
	none, all := &PeerSet{}, AllPeers()
	tests := []struct {
		s, t          *PeerSet
		within, meets bool
	}{
		{none, none, true, false},
		{none, Peers(1), true, false},
		{Peers(1), none, false, false},
		{Peers(1, 70), Peers(1, 2, 70), true, true},
		{Peers(1, 70), Peers(1, 2), false, true},
		{Peers(64), Peers(0), false, false},
		{Peers(300), all, true, true},
		{all, Peers(300), false, true},
		{all, all, true, true},
		{all, none, false, false},
	}
	for i, tt := range tests {
		if got := tt.s.Within(tt.t); got != tt.within {
			t.Errorf("%d: Within %v", i, got)
		}
		if got := tt.s.Meets(tt.t); got != tt.meets {
			t.Errorf("%d: Meets %v", i, got)
		}
	}
}
