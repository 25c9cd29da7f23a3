package storm

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// blocks are bars of zero to eight eighths.
var blocks = []rune(" ▁▂▃▄▅▆▇█")

// Plot draws a load as text: the busiest second of each column, up to so many columns and
// in so many rows, with the peak at the left and the seconds below. Lines end with \n.
func (l Load) Plot(columns, rows int) string {
	step := l.step(columns)
	peak, _ := l.Peak()
	label := Grouped(peak)
	var text strings.Builder
	for row := rows - 1; row >= 0; row-- {
		fmt.Fprintf(&text, "%*s │%s\n", len(label), label, strings.TrimRight(l.row(step, row, rows, peak), " "))
		label = strings.Repeat(" ", len(label))
	}
	fmt.Fprintf(&text, "%*s └%s\n", len(label), "0", l.axis(step))
	fmt.Fprintf(&text, "%*s  %s\n", len(label), "", l.legend(step))
	return text.String()
}

// step is how many seconds a column has, if there are to be so many at most.
func (l Load) step(columns int) int { return (len(l.PerSecond) + columns - 1) / columns }

func (l Load) row(step, row, rows, peak int) string {
	var text strings.Builder
	for column := range slices.Chunk(l.PerSecond, step) {
		eighths := 0
		if peak > 0 {
			// What is there at all is seen.
			eighths = (slices.Max(column)*rows*8 + peak - 1) / peak
		}
		text.WriteRune(blocks[min(8, max(0, eighths-8*row))])
	}
	return text.String()
}

// axis has a mark where the rotation is.
func (l Load) axis(step int) string {
	columns, rotation := (len(l.PerSecond)+step-1)/step, -l.First/step
	return strings.Repeat("─", rotation) + "┴" + strings.Repeat("─", columns-rotation-1)
}

// legend says when the plot begins, and where the rotation is.
func (l Load) legend(step int) string {
	first := fmt.Sprintf("%d s", l.First)
	return fmt.Sprintf("%-*s0 s", max(len(first)+1, -l.First/step), first)
}

// Grouped writes a number with commas between its thousands.
func Grouped(n int) string {
	digits := strconv.Itoa(n)
	var text strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			text.WriteByte(',')
		}
		text.WriteRune(d)
	}
	return text.String()
}
