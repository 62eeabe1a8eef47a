package bgp

// Values in text.

// pythonValue makes of JSON from start on what Python prints: quotes, constants, and a
// string alone without quotes. Bare takes the brackets and quotes off a list.
func pythonValue(dst []byte, start int, bare bool) []byte {
	v := dst[start:]
	if len(v) > 1 && v[0] == '"' {
		return append(dst[:start], v[1:len(v)-1]...)
	}
	n := 0
	quoted := false
	for i, o := range v {
		switch {
		case o == '"':
			quoted = !quoted
			if o = '\''; bare {
				continue
			}
		case bare && !quoted && (o == '[' || o == ']'):
			continue
		case quoted || i < 2 || v[i-1] != ' ' || v[i-2] != ':':
		case o == 't' || o == 'f' || o == 'n': // true, false
			o -= 'a' - 'A'
		}
		v[n] = o
		n++
	}
	return dst[:start+n]
}

// lsNameWords is a name as it is, in 5.0 that of a link as octets.
func lsNameWords(dst, v []byte, f *Face) []byte { return appendTextString(dst, v, f) }

func lsLinkNameWords(dst, v []byte, f *Face) []byte {
	if f.Dialect.Main() {
		return appendTextString(dst, v, f)
	}
	return appendPythonBytes(dst, v)
}

func lsOpaqueWords(dst, v []byte, f *Face) []byte {
	if f.Dialect.Main() {
		return appendHex(dst, v, lowerHex)
	}
	return appendPythonBytes(dst, v)
}

// lsFloatsWords: ExaBGP: 5.0 has a tuple.
func lsFloatsWords(dst, v []byte, f *Face) []byte {
	start := len(dst)
	dst = lsFloatsValue(dst, v, nil, f)
	if f.Dialect == Dialect5 {
		dst[start], dst[len(dst)-1] = '(', ')'
	}
	return dst
}

// lsQuotedWords: ExaBGP: 4.2 has the address in quotes.
func lsQuotedWords(dst, v []byte, f *Face) []byte {
	if f.Dialect == Dialect42 {
		return append(appendAddr(append(dst, '\''), v), '\'')
	}
	return appendAddr(dst, v)
}

// appendPythonBytes appends octets as Python's repr has them: b'…'.
func appendPythonBytes(dst, v []byte) []byte {
	quote := byte('\'')
	for _, o := range v {
		if o == '\'' {
			quote = '"'
		}
		if o == '"' {
			quote = '\''
			break
		}
	}
	dst = append(dst, 'b', quote)
	for _, o := range v {
		switch {
		case o == '\\' || o == quote:
			dst = append(dst, '\\', o)
		case o == '\t':
			dst = append(dst, `\t`...)
		case o == '\n':
			dst = append(dst, `\n`...)
		case o == '\r':
			dst = append(dst, `\r`...)
		case o < ' ' || o > '~':
			dst = append(dst, '\\', 'x', lowerHex[o>>4], lowerHex[o&15])
		default:
			dst = append(dst, o)
		}
	}
	return append(dst, quote)
}
