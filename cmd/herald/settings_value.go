package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/herald-bgp/herald/internal/bgp"
)

// Types of settings. What they share is text in, text out; the table gives each
// row a pointer to one of them.
type (
	octal   uint32
	level   string
	addrs   []netip.Addr
	encoder string
	dialect bgp.Dialect
)

// setValue stores v, as text, in a setting.
func setValue(field any, v string) error {
	switch f := field.(type) {
	case *bool:
		*f = slices.Contains([]string{"1", "yes", "on", "enable", "true"}, strings.ToLower(v))
	case *string:
		*f = v
	case *int:
		n, err := strconv.Atoi(v)
		if err != nil {
			return fmt.Errorf("expected a number")
		}
		*f = n
	case *float64:
		n, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return fmt.Errorf("expected a number")
		}
		*f = n
	case *octal:
		n, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimPrefix(v, "0o"), "0"), 8, 12)
		if err != nil && strings.Trim(v, "0") != "" {
			return fmt.Errorf("expected an octal number such as 0137")
		}
		*f = octal(n)
	case *level:
		if !slices.Contains(logLevels, strings.ToUpper(v)) {
			return fmt.Errorf("expected one of %s", strings.Join(logLevels, ", "))
		}
		*f = level(strings.ToUpper(v))
	case *encoder:
		if v != "text" && v != "json" {
			return fmt.Errorf("expected text or json")
		}
		*f = encoder(v)
	case *dialect:
		d, ok := bgp.ParseDialect(v)
		if !ok {
			return fmt.Errorf("expected 4, 4.2, 5 or 6")
		}
		*f = dialect(d)
	case *addrs:
		return f.set(v)
	}
	return nil
}

func (a *addrs) set(v string) error {
	*a = nil
	for w := range strings.FieldsSeq(v) {
		ip, err := netip.ParseAddr(w)
		if err != nil {
			return fmt.Errorf("expected IP addresses between blanks")
		}
		*a = append(*a, ip)
	}
	return nil
}

// formatValue is the text of a setting as `env` prints it; quoted says whether
// the file form puts it in quotes.
func formatValue(field any) (text string, quoted bool) {
	switch f := field.(type) {
	case *bool:
		return strconv.FormatBool(*f), false
	case *string:
		return *f, true
	case *int:
		return strconv.Itoa(*f), false
	case *float64:
		return strconv.FormatFloat(*f, 'f', 1, 64), false
	case *octal:
		return fmt.Sprintf("0o%o", uint32(*f)), true
	case *level:
		return string(*f), false
	case *encoder:
		return string(*f), true
	case *dialect:
		return bgp.Dialect(*f).String(), false
	case *addrs:
		words := make([]string, len(*f))
		for i, a := range *f {
			words[i] = a.String()
		}
		return strings.Join(words, " "), true
	}
	return "", false
}
