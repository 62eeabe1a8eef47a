package bgp

// operationalTable has the types by number.
var operationalTable = [...]operationalRow{
	OperationalADM:  {"ADM", operationalAdvisory},
	OperationalASM:  {"ASM", operationalAdvisory},
	OperationalRPCQ: {"RPCQ", operationalQuery},
	OperationalRPCP: {"RPCP", operationalCounter},
	OperationalAPCQ: {"APCQ", operationalQuery},
	OperationalAPCP: {"APCP", operationalCounter},
	OperationalLPCQ: {"LPCQ", operationalQuery},
	OperationalLPCP: {"LPCP", operationalCounter},
}

// operationalLen is the shortest value of each layout.
var operationalLen = [...]int{
	operationalRaw:      0,
	operationalAdvisory: 3,
	operationalQuery:    11,
	operationalCounter:  15,
}
