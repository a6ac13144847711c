package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// draws is how often documents are drawn anew to see how far a figure depends on
// which documents there are.
const draws = 1000

// spread returns between which values a figure of n documents comes out in 95
// of 100 draws of n documents with repetition. The same documents give the same
// values.
func spread(n int, of func(drawn []int) float64) string {
	if n < 2 {
		return ""
	}
	random := rand.New(rand.NewPCG(1, 1))
	values := make([]float64, draws)
	drawn := make([]int, n)
	for i := range values {
		for j := range drawn {
			drawn[j] = random.IntN(n)
		}
		values[i] = of(drawn)
	}
	slices.Sort(values)
	return fmt.Sprintf("[%.2f, %.2f]", values[draws/40], values[draws-1-draws/40])
}

// sumOf adds up the figures that were drawn.
func sumOf(list []figure, drawn []int) figure {
	var f figure
	for _, i := range drawn {
		f = f.plus(list[i])
	}
	return f
}
