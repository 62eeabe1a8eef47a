package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// How answers in JSON are shown to people. Lines that are not JSON are shown as they are.

// showJSON indents what is JSON.
func showJSON(w io.Writer, line string) {
	var b bytes.Buffer
	if !isJSON(line) || json.Indent(&b, []byte(line), "", "  ") != nil {
		fmt.Fprintln(w, line)
		return
	}
	fmt.Fprintln(w, b.String())
}

func isJSON(line string) bool {
	return strings.HasPrefix(line, "{") || strings.HasPrefix(line, "[")
}

// showText makes tables of lists of plain objects, and sections of others.
func showText(w io.Writer, line string) {
	var v any
	d := json.NewDecoder(strings.NewReader(line))
	d.UseNumber()
	if !isJSON(line) || d.Decode(&v) != nil {
		fmt.Fprintln(w, line)
		return
	}
	switch v := v.(type) {
	case map[string]any:
		showObject(w, v, "")
	case []any:
		showList(w, v)
	}
}

func showList(w io.Writer, list []any) {
	var rows []map[string]any
	flat := true
	for _, e := range list {
		row, ok := e.(map[string]any)
		if !ok {
			fmt.Fprintln(w, plain(list))
			return
		}
		for _, v := range row {
			flat = flat && isSimple(v)
		}
		rows = append(rows, row)
	}
	switch {
	case len(rows) == 0:
		fmt.Fprintln(w, "(none)")
	case flat:
		showTable(w, rows)
	default:
		for i, row := range rows {
			if i > 0 {
				fmt.Fprintln(w)
			}
			title, _ := row["peer-address"].(string)
			if title == "" {
				title = fmt.Sprint(i + 1)
			}
			fmt.Fprintf(w, "=== %s ===\n", title)
			showObject(w, row, "")
		}
	}
}

func isSimple(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// columnWidth is the widest that a column may be.
const columnWidth = 40

func showTable(w io.Writer, rows []map[string]any) {
	seen := map[string]bool{}
	for _, row := range rows {
		for k := range row {
			seen[k] = true
		}
	}
	columns := slices.Sorted(maps.Keys(seen))
	table := [][]string{columns}
	for _, row := range rows {
		var cells []string
		for _, c := range columns {
			cells = append(cells, cut(plain(row[c])))
		}
		table = append(table, cells)
	}
	widths := make([]int, len(columns))
	for _, row := range table {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range table {
		var line []byte
		for i, cell := range row {
			line = fmt.Appendf(line, "%-*s  ", widths[i], cell)
		}
		fmt.Fprintf(w, "%s\n", bytes.TrimRight(line, " "))
	}
}

func cut(text string) string {
	r := []rune(text)
	if len(r) <= columnWidth {
		return text
	}
	return string(r[:columnWidth-3]) + "..."
}

// showObject writes a line for each key: plain values first, then objects and lists
// with what is in them, each group in order.
func showObject(w io.Writer, o map[string]any, indent string) {
	width := 0
	var simple, nested []string
	for k, v := range o {
		if list, ok := v.([]any); isSimple(v) || ok && isShort(list) {
			simple = append(simple, k)
			width = max(width, len(k))
			continue
		}
		nested = append(nested, k)
	}
	slices.Sort(simple)
	slices.Sort(nested)
	for _, k := range simple {
		fmt.Fprintf(w, "%s%-*s : %s\n", indent, width, k, plain(o[k]))
	}
	for _, k := range nested {
		fmt.Fprintf(w, "%s%s:\n", indent, k)
		switch v := o[k].(type) {
		case map[string]any:
			showObject(w, v, indent+"  ")
		case []any:
			for _, e := range v {
				fmt.Fprintf(w, "%s  - %s\n", indent, plain(e))
			}
		}
	}
}

// isShort reports whether a list fits behind its key.
func isShort(list []any) bool {
	return len(list) <= 3 && !slices.ContainsFunc(list, func(v any) bool { return !isSimple(v) })
}

// plain is a value on one line.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case string:
		return v
	case []any:
		if isShort(v) {
			words := make([]string, len(v))
			for i := range v {
				words[i] = plain(v[i])
			}
			return strings.Join(words, ", ")
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
