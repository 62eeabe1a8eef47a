package interop_test

// familyCases returns the routes of TestFamilies. FRR takes FlowSpec routes and hands them
// on; OpenBGPD 7.7 knows unicast and VPN routes, BIRD 2 neither EVPN nor FlowSpec of VPNs.
func familyCases() []familyCase {
	return []familyCase{
		{
			family:  "ipv4 unicast",
			command: `ipv4 unicast 198.51.100.0/24 next-hop 192.0.2.1 med 10 as-path [ 65010 65020 ] community [ 65000:1 no-export ] large-community [ 65000:1:2 4200000000:3:4 ] extended-community [ target:65000:1 origin:65000:2 ]`,
			update: `{
				"attribute": {"origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65010, 65020]}}, "med": 10, "local-preference": 100, "community": [[65000, 1], [65535, 65281]], "extended-community": [{"value": 842122827661313, "string": "target:65000:1"}, {"value": 1123597804371970, "string": "origin:65000:0.0.0.2"}], "large-community": [[65000, 1, 2], [4200000000, 3, 4]]},
				"announce": {"ipv4 unicast": {"192.0.2.1": [{"nlri": "198.51.100.0/24"}]}}
			}`,
			shown: map[string]string{
				"bird": `
					198.51.100.0/24 unicast [peer TIME from 127.0.0.1] * (100/?) [AS65020i]
					dev lo
					BGP.origin: IGP
					BGP.as_path: 65010 65020
					BGP.next_hop: 192.0.2.1
					BGP.med: 10
					BGP.local_pref: 100
					BGP.community: (65000,1) (65535,65281)
					BGP.ext_community: (rt, 65000, 1) (ro, 65000, 2)
					BGP.large_community: (65000, 1, 2) (4200000000, 3, 4)
				`,
				"frr": `
					"aspath":{"string":"65010 65020","segments":[{"type":"as-sequence","list":[65010,65020]}],"length":2},"rxedFromRrClient":true,"origin":"IGP","metric":10,"locPrf":100,"valid":true,"version":1,"bestpath":{"overall":true,"selectionReason":"First path received"},"community":{"string":"65000:1 no-export","list":["65000:1","noExport"]},"extendedCommunity":{"string":"RT:65000:1 SoO:65000:2"},"largeCommunity":{"string":"65000:1:2 4200000000:3:4","list":["65000:1:2","4200000000:3:4"]},"nexthops":[{"ip":"192.0.2.1","afi":"ipv4","metric":0,"accessible":true,"used":true}],"peer":{"peerId":"127.0.0.1","routerId":"127.0.0.1","type":"internal"}}
				`,
				"gobgp": `
					*> 198.51.100.0/24 192.0.2.1 65010 65020 TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Communities: 65000:1, no-export} {Extcomms: [65000:1], [65000:2]} {LargeCommunity: [ 65000:1:2, 4200000000:3:4]}]
				`,
				"openbgpd": `
					BGP routing table entry for 198.51.100.0/24
					65010 65020
					Nexthop 192.0.2.1 Neighbor 127.0.0.1 (127.0.0.1)
					Communities: 65000:1 NO_EXPORT
					Ext. Communities: rt 65000:1 soo 65000:2
					Large Communities: 65000:1:2 4200000000:3:4
				`,
			},
		},
		{
			family:  "ipv6 unicast",
			command: `ipv6 unicast 2001:db8:1::/48 next-hop 2001:db8::1 med 10 large-community 65000:1:2`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "large-community": [[65000, 1, 2]]},
				"announce": {"ipv6 unicast": {"2001:db8::1": [{"nlri": "2001:db8:1::/48"}]}}
			}`,
			shown: map[string]string{
				"bird": `
					2001:db8:1::/48 unicast [peer TIME from 127.0.0.1] * (100/?) [i]
					dev lo
					BGP.origin: IGP
					BGP.next_hop: 2001:db8::1
					BGP.med: 10
					BGP.local_pref: 100
					BGP.large_community: (65000, 1, 2)
				`,
				"frr": `
					"aspath":{"string":"Local","segments":[],"length":0},"rxedFromRrClient":true,"origin":"IGP","metric":10,"locPrf":100,"valid":true,"version":1,"bestpath":{"overall":true,"selectionReason":"First path received"},"largeCommunity":{"string":"65000:1:2","list":["65000:1:2"]},"nexthops":[{"ip":"2001:db8::1","afi":"ipv6","scope":"global","metric":0,"accessible":true,"used":true}],"peer":{"peerId":"127.0.0.1","routerId":"127.0.0.1","type":"internal"}}
				`,
				"gobgp": `
					*> 2001:db8:1::/48 2001:db8::1 TIME [{Origin: i} {Med: 10} {LocalPref: 100} {LargeCommunity: [ 65000:1:2]}]
				`,
				"openbgpd": `
					BGP routing table entry for 2001:db8:1::/48
					Nexthop 2001:db8::1 Neighbor 127.0.0.1 (127.0.0.1)
					Large Communities: 65000:1:2
				`,
			},
		},
		{
			family:  "ipv4 multicast",
			command: `ipv4 multicast 198.51.100.0/24 next-hop 192.0.2.1 med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100},
				"announce": {"ipv4 multicast": {"192.0.2.1": [{"nlri": "198.51.100.0/24"}]}}
			}`,
			shown: map[string]string{
				"bird": `
					198.51.100.0/24 unicast [peer TIME from 127.0.0.1] * (100/?) [i]
					dev lo
					BGP.origin: IGP
					BGP.next_hop: 192.0.2.1
					BGP.med: 10
					BGP.local_pref: 100
				`,
				"frr": `
					"aspath":{"string":"Local","segments":[],"length":0},"rxedFromRrClient":true,"origin":"IGP","metric":10,"locPrf":100,"valid":true,"version":1,"bestpath":{"overall":true,"selectionReason":"First path received"},"nexthops":[{"ip":"192.0.2.1","afi":"ipv4","metric":0,"accessible":true,"used":true}],"peer":{"peerId":"127.0.0.1","routerId":"127.0.0.1","type":"internal"}}
				`,
			},
		},
		{
			family:  "ipv4 nlri-mpls",
			command: `ipv4 nlri-mpls 198.51.100.0/24 label 100 next-hop 192.0.2.1 med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100},
				"announce": {"ipv4 nlri-mpls": {"192.0.2.1": [{"nlri": "198.51.100.0/24", "label": [[100]]}]}}
			}`,
			shown: map[string]string{
				"bird": `
					198.51.100.0/24 unicast [peer TIME from 127.0.0.1] * (100/?) [i]
					dev lo mpls 100
					BGP.origin: IGP
					BGP.next_hop: 192.0.2.1
					BGP.med: 10
					BGP.local_pref: 100
					BGP.mpls_label_stack: 100
				`,
				"frr": `
					"aspath":{"string":"Local","segments":[],"length":0},"origin":"IGP","metric":10,"locPrf":100,"valid":true,"version":1,"bestpath":{"overall":true,"selectionReason":"First path received"},"remoteLabel":100,"nexthops":[{"ip":"192.0.2.1","afi":"ipv4","metric":0,"accessible":true,"used":true}],"peer":{"peerId":"127.0.0.1","routerId":"127.0.0.1","type":"internal"}}
				`,
				"gobgp": `
					*> 198.51.100.0/24 [100] 192.0.2.1 TIME [{Origin: i} {Med: 10} {LocalPref: 100}]
				`,
			},
		},
		{
			family:  "ipv6 nlri-mpls",
			command: `ipv6 nlri-mpls 2001:db8:1::/48 label 100 next-hop 2001:db8::1 med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100},
				"announce": {"ipv6 nlri-mpls": {"2001:db8::1": [{"nlri": "2001:db8:1::/48", "label": [[100]]}]}}
			}`,
			shown: map[string]string{
				"bird": `
					2001:db8:1::/48 unicast [peer TIME from 127.0.0.1] * (100/?) [i]
					dev lo mpls 100
					BGP.origin: IGP
					BGP.next_hop: 2001:db8::1
					BGP.med: 10
					BGP.local_pref: 100
					BGP.mpls_label_stack: 100
				`,
				"frr": `
					"aspath":{"string":"Local","segments":[],"length":0},"origin":"IGP","metric":10,"locPrf":100,"valid":true,"version":1,"bestpath":{"overall":true,"selectionReason":"First path received"},"remoteLabel":100,"nexthops":[{"ip":"2001:db8::1","afi":"ipv6","scope":"global","metric":0,"accessible":true,"used":true}],"peer":{"peerId":"127.0.0.1","routerId":"127.0.0.1","type":"internal"}}
				`,
				"gobgp": `
					*> 2001:db8:1::/48 [100] 2001:db8::1 TIME [{Origin: i} {Med: 10} {LocalPref: 100}]
				`,
			},
		},
		{
			family:  "ipv4 mpls-vpn",
			command: `ipv4 mpls-vpn 198.51.100.0/24 rd 65000:1 label 100 next-hop 192.0.2.1 med 10 extended-community target:65000:1`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 842122827661313, "string": "target:65000:1"}]},
				"announce": {"ipv4 mpls-vpn": {"192.0.2.1": [{"nlri": "198.51.100.0/24", "label": [[100]], "rd": "65000:1"}]}}
			}`,
			shown: map[string]string{
				"bird": `
					65000:1 198.51.100.0/24 unicast [peer TIME from 127.0.0.1] * (100/?) [i]
					dev lo mpls 100
					BGP.origin: IGP
					BGP.next_hop: 192.0.2.1
					BGP.med: 10
					BGP.local_pref: 100
					BGP.ext_community: (rt, 65000, 1)
					BGP.mpls_label_stack: 100
				`,
				"frr": `
					Route Distinguisher: 65000:1
					*>i198.51.100.0/24 192.0.2.1 10 100 0 i
					UN=192.0.2.1 EC{65000:1} label=100 type=bgp, subtype=0
				`,
				"gobgp": `
					*> 65000:1:198.51.100.0/24 [100] 192.0.2.1 TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [65000:1]}]
				`,
				"openbgpd": `
					BGP routing table entry for rd 65000:1 198.51.100.0/24
					Nexthop 192.0.2.1 Neighbor 127.0.0.1 (127.0.0.1)
					Ext. Communities: rt 65000:1
				`,
			},
		},
		{
			family:  "ipv6 mpls-vpn",
			command: `ipv6 mpls-vpn 2001:db8:1::/48 rd 65000:1 label 100 next-hop 2001:db8::1 med 10 extended-community target:65000:1`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 842122827661313, "string": "target:65000:1"}]},
				"announce": {"ipv6 mpls-vpn": {"2001:db8::1": [{"nlri": "2001:db8:1::/48", "label": [[100]], "rd": "65000:1"}]}}
			}`,
			shown: map[string]string{
				"bird": `
					65000:1 2001:db8:1::/48 unicast [peer TIME from 127.0.0.1] * (100/?) [i]
					dev lo mpls 100
					BGP.origin: IGP
					BGP.next_hop: 2001:db8::1
					BGP.med: 10
					BGP.local_pref: 100
					BGP.ext_community: (rt, 65000, 1)
					BGP.mpls_label_stack: 100
				`,
				"frr": `
					Route Distinguisher: 65000:1
					*>i2001:db8:1::/48 2001:db8::1 10 100 0 i
					UN=2001:db8::1 EC{65000:1} label=100 type=bgp, subtype=0
				`,
				"gobgp": `
					*> 65000:1:2001:db8:1::/48 [100] 2001:db8::1 TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [65000:1]}]
				`,
				"openbgpd": `
					BGP routing table entry for rd 65000:1 2001:db8:1::/48
					Nexthop 2001:db8::1 Neighbor 127.0.0.1 (127.0.0.1)
					Ext. Communities: rt 65000:1
				`,
			},
		},
		{
			family:  "ipv4 flow",
			command: `ipv4 flow destination 198.51.100.0/24 source 203.0.113.0/24 protocol [ =tcp =udp ] destination-port [ =80 >8080&<8088 ] tcp-flags [ syn ] rate-limit 9600 med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 9225060887890886656, "string": "rate-limit:9600"}]},
				"announce": {"ipv4 flow": {"no-nexthop": [{"destination-ipv4": ["198.51.100.0/24"], "source-ipv4": ["203.0.113.0/24"], "protocol": ["=tcp", "=udp"], "destination-port": ["=80", ">8080&<8088"], "tcp-flags": ["syn"], "string": "flow destination-ipv4 198.51.100.0/24 source-ipv4 203.0.113.0/24 protocol [ =tcp =udp ] destination-port [ =80 >8080&<8088 ] tcp-flags syn"}]}}
			}`,
			shown: map[string]string{
				"bird": `
					flow4 { dst 198.51.100.0/24; src 203.0.113.0/24; proto 6,17; dport 80 || > 8080 && < 8088; tcp flags !0x0/0x2; } [peer TIME from 127.0.0.1] * (100) [i]
					BGP.origin: IGP
					BGP.med: 10
					BGP.local_pref: 100
					BGP.ext_community: (generic, 0x80060000, 0x46160000)
				`,
				"frr": `
					Destination Address 198.51.100.0/24
					Source Address 203.0.113.0/24
					IP Protocol = 6 , = 17
					Destination Port = 80 , > 8080 , < 8088
					TCP Flags ∋ 2
					FS:rate 9600.000000
				`,
				"gobgp": `
					*> [destination: 198.51.100.0/24][source: 203.0.113.0/24][protocol: ==tcp ==udp][destination-port: ==80 >8080&<8088][tcp-flags: S] fictitious TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [rate: 9600.000000]}]
				`,
			},
		},
		{
			family:  "ipv6 flow",
			command: `ipv6 flow destination 2001:db8:1::/48 next-header =tcp discard med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 9225060886715039744, "string": "rate-limit:0"}]},
				"announce": {"ipv6 flow": {"no-nexthop": [{"destination-ipv6": ["2001:db8:1::/48/0"], "next-header": ["=tcp"], "string": "flow destination-ipv6 2001:db8:1::/48/0 next-header =tcp"}]}}
			}`,
			shown: map[string]string{
				"bird": `
					flow6 { dst 2001:db8:1::/48; next header 6; } [peer TIME from 127.0.0.1] * (100) [i]
					BGP.origin: IGP
					BGP.med: 10
					BGP.local_pref: 100
					BGP.ext_community: (generic, 0x80060000, 0x0)
				`,
				"frr": `
					Destination Address 2001:db8:1::/48/off 0
					IP Protocol = 6
					FS:rate 0.000000
				`,
				"gobgp": `
					*> [destination: 2001:db8:1::/48/0][protocol: ==tcp] fictitious TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [discard]}]
				`,
			},
		},
		{
			family:  "ipv4 flow-vpn",
			command: `ipv4 flow-vpn rd 65000:1 destination 198.51.100.0/24 redirect 65000:12 med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 9225903009542701068, "string": "redirect:65000:12"}]},
				"announce": {"ipv4 flow-vpn": {"no-nexthop": [{"destination-ipv4": ["198.51.100.0/24"], "rd": "65000:1", "string": "flow destination-ipv4 198.51.100.0/24 rd 65000:1"}]}}
			}`,
			shown: map[string]string{
				"gobgp": `
					*> [rd: 65000:1][destination: 198.51.100.0/24] fictitious TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [redirect: 65000:12]}]
				`,
			},
		},
		{
			family:  "ipv6 flow-vpn",
			command: `ipv6 flow-vpn rd 65000:1 source 2001:db8:1::/48 redirect 65000:12 med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 9225903009542701068, "string": "redirect:65000:12"}]},
				"announce": {"ipv6 flow-vpn": {"no-nexthop": [{"source-ipv6": ["2001:db8:1::/48/0"], "rd": "65000:1", "string": "flow source-ipv6 2001:db8:1::/48/0 rd 65000:1"}]}}
			}`,
			shown: map[string]string{
				"gobgp": `
					*> [rd: 65000:1][source: 2001:db8:1::/48/0] fictitious TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [redirect: 65000:12]}]
				`,
			},
		},
		{
			family:  "l2vpn flow-vpn",
			command: `l2vpn flow-vpn rd 65000:1 ethernet-type [ =ipv4 =0x9000 ] source-mac 02:00:5e:00:53:01 vlan-id >=100&<=199 discard med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 9225060886715039744, "string": "rate-limit:0"}]},
				"announce": {"l2vpn flow-vpn": {"no-nexthop": [{"ethernet-type": ["=ipv4", "=36864"], "source-mac": ["02:00:5e:00:53:01"], "vlan-id": [">=100&<=199"], "rd": "65000:1", "string": "flow ethernet-type [ =ipv4 =36864 ] source-mac 02:00:5e:00:53:01 vlan-id [ >=100&<=199 ] rd 65000:1"}]}}
			}`,
			shown: map[string]string{
				"gobgp": `
					*> [rd: 65000:1][ether-type: ==ipv4 ==loopback][source-mac: 02:00:5e:00:53:01][vid: >=100&<=199] fictitious TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [discard]}]
				`,
			},
		},
		{
			family: "l2vpn evpn", name: "ethernet-ad",
			command: `l2vpn evpn ethernet-ad 03:11:22:33:44:55:66:77:88:99 rd 192.0.2.9:1 ethernet-tag max next-hop 192.0.2.9 med 10 extended-community target:65000:100`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 842122827661412, "string": "target:65000:100"}]},
				"announce": {"l2vpn evpn": {"192.0.2.9": [{"code": 1, "parsed": true, "raw": "01190001C0000209000103112233445566778899FFFFFFFF000000", "name": "Ethernet Auto-Discovery", "rd": "192.0.2.9:1", "esi": "03:11:22:33:44:55:66:77:88:99", "ethernet-tag": 4294967295, "label": [[0]]}]}}
			}`,
			shown: map[string]string{
				"frr": `
					Route [1]:[4294967295]:[03:11:22:33:44:55:66:77:88:99]:[32]:[0.0.0.0]:[0]
					192.0.2.9 from 127.0.0.1 (127.0.0.1)
					Origin IGP, metric 10, localpref 100, valid, internal, best (First path received)
					Extended Community: RT:65000:100
				`,
				"gobgp": `
					*> [type:A-D][rd:192.0.2.9:1][esi:ESI_MAC | system mac 11:22:33:44:55:66, local discriminator 7833753][etag:4294967295] [0] 192.0.2.9 TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [65000:100]}]
				`,
			},
		},
		{
			family: "l2vpn evpn", name: "mac-ip",
			command: `l2vpn evpn mac-ip 02:00:5e:00:53:01 ip 192.0.2.10 rd 192.0.2.9:100 vni 10100 next-hop 192.0.2.1 med 10 extended-community [ target:65000:100 0x030c000000000008 ]`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 842122827661412, "string": "target:65000:100"}, {"value": 219550481834311688, "string": "encap:VXLAN"}]},
				"announce": {"l2vpn evpn": {"192.0.2.1": [{"code": 2, "parsed": true, "raw": "02250001C0000209006400000000000000000000000000003002005E00530120C000020A002774", "name": "MAC/IP advertisement", "rd": "192.0.2.9:100", "esi": "-", "ethernet-tag": 0, "mac": "02:00:5E:00:53:01", "label": [[631, 10100]], "ip": "192.0.2.10"}]}}
			}`,
			shown: map[string]string{
				"frr": `
					Route [2]:[0]:[48]:[02:00:5e:00:53:01]:[32]:[192.0.2.10] VNI 10100
					192.0.2.1 from 127.0.0.1 (127.0.0.1)
					Origin IGP, metric 10, localpref 100, valid, internal, best (First path received)
					Extended Community: RT:65000:100 ET:8
				`,
				"gobgp": `
					*> [type:macadv][rd:192.0.2.9:100][etag:0][mac:02:00:5e:00:53:01][ip:192.0.2.10] [10100] 192.0.2.1 TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [65000:100], [VXLAN]} [ESI: single-homed]]
				`,
			},
		},
		{
			family: "l2vpn evpn", name: "multicast",
			command: `l2vpn evpn multicast 192.0.2.9 rd 192.0.2.9:100 next-hop 192.0.2.9 med 10 extended-community target:65000:100`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 842122827661412, "string": "target:65000:100"}]},
				"announce": {"l2vpn evpn": {"192.0.2.9": [{"code": 3, "parsed": true, "raw": "03110001C000020900640000000020C0000209", "name": "Inclusive Multicast Ethernet Tag", "rd": "192.0.2.9:100", "ethernet-tag": 0, "ip": "192.0.2.9"}]}}
			}`,
			shown: map[string]string{
				"frr": `
					Route [3]:[0]:[32]:[192.0.2.9]
					192.0.2.9 from 127.0.0.1 (127.0.0.1)
					Origin IGP, metric 10, localpref 100, valid, internal, best (First path received)
					Extended Community: RT:65000:100
				`,
				"gobgp": `
					*> [type:multicast][rd:192.0.2.9:100][etag:0][ip:192.0.2.9] 192.0.2.9 TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [65000:100]}]
				`,
			},
		},
		{
			family: "l2vpn evpn", name: "ethernet-segment",
			command: `l2vpn evpn ethernet-segment 03:11:22:33:44:55:66:77:88:99 ip 192.0.2.9 rd 192.0.2.9:1 next-hop 192.0.2.9 med 10 extended-community target:65000:100`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 842122827661412, "string": "target:65000:100"}]},
				"announce": {"l2vpn evpn": {"192.0.2.9": [{"code": 4, "parsed": true, "raw": "04170001C000020900010311223344556677889920C0000209", "name": "Ethernet Segment", "rd": "192.0.2.9:1", "esi": "03:11:22:33:44:55:66:77:88:99", "ip": "192.0.2.9"}]}}
			}`,
			shown: map[string]string{
				"frr": `
					Route [4]:[03:11:22:33:44:55:66:77:88:99]:[32]:[192.0.2.9]
					192.0.2.9 from 127.0.0.1 (127.0.0.1)
					Origin IGP, metric 10, localpref 100, valid, internal, best (First path received)
					Extended Community: RT:65000:100
				`,
				"gobgp": `
					*> [type:esi][rd:192.0.2.9:1][esi:ESI_MAC | system mac 11:22:33:44:55:66, local discriminator 7833753][ip:192.0.2.9] 192.0.2.9 TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [65000:100]}]
				`,
			},
		},
		{
			family: "l2vpn evpn", name: "prefix",
			command: `l2vpn evpn prefix 203.0.113.0/24 rd 192.0.2.9:200 vni 10200 next-hop 192.0.2.1 med 10 extended-community target:65000:100`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 842122827661412, "string": "target:65000:100"}]},
				"announce": {"l2vpn evpn": {"192.0.2.1": [{"code": 5, "parsed": true, "raw": "05220001C000020900C8000000000000000000000000000018CB007100000000000027D8", "name": "IP Prefix Advertisement", "rd": "192.0.2.9:200", "esi": "-", "ethernet-tag": 0, "label": [[637, 10200]], "ip": "203.0.113.0", "iplen": 24, "gateway": "0.0.0.0"}]}}
			}`,
			shown: map[string]string{
				"frr": `
					Route [5]:[0]:[24]:[203.0.113.0] VNI 10200
					192.0.2.1 from 127.0.0.1 (127.0.0.1)
					Origin IGP, metric 10, localpref 100, valid, internal, best (First path received)
					Extended Community: RT:65000:100
				`,
				"gobgp": `
					*> [type:Prefix][rd:192.0.2.9:200][etag:0][prefix:203.0.113.0/24] [10200] 192.0.2.1 TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [65000:100]} [ESI: single-homed] [GW: 0.0.0.0]]
				`,
			},
		},
		{
			// GoBGP's client does not know the family.
			family:  "l2vpn vpls",
			command: `vpls rd 192.0.2.9:125 endpoint 7 base 10718 offset 1 size 8 next-hop 192.0.2.9 med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100},
				"announce": {"l2vpn vpls": {"192.0.2.9": [{"rd": "192.0.2.9:125", "endpoint": 7, "base": 10718, "offset": 1, "size": 8}]}}
			}`,
			shown: map[string]string{
				"gobgp": ``,
			},
		},
		{
			// The reflector is the next hop and the originator (RFC 4684 §3.2).
			family:  "ipv4 rtc",
			command: `ipv4 rtc origin-as 65000 route-target target:65000:100 next-hop 192.0.2.1 med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "originator-id": "127.0.0.2"},
				"announce": {"ipv4 rtc": {"127.0.0.2": [{"origin": 65000, "route-target": "target:65000:100"}]}}
			}`,
			shown: map[string]string{
				"gobgp": `
					*> 65000:65000:100 192.0.2.1 TIME [{Origin: i} {Med: 10} {LocalPref: 100}]
				`,
			},
		},
		{
			// GoBGP's client ends with a nil pointer when it is to show link-state routes.
			family: "bgp-ls bgp-ls", name: "node",
			command: `bgp-ls bgp-ls node protocol isis-l2 identifier 0 local [ autonomous-system 64512 router-id 0000c0000209 ] next-hop 192.0.2.1 med 10 bgp-ls [ node-name r9 local-router-ids 192.0.2.9 ]`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "bgp-ls": {"node-name": "r9", "local-te-router-ids": ["192.0.2.9"]}},
				"announce": {"bgp-ls bgp-ls": {"192.0.2.1": [{"ls-nlri-type": "bgpls-node", "l3-routing-topology": 0, "protocol-id": 2, "node-descriptors": [{"autonomous-system": 64512}, {"router-id": "0000c0000209"}], "nexthop": "192.0.2.1"}]}}
			}`,
			shown: map[string]string{
				"gobgp": ``,
			},
		},
		{
			family: "bgp-ls bgp-ls", name: "link",
			command: `bgp-ls bgp-ls link protocol ospfv2 identifier 5 local [ autonomous-system 64512 ospf-area-id 0.0.0.0 router-id 192.0.2.1 ] remote [ autonomous-system 64512 ospf-area-id 0.0.0.0 router-id 192.0.2.2 ] interface-address 198.51.100.1 neighbor-address 198.51.100.2 next-hop 192.0.2.1 med 10 bgp-ls [ te-metric 20 igp-metric 10 maximum-link-bandwidth 1.25e9 ]`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "bgp-ls": {"te-metric": 20, "igp-metric": 10, "maximum-link-bandwidth": 1250000000.0}},
				"announce": {"bgp-ls bgp-ls": {"192.0.2.1": [{"ls-nlri-type": "bgpls-link", "l3-routing-topology": 5, "protocol-id": 3, "local-node-descriptors": [{"autonomous-system": 64512}, {"ospf-area-id": "0.0.0.0"}, {"router-id": "192.0.2.1"}], "remote-node-descriptors": [{"autonomous-system": 64512}, {"ospf-area-id": "0.0.0.0"}, {"router-id": "192.0.2.2"}], "interface-addresses": ["198.51.100.1"], "neighbor-addresses": ["198.51.100.2"], "multi-topology-ids": [], "link-identifiers": []}]}}
			}`,
			shown: map[string]string{
				"gobgp": ``,
			},
		},
		{
			// GoBGP drops TLVs of the attribute that it does not know, as the prefix metric.
			family: "bgp-ls bgp-ls", name: "prefix",
			command: `bgp-ls bgp-ls prefix 203.0.113.0/24 protocol isis-l1 local [ autonomous-system 64512 router-id 0000c0000209 ] next-hop 192.0.2.1 med 10 bgp-ls [ prefix-metric 100 ]`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "bgp-ls": {}},
				"announce": {"bgp-ls bgp-ls": {"192.0.2.1": [{"ls-nlri-type": "bgpls-prefix-v4", "l3-routing-topology": 0, "protocol-id": 1, "node-descriptors": [{"autonomous-system": 64512}, {"router-id": "0000c0000209"}], "ip-reachability-tlv": "203.0.113.0", "ip-reach-prefix": "203.0.113.0/24", "nexthop": "192.0.2.1"}]}}
			}`,
			shown: map[string]string{
				"gobgp": ``,
			},
		},
		{
			family: "ipv4 mup", name: "isd",
			command: `ipv4 mup mup-isd 198.51.100.0/24 rd 100:100 next-hop 192.0.2.1 med 10 extended-community target:10:10 bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: 0x48 [64,24,16,0,0,0] )`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 562992903094282, "string": "target:10:10"}], "bgp-prefix-sid": {"l3-service": [{"sid": "2001:db8:1:1::", "flags": 0, "endpoint_behavior": 72, "structure": {"locator-block-length": 64, "locator-node-length": 24, "function-length": 16, "argument-length": 0, "transposition-length": 0, "transposition-offset": 0}}]}},
				"announce": {"ipv4 mup": {"192.0.2.1": [{"name": "InterworkSegmentDiscoveryRoute", "arch": 1, "code": 1, "prefix_ip_len": 24, "prefix_ip": "198.51.100.0", "rd": "100:100", "raw": "0100010C000000640000006418C63364"}]}}
			}`,
			shown: map[string]string{
				"gobgp": `
					*> [type:isd][rd:100:100][prefix:198.51.100.0/24] 192.0.2.1 TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [10:10]} {Prefix SID attributes: {SRv6 L3 Service Attribute: {SRv6 Information Sub TLV: SID: 2001:db8:1:1:: Flag: 0 Endpoint Behavior: 72 {SRv6 Structure Sub Sub TLV: [ Locator Block Length: 64, Locator Node Length: 24, Function Length: 16, Argument Length: 0, Transposition Length: 0, Transposition Offset: 0] } } } }]
				`,
			},
		},
		{
			family: "ipv4 mup", name: "dsd",
			command: `ipv4 mup mup-dsd 192.0.2.1 rd 100:100 next-hop 192.0.2.1 med 10 extended-community [ target:10:10 mup:10:10 ]`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "extended-community": [{"value": 562992903094282, "string": "target:10:10"}, {"value": 864691171404808202, "string": "mup:10:10"}]},
				"announce": {"ipv4 mup": {"192.0.2.1": [{"name": "DirectSegmentDiscoveryRoute", "arch": 1, "code": 2, "ip": "192.0.2.1", "rd": "100:100", "raw": "0100020C0000006400000064C0000201"}]}}
			}`,
			shown: map[string]string{
				"gobgp": `
					*> [type:dsd][rd:100:100][prefix:192.0.2.1] 192.0.2.1 TIME [{Origin: i} {Med: 10} {LocalPref: 100} {Extcomms: [10:10], [10:10]}]
				`,
			},
		},
		{
			// Not with a source: GoBGP 3.10 drops that and keeps the length of the NLRI, which is then
			// longer than what is left; Herald ends the session (RFC 7606 §5.3).
			family: "ipv4 mup", name: "t1st",
			command: `ipv4 mup mup-t1st 198.51.100.2/32 rd 100:100 teid 12345 qfi 9 endpoint 192.0.2.1 next-hop 192.0.2.9 med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100},
				"announce": {"ipv4 mup": {"192.0.2.9": [{"name": "Type1SessionTransformedRoute", "arch": 1, "code": 3, "prefix_ip_len": 32, "prefix_ip": "198.51.100.2", "teid": "12345", "qfi": "9", "rd": "100:100", "endpoint_ip_len": 32, "endpoint_ip": "192.0.2.1", "source_ip_len": 0, "source_ip": "b''", "raw": "01000317000000640000006420C6336402000030390920C0000201"}]}}
			}`,
			shown: map[string]string{
				"gobgp": `
					*> [type:t1st][rd:100:100][prefix:198.51.100.2/32] 12345 9 192.0.2.1 192.0.2.9 TIME [{Origin: i} {Med: 10} {LocalPref: 100}]
				`,
			},
		},
		{
			family: "ipv4 mup", name: "t2st",
			command: `ipv4 mup mup-t2st 192.0.2.1 rd 100:100 teid 12345/32 next-hop 192.0.2.9 med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100},
				"announce": {"ipv4 mup": {"192.0.2.9": [{"name": "Type2SessionTransformedRoute", "arch": 1, "code": 4, "endpoint_len": 64, "endpoint_ip": "192.0.2.1", "rd": "100:100", "teid": "12345", "raw": "01000411000000640000006440C000020100003039"}]}}
			}`,
			shown: map[string]string{
				"gobgp": `
					*> [type:t2st][rd:100:100][endpoint:192.0.2.1][teid:12345] 192.0.2.9 TIME [{Origin: i} {Med: 10} {LocalPref: 100}]
				`,
			},
		},
		{
			// GoBGP's client does not know the family.
			family:  "ipv4 sr-policy",
			command: `ipv4 sr-policy distinguisher 0 color 100 endpoint 192.0.2.1 next-hop 192.0.2.9 preference 100 binding-sid mpls 24000 segment-list weight 10 segment type-a mpls 16001 segment type-a mpls 16002 community no-advertise med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "community": [[65535, 65282]], "tunnel-encap": {"sr-policy": {"preference": 100, "binding-sid": {"type": "mpls", "label": 24000}, "segment-lists": [{"weight": 10, "segments": [{"type": "A", "label": 16001, "tc": 0, "s": false, "ttl": 0}, {"type": "A", "label": 16002, "tc": 0, "s": true, "ttl": 0}]}]}}},
				"announce": {"ipv4 sr-policy": {"192.0.2.9": [{"distinguisher": 0, "color": 100, "endpoint": "192.0.2.1"}]}}
			}`,
			shown: map[string]string{
				"gobgp": ``,
			},
		},
		{
			family:  "ipv6 sr-policy",
			command: `ipv6 sr-policy distinguisher 0 color 100 endpoint 2001:db8::1 next-hop 2001:db8::9 preference 7 med 10`,
			update: `{
				"attribute": {"origin": "igp", "med": 10, "local-preference": 100, "tunnel-encap": {"sr-policy": {"preference": 7}}},
				"announce": {"ipv6 sr-policy": {"2001:db8::9": [{"distinguisher": 0, "color": 100, "endpoint": "2001:db8::1"}]}}
			}`,
			shown: map[string]string{
				"gobgp": ``,
			},
		},
	}
}
