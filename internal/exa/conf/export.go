package conf

import (
	"encoding/hex"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/rib"
)

// Export returns a configuration with the keys of ExaBGP's export; what stands there in
// objects of Python is a plain value here. Keys of signatures are left out.
func Export(cfg *config.Config) Object {
	neighbors, processes := Object{}, Object{}
	for _, n := range cfg.Neighbors {
		neighbor := ExportNeighbor(n)
		neighbor["routes"] = exportedRoutes(n.Routes)
		neighbors[n.Name()] = neighbor
	}
	for i := range cfg.Processes {
		processes[cfg.Processes[i].Name] = exportedProcess(&cfg.Processes[i])
	}
	return Object{"neighbors": neighbors, "processes": processes}
}

func exportedProcess(p *config.Process) Object {
	var version any
	if p.Dialect != nil {
		version = p.Dialect.String()
	}
	return Object{
		"run": p.Run, "encoder": encoderName(p), "respawn": p.Respawn, "version": version,
		"backlog": p.Backlog, "when_full": p.WhenFull.String(), "report_dropped": p.Report,
	}
}

// ExportNeighbor returns a neighbor as Export has it, but for its routes.
func ExportNeighbor(n *config.Neighbor) Object {
	s := &n.Session
	operational := []string{}
	for _, o := range n.Live.Operational {
		operational = append(operational, string(o.AppendWords(nil)))
	}
	nextHops := []string{}
	for _, h := range s.NextHops {
		nextHops = append(nextHops, h.Family.String()+" "+string(h.AFI.AppendText(nil)))
	}
	limits := Object{}
	for f, v := range s.PathsLimit {
		limits[f.String()] = v
	}
	return Object{
		"description": n.Live.Description, "manual_eor": n.Live.ManualEOR, "operational": operational,
		"host_name": s.HostName, "domain_name": s.DomainName, "hold_time": int(s.HoldTime.Seconds()), "rate_limit": s.RateLimit,
		"group_updates": s.GroupUpdates, "auto_flush": s.AutoFlush, "adj_rib_in": s.AdjRIBIn, "adj_rib_out": s.AdjRIBOut,
		"families": FamilyNames(s.Families), "addpaths": FamilyNames(s.AddPath), "paths_limit": limits, "nexthops": nextHops,
		"api": exportedAPI(n.API), "capability": exportedCapability(&s.Capability),
		"session": Object{
			"peer_address": s.Peer.String(), "local_address": known(s.Local.IsValid(), s.Local), "local_link_local": known(s.LocalLinkLocal.IsValid(), s.LocalLinkLocal),
			"local_as": s.LocalAS, "peer_as": s.PeerAS, "router_id": known(s.RouterID.IsValid(), s.RouterID), "passive": s.Passive,
			"listen": s.Listen, "connect": s.Connect, "incoming_ttl": s.IncomingTTL, "outgoing_ttl": s.OutgoingTTL,
			"source_interface": known(s.SourceInterface != "", s.SourceInterface),
			"md5":              s.MD5Password != "", "md5_ip": known(s.MD5IP.IsValid(), s.MD5IP),
			"tcp_ao": known(s.TCPAO != (config.TCPAO{}), Object{"keyid": s.TCPAO.KeyID, "algorithm": s.TCPAO.Algorithm}),
		},
	}
}

func exportedRoutes(routes *rib.Routes) []Object {
	out := []Object{}
	for r := range routes.All() {
		out = append(out, exportedRoute(&r))
	}
	return out
}

func exportedCapability(c *config.Capability) Object {
	addPath := 0 // ExaBGP: 1 to receive, 2 to send, 3 for both
	if c.AddPathReceive {
		addPath |= 1
	}
	if c.AddPathSend {
		addPath |= 2
	}
	return Object{
		"asn4": c.ASN4, "extended_message": c.ExtendedMessage, "route_refresh": c.RouteRefresh, "operational": c.Operational,
		"multi_session": c.MultiSession, "software_version": c.SoftwareVersion, "nexthop": c.NextHop, "aigp": c.AIGP,
		"link_local_nexthop": c.LinkLocalNextHop, "link_local_prefer": c.LinkLocalPrefer, "add_path": addPath,
		"graceful_restart": c.GracefulRestart, "role": known(c.Role != bgp.RoleNone, c.Role.String()), "role_strict": c.RoleStrict,
	}
}

// exportedAPI lists, by event, the processes that get it.
func exportedAPI(blocks []config.API) Object {
	out := Object{"processes": []string{}, "processes-match": []string{}}
	list := func(key string, is bool, names ...string) {
		had, _ := out[key].([]string)
		if out[key] = append([]string{}, had...); is {
			out[key] = append(had, names...)
		}
	}
	if len(blocks) == 0 {
		blocks = []config.API{{}}
	}
	for i := range blocks {
		b := &blocks[i]
		list("processes", true, b.Processes...)
		for _, re := range b.ProcessesMatch {
			list("processes-match", true, re.String())
		}
		list("neighbor-changes", b.NeighborChanges, b.Processes...)
		list("negotiated", b.Negotiated, b.Processes...)
		list("fsm", b.FSM, b.Processes...)
		list("signal", b.Signal, b.Processes...)
		for way, m := range map[string]*config.Messages{"receive-": &b.Receive, "send-": &b.Send} {
			for word, is := range map[string]bool{
				"parsed": m.Parsed, "packets": m.Packets, "consolidate": m.Consolidate, "open": m.Open, "update": m.Update,
				"notification": m.Notification, "keepalive": m.Keepalive, "refresh": m.Refresh, "operational": m.Operational,
			} {
				list(way+word, is, b.Processes...)
			}
		}
	}
	return out
}

func exportedRoute(r *rib.Route) Object {
	f := &bgp.Face{Dialect: bgp.Dialect6, Show: true}
	hop := any("self")
	if !r.NextHop.Self() {
		hop = known(r.NextHop.Addr().IsValid(), r.NextHop.Addr())
	}
	return Object{
		"family": r.Family.String(), "nlri": string(bgp.AppendNLRIText(nil, r.Family, r.NLRI[bgp.PathIDLen:], f)),
		"path_information": hex.EncodeToString(r.NLRI[:bgp.PathIDLen]), "next_hop": hop,
		"attributes": strings.TrimSpace(string(r.Attrs.AppendText(nil, f))),
		"watchdog":   r.Watchdog, "withdraw": r.Parked,
	}
}

// FamilyNames returns families as a family block has them.
func FamilyNames(families []bgp.Family) []string {
	names := make([]string, len(families))
	for i, f := range families {
		names[i] = f.String()
	}
	return names
}

// known is null for what is not there.
func known(is bool, v any) any {
	if !is {
		return nil
	}
	return v
}
