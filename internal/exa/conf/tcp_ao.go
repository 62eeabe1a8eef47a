package conf

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/lex"
)

// tcpAO is a tcp-ao block as it was read: inherited ones are merged into it.
type tcpAO struct {
	at        pos
	said      bool // something was given a value
	keyID     *uint8
	algorithm string
	password  string
	base64    bool
}

// maxSecret is how many octets the key of a signature may have.
const maxSecret = 80

// tcpAO reads a tcp-ao block.
func (p *parser) tcpAO() {
	p.n.tcpAO.at = p.here()
	p.section("tcp-ao", tcpAOTable[:])
}

// keyID takes the number of a key.
func (p *parser) keyID() {
	v, ok := lex.ParseUint(p.c.Word(), 255)
	if !ok {
		p.c.Fail("a key id from 0 to 255")
		return
	}
	id := uint8(v)
	p.n.tcpAO.keyID, p.n.tcpAO.said = &id, true
}

func (p *parser) algorithm() {
	w := strings.ToLower(p.c.Word())
	if !slices.Contains(tcpAOAlgorithms[:], w) {
		p.c.FailWord(tcpAOAlgorithms[:])
		return
	}
	p.n.tcpAO.algorithm, p.n.tcpAO.said = w, true
}

func (p *parser) tcpAOPassword() {
	w := p.c.Word()
	if w == "" {
		p.c.Fail("a password")
		return
	}
	p.n.tcpAO.password, p.n.tcpAO.said = strings.Clone(w), true
}

// acceptTCPAO gives the neighbor its key, once all of it is known. An empty block
// asks for none.
func (p *parser) acceptTCPAO(n *draft) {
	a := &n.tcpAO
	if !a.said {
		return
	}
	var missing []string
	if a.keyID == nil {
		missing = append(missing, "keyid")
	}
	if a.algorithm == "" {
		missing = append(missing, "algorithm")
	}
	if a.password == "" {
		missing = append(missing, "password")
	}
	if missing != nil {
		p.failAt(a.at, "incomplete tcp-ao, missing %s", strings.Join(missing, ", "))
		return
	}
	secret := a.password
	if a.base64 {
		b, err := base64.StdEncoding.Strict().DecodeString(secret)
		if err != nil || len(b) == 0 {
			p.failAt(a.at, "the password of tcp-ao is not base64, as base64 says")
			return
		}
		secret = string(b)
	}
	if len(secret) > maxSecret {
		p.failAt(a.at, "the password of tcp-ao has %d octets, expected at most %d", len(secret), maxSecret)
		return
	}
	n.Session.TCPAO = config.TCPAO{KeyID: *a.keyID, Algorithm: a.algorithm, Secret: secret}
}
