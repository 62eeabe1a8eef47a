package main

// shortcutTable is ExaBGP's: the first that fits is taken. Deviation: "r" is route behind
// announce, also for one neighbor.
var shortcutTable = [...]shortcut{
	{"a", "announce", verb},
	{"a", "attributes", behind("announce", "withdraw")},
	{"a", "adj-rib", behind("clear", "flush", "show")},
	{"a", "ack", behind("session")},
	{"c", "configuration", anywhere},
	{"d", "daemon", first},
	{"e", "eor", behind("announce")},
	{"e", "extensive", somewhereBehind("show")},
	{"f", "flow", behind("announce", "withdraw")},
	{"f", "flush", verb},
	{"h", "help", first},
	{"i", "in", behind("adj-rib")},
	{"n", "neighbor", func(b []string) bool { return first(b) || len(b) == 1 && b[0] == "show" }},
	{"o", "operational", behind("announce")},
	{"o", "out", behind("adj-rib")},
	{"r", "route", behind("announce", "withdraw")},
	{"rr", "route-refresh", behind("announce")},
	{"id", "router-id", somewhereBehind("neighbor")},
	{"s", "show", first},
	{"s", "summary", later},
	{"t", "teardown", verb},
	{"v", "vpls", behind("announce", "withdraw")},
	{"w", "withdraw", verb},
	{"w", "watchdog", behind("announce", "withdraw")},
	{"ses", "session", first},
	{"sy", "sync", behind("session")},
	{"neighbour", "neighbor", anywhere},
	{"neigbour", "neighbor", anywhere}, //nolint:misspell // that is what it is for
	{"neigbor", "neighbor", anywhere},
}
