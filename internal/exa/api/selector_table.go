package api

// selectorKeys are the words that narrow a selector down.
var selectorKeys = [...]string{"local-ip", "local-as", "peer-as", "router-id", "family-allowed"}
