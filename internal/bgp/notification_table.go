package bgp

// codeNames are the names of the error codes, by number.
var codeNames = [...]string{
	CodeHeader:        "Message header error",
	CodeOpen:          "OPEN message error",
	CodeUpdate:        "UPDATE message error",
	CodeHoldTimer:     "Hold timer expired",
	CodeFSM:           "State machine error",
	CodeCease:         "Cease",
	CodeRefresh:       "ROUTE-REFRESH message error",
	CodeSendHoldTimer: "Send hold timer expired",
}

type subcodeRow struct {
	code, subcode uint8
	name          string
}

// subcodeTable has the registered error subcodes, in ExaBGP's words where it has any.
var subcodeTable = [...]subcodeRow{
	{CodeHeader, 0, "Unspecific"},
	{CodeHeader, headerSync, "Connection Not Synchronized"},
	{CodeHeader, headerLength, "Bad Message Length"},
	{CodeHeader, headerType, "Bad Message Type"},

	{CodeOpen, 0, "Unspecific"},
	{CodeOpen, openVersion, "Unsupported Version Number"},
	{CodeOpen, openPeerAS, "Bad Peer AS"},
	{CodeOpen, openID, "Bad BGP Identifier"},
	{CodeOpen, openParameter, "Unsupported Optional Parameter"},
	{CodeOpen, 5, "Authentication Notification (Deprecated)"},
	{CodeOpen, openHoldTime, "Unacceptable Hold Time"},
	{CodeOpen, 7, "Unsupported Capability"}, // RFC 5492
	{CodeOpen, openGrouping, "Grouping Conflict"},
	{CodeOpen, openNoGroup, "Grouping Required"},
	{CodeOpen, 10, "Capability Value Mismatch"},
	{CodeOpen, openRole, "Role Mismatch"}, // RFC 9234

	{CodeUpdate, 0, "Unspecific"},
	{CodeUpdate, 1, "Malformed Attribute List"},
	{CodeUpdate, 2, "Unrecognized Well-known Attribute"},
	{CodeUpdate, 3, "Missing Well-known Attribute"},
	{CodeUpdate, 4, "Attribute Flags Error"},
	{CodeUpdate, 5, "Attribute Length Error"},
	{CodeUpdate, 6, "Invalid ORIGIN Attribute"},
	{CodeUpdate, 7, "AS Routing Loop"},
	{CodeUpdate, 8, "Invalid NEXT_HOP Attribute"},
	{CodeUpdate, 9, "Optional Attribute Error"},
	{CodeUpdate, 10, "Invalid Network Field"},
	{CodeUpdate, 11, "Malformed AS_PATH"},

	{CodeHoldTimer, 0, "Unspecific"},

	{CodeFSM, 0, "Unspecific"},
	{CodeFSM, FSMOpenSent, "Receive Unexpected Message in OpenSent State"}, // RFC 6608
	{CodeFSM, FSMOpenConfirm, "Receive Unexpected Message in OpenConfirm State"},
	{CodeFSM, FSMEstablished, "Receive Unexpected Message in Established State"},

	{CodeCease, 0, "Unspecific"},
	{CodeCease, CeaseMaxPrefixes, "Maximum Number of Prefixes Reached"}, // RFC 4486
	{CodeCease, CeaseShutdown, "Administrative Shutdown"},
	{CodeCease, CeaseDeconfigured, "Peer De-configured"},
	{CodeCease, CeaseReset, "Administrative Reset"},
	{CodeCease, CeaseRejected, "Connection Rejected"},
	{CodeCease, CeaseConfigChange, "Other Configuration Change"},
	{CodeCease, CeaseCollision, "Connection Collision Resolution"},
	{CodeCease, CeaseResources, "Out of Resources"},
	{CodeCease, CeaseHardReset, "Hard Reset"}, // RFC 8538
	{CodeCease, CeaseBFDDown, "BFD Down"},     // RFC 9384

	{CodeRefresh, refreshLength, "Invalid Message Length"}, // RFC 7313
	{CodeRefresh, 2, "Malformed Message Subtype"},          // ExaBGP: not registered

	{CodeSendHoldTimer, 0, "Unspecific"}, // RFC 9687
}
