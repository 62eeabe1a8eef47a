package api

import "strings"

// nearest returns the known word that a mistyped one most likely stands for; ""
// when none is near.
func nearest(word string, known []string) string {
	if len(word) > 32 { // nobody mistypes that, and the distance is quadratic
		return ""
	}
	best, limit := "", 1+len(word)/4
	for _, k := range known {
		if d := distance(strings.ToLower(word), k); d <= limit {
			best, limit = k, d-1
		}
	}
	return best
}

// distance counts the letters to insert, remove, replace or exchange with a
// neighbor to make b of a.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// oneOf lists words for people: "a, b or c".
func oneOf(words []string) string {
	switch n := len(words); {
	case n == 0:
		return "nothing"
	case n == 1:
		return "'" + words[0] + "'"
	default:
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
}
