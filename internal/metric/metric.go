// Package metric owns what an instance counts of itself, and how it is written
// for Prometheus (text format 0.0.4). It knows counters, gauges that are read
// when asked, and histograms; nothing is computed until somebody asks.
//
// It refuses to grow without bound: a family holds at most maxSeries
// combinations of labels, and what comes after is counted under "other". Labels
// are for what is few and known, such as the pattern of a route; never for an id,
// a name or anything that a person wrote.
package metric

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

const maxSeries = 400

// Registry is the metrics of one instance. It is safe for concurrent use.
type Registry struct {
	mu       sync.Mutex
	families []family
}

type family interface{ write(w *bufio.Writer) }

func (r *Registry) add(f family) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.families = append(r.families, f)
}

// Write writes all metrics in the text format.
func (r *Registry) Write(w io.Writer) error {
	r.mu.Lock()
	all := slices.Clone(r.families)
	r.mu.Unlock()
	b := bufio.NewWriter(w)
	for _, f := range all {
		f.write(b)
	}
	return b.Flush()
}

// head is the name of a family with its labels.
type head struct {
	name, help, kind string
	labels           []string
}

func (h head) writeHead(w *bufio.Writer) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", h.name, h.help, h.name, h.kind)
}

// series returns the labels of a combination of values as they are written.
func (h head) series(values []string) string {
	parts := make([]string, len(h.labels))
	for i, label := range h.labels {
		parts[i] = label + `="` + escaped.Replace(values[i]) + `"`
	}
	return strings.Join(parts, ",")
}

// escaped is how the text format writes a value; it knows no other escapes.
var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func (h head) other() string {
	values := make([]string, len(h.labels))
	for i := range values {
		values[i] = "other"
	}
	return h.series(values)
}

// table holds one value for each combination of labels.
type table[T any] struct {
	mu     sync.Mutex
	values map[string]*T
}

// at calls fn with the value of the series, which is made where it is new.
func (t *table[T]) at(h head, values []string, fn func(*T)) {
	key := h.series(values)
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.values[key]
	if v == nil && len(t.values) >= maxSeries {
		key = h.other()
		v = t.values[key]
	}
	if v == nil {
		if v = new(T); t.values == nil {
			t.values = make(map[string]*T)
		}
		t.values[key] = v
	}
	fn(v)
}

// each calls fn with every series, in the order of their labels.
func (t *table[T]) each(fn func(series string, v T)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	keys := make([]string, 0, len(t.values))
	for key := range t.values {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		fn(key, *t.values[key])
	}
}

// Counter only grows.
type Counter struct {
	head
	table[float64]
}

// Counter adds a counter, whose name ends with _total.
func (r *Registry) Counter(name, help string, labels ...string) *Counter {
	c := &Counter{head: head{name, help, "counter", labels}}
	r.add(c)
	return c
}

// Add adds to the series of the label values.
func (c *Counter) Add(n float64, values ...string) {
	c.at(c.head, values, func(v *float64) { *v += n })
}

func (c *Counter) write(w *bufio.Writer) {
	c.writeHead(w)
	c.each(func(series string, v float64) { writeSample(w, c.name, series, v) })
}

// Gauge is a value that is read when somebody asks.
type Gauge struct {
	head
	read func(set func(v float64, values ...string))
}

// Total adds a counter that something else keeps, and whose name ends with
// _total. read calls set for each series.
func (r *Registry) Total(name, help string, labels []string, read func(set func(v float64, values ...string))) {
	r.add(&Gauge{head{name, help, "counter", labels}, read})
}

// Gauge adds a gauge. read calls set for each series.
func (r *Registry) Gauge(name, help string, labels []string, read func(set func(v float64, values ...string))) {
	r.add(&Gauge{head{name, help, "gauge", labels}, read})
}

func (g *Gauge) write(w *bufio.Writer) {
	g.writeHead(w)
	g.read(func(v float64, values ...string) { writeSample(w, g.name, g.series(values), v) })
}

// Histogram counts values by size.
type Histogram struct {
	head
	bounds []float64
	table[distribution]
}

type distribution struct {
	counts []uint64 // of each bound, and of what is above the last
	sum    float64
}

// Histogram adds a histogram with the upper bounds, which grow.
func (r *Registry) Histogram(name, help string, bounds []float64, labels ...string) *Histogram {
	h := &Histogram{head: head{name, help, "histogram", labels}, bounds: bounds}
	r.add(h)
	return h
}

// Observe counts a value in the series of the label values.
func (h *Histogram) Observe(v float64, values ...string) {
	h.at(h.head, values, func(d *distribution) {
		if d.counts == nil {
			d.counts = make([]uint64, len(h.bounds)+1)
		}
		i, _ := slices.BinarySearch(h.bounds, v)
		d.counts[i]++
		d.sum += v
	})
}

func (h *Histogram) write(w *bufio.Writer) {
	h.writeHead(w)
	h.each(func(series string, d distribution) {
		lead := series
		if lead != "" {
			lead += ","
		}
		var sum uint64
		for i, n := range d.counts {
			bound := "+Inf"
			if i < len(h.bounds) {
				bound = strconv.FormatFloat(h.bounds[i], 'g', -1, 64)
			}
			sum += n
			writeSample(w, h.name+"_bucket", lead+`le="`+bound+`"`, float64(sum))
		}
		writeSample(w, h.name+"_sum", series, d.sum)
		writeSample(w, h.name+"_count", series, float64(sum))
	})
}

func writeSample(w *bufio.Writer, name, series string, v float64) {
	_, _ = w.WriteString(name) // the error stays in the writer
	if series != "" {
		_, _ = w.WriteString("{" + series + "}")
	}
	_, _ = w.WriteString(" " + strconv.FormatFloat(v, 'g', -1, 64) + "\n")
}
