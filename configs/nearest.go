package configs

import "strings"

// nearest gives the known key that was probably meant by key: the same but for case and
// punctuation, or else at most two letters away. It gives "" if there is none.
func nearest(key string, known []string) string {
	best, least := "", min(2, len(key)/2)+1
	for _, k := range known {
		if n := distance(plain(key), plain(k), least); n < least {
			best, least = k, n
		}
	}
	return best
}

// plain makes keys in snake_case, kebab-case and camelCase the same.
func plain(key string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(key))
}

// distance is Levenshtein's over bytes, or tooFar if the lengths alone make it so much.
func distance(a, b string, tooFar int) int {
	if max(len(a)-len(b), len(b)-len(a)) >= tooFar {
		return tooFar
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
