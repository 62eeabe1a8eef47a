package main

import (
	"encoding/hex"
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/herald-bgp/herald/internal/bgp"
	"github.com/herald-bgp/herald/internal/config"
	"github.com/herald-bgp/herald/internal/exa/conf"
	"github.com/herald-bgp/herald/internal/rib"
)

// newExport is `herald configuration export`.
func newExport(a *app) *cobra.Command {
	output, indent := "", 2
	cmd := &cobra.Command{
		Use:   "export [-o FILE] [-i INDENT] FILE",
		Short: "Print what a configuration says as JSON",
		Long: `Print the neighbors and processes of a configuration as JSON: templates are resolved,
and what is not said has its default. Keys are left out.`,
		Example: "  herald configuration export router.conf",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{cmd.UseLine(), errors.New("expected one FILE")}
			}
			return a.export(args[0], output, indent)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write it to this `file`")
	cmd.Flags().IntVarP(&indent, "indent", "i", 2, "blanks of an `indent`, 0 for one line")
	accepted(cmd, "pdb p")
	return cmd
}

func (a *app) export(name, output string, indent int) error {
	s, err := a.loadSettings()
	if err != nil {
		return err
	}
	log, closer, err := newLog(s, a.stderr, os.Getpid())
	if err != nil {
		return err
	}
	defer closer.Close()
	cfg, err := a.validateFile(s, log.With(sourceKey, "configuration"), &validateFlags{}, name)
	if err != nil {
		return err
	}
	doc := exported(cfg)
	if output == "" {
		return printJSON(a.stdout, doc, max(indent, 0))
	}
	f, err := os.Create(output)
	if err != nil {
		return err
	}
	return errors.Join(printJSON(f, doc, max(indent, 0)), f.Close())
}

// exported gives a configuration the keys of ExaBGP's export; what stands there in
// objects of Python is a plain value here.
func exported(cfg *config.Config) conf.Object {
	neighbors, processes := conf.Object{}, conf.Object{}
	for _, n := range cfg.Neighbors {
		neighbors[n.Name()] = exportedNeighbor(n)
	}
	for i := range cfg.Processes {
		p := &cfg.Processes[i]
		encoder := "text"
		if p.JSON {
			encoder = "json"
		}
		processes[p.Name] = conf.Object{"run": p.Run, "encoder": encoder, "respawn": p.Respawn, "backlog": p.Backlog, "when_full": p.WhenFull.String(), "report_dropped": p.Report}
	}
	return conf.Object{"neighbors": neighbors, "processes": processes}
}

func exportedNeighbor(n *config.Neighbor) conf.Object {
	s := &n.Session
	routes := []conf.Object{}
	for r := range n.Routes.All() {
		routes = append(routes, exportedRoute(&r))
	}
	operational := []string{}
	for _, o := range n.Live.Operational {
		operational = append(operational, string(o.AppendWords(nil)))
	}
	nextHops := []string{}
	for _, h := range s.NextHops {
		nextHops = append(nextHops, h.Family.String()+" "+string(h.AFI.AppendText(nil)))
	}
	limits := conf.Object{}
	for f, v := range s.PathsLimit {
		limits[f.String()] = v
	}
	out := conf.Object{
		"description": n.Live.Description, "manual_eor": n.Live.ManualEOR, "operational": operational,
		"host_name": s.HostName, "domain_name": s.DomainName, "hold_time": int(s.HoldTime.Seconds()), "rate_limit": s.RateLimit,
		"group_updates": s.GroupUpdates, "auto_flush": s.AutoFlush, "adj_rib_in": s.AdjRIBIn, "adj_rib_out": s.AdjRIBOut,
		"families": familyNames(s.Families), "addpaths": familyNames(s.AddPath), "paths_limit": limits, "nexthops": nextHops,
		"api": exportedAPI(n.API), "routes": routes,
		"session": conf.Object{
			"peer_address": s.Peer.String(), "local_address": known(s.Local.IsValid(), s.Local), "local_link_local": known(s.LocalLinkLocal.IsValid(), s.LocalLinkLocal),
			"local_as": s.LocalAS, "peer_as": s.PeerAS, "router_id": known(s.RouterID.IsValid(), s.RouterID), "passive": s.Passive,
			"listen": s.Listen, "connect": s.Connect, "incoming_ttl": s.IncomingTTL, "outgoing_ttl": s.OutgoingTTL,
			"source_interface": known(s.SourceInterface != "", s.SourceInterface),
			"md5":              s.MD5Password != "", "md5_ip": known(s.MD5IP.IsValid(), s.MD5IP),
			"tcp_ao": known(s.TCPAO != (config.TCPAO{}), conf.Object{"keyid": s.TCPAO.KeyID, "algorithm": s.TCPAO.Algorithm}),
		},
	}
	out["capability"] = exportedCapability(&s.Capability)
	return out
}

func exportedCapability(c *config.Capability) conf.Object {
	addPath := 0 // ExaBGP: 1 to receive, 2 to send, 3 for both
	if c.AddPathReceive {
		addPath |= 1
	}
	if c.AddPathSend {
		addPath |= 2
	}
	return conf.Object{
		"asn4": c.ASN4, "extended_message": c.ExtendedMessage, "route_refresh": c.RouteRefresh, "operational": c.Operational,
		"multi_session": c.MultiSession, "software_version": c.SoftwareVersion, "nexthop": c.NextHop, "aigp": c.AIGP,
		"link_local_nexthop": c.LinkLocalNextHop, "link_local_prefer": c.LinkLocalPrefer, "add_path": addPath,
		"graceful_restart": c.GracefulRestart, "role": known(c.Role != bgp.RoleNone, c.Role.String()), "role_strict": c.RoleStrict,
	}
}

// exportedAPI lists, by event, the processes that get it.
func exportedAPI(blocks []config.API) conf.Object {
	out := conf.Object{"processes": []string{}, "processes-match": []string{}}
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

func exportedRoute(r *rib.Route) conf.Object {
	f := &bgp.Face{Dialect: bgp.Dialect6, Show: true}
	hop := any("self")
	if !r.NextHop.Self() {
		hop = known(r.NextHop.Addr().IsValid(), r.NextHop.Addr())
	}
	return conf.Object{
		"family": r.Family.String(), "nlri": string(bgp.AppendNLRIText(nil, r.Family, r.NLRI[bgp.PathIDLen:], f)),
		"path_information": hex.EncodeToString(r.NLRI[:bgp.PathIDLen]), "next_hop": hop,
		"attributes": strings.TrimSpace(string(r.Attrs.AppendText(nil, f))),
		"watchdog":   r.Watchdog, "withdraw": r.Parked,
	}
}

func familyNames(families []bgp.Family) []string {
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
