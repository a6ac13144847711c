package answering

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/bench/process"
	"github.com/ba-assistant/ba-assistant/bench/yardstick"
)

func TestHowLateTheWordsOfAModelReachTheBrowser(t *testing.T) {
	for _, n := range []int{1, 100, 1000} {
		if !yardstick.Full() {
			n = min(n, 10)
		}
		measure(t, n)
		if !yardstick.Full() && n == 10 {
			return
		}
	}
}

// run is what one server cost and gave.
type run struct {
	summary
	cpu    time.Duration
	memory int64 // of each answer, while all are written
}

func measure(t *testing.T, n int) {
	t.Helper()
	proxy, own := through(t, n, "proxy"), through(t, n, "ours")
	const against = "a reverse proxy that copies bytes"
	what := fmt.Sprintf("answers written at once: %d; ", n)
	rows := []struct {
		name           string
		ours, baseline float64
		unit           string
	}{
		{"a piece is late by, middle", yardstick.Milliseconds(own.Middle), yardstick.Milliseconds(proxy.Middle), "ms"},
		{"a piece is late by, 99 %", yardstick.Milliseconds(own.High), yardstick.Milliseconds(proxy.High), "ms"},
		{"memory of each", float64(own.memory) / 1024, float64(proxy.memory) / 1024, "kB"},
		{"processor time of 1,000 pieces", yardstick.Milliseconds(own.cpu) * 1000 / float64(own.Pieces), yardstick.Milliseconds(proxy.cpu) * 1000 / float64(proxy.Pieces), "ms"},
	}
	for _, r := range rows {
		if r.baseline == 0 {
			yardstick.Note(what+r.name, r.ours, r.unit)
			continue
		}
		yardstick.Result{What: what + r.name, Ours: r.ours, Baseline: r.baseline, Unit: r.unit, Against: against}.Report(t)
	}
}

// through asks n questions through a server and reads all answers.
func through(t *testing.T, n int, role string) run {
	t.Helper()
	provider := process.Run(t, "provider")
	defer provider.Stop()
	server := process.Run(t, role, provider.Line(t), strconv.Itoa(n))
	defer server.Stop()
	base := server.Line(t)
	cpu, memory := number(t, base+"/bench/cpu"), number(t, base+"/bench/memory")
	asking := process.Run(t, "clients", base, strconv.Itoa(n))
	defer asking.Stop()
	time.Sleep(time.Duration(pieces()) * pace / 2) // the middle of the load, not a synchronisation
	r := run{memory: max(0, number(t, base+"/bench/memory")-memory) / int64(n)}
	if err := json.Unmarshal([]byte(asking.Line(t)), &r.summary); err != nil {
		t.Fatal(err)
	}
	if r.Pieces != n*pieces() {
		t.Errorf("%s: %d pieces arrived, want %d", role, r.Pieces, n*pieces())
	}
	r.cpu = time.Duration(number(t, base+"/bench/cpu") - cpu)
	return r
}

func number(t *testing.T, address string) int64 {
	t.Helper()
	res, err := http.Get(address) //nolint:noctx // ends with its process
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	v, err := strconv.ParseInt(string(body), 10, 64)
	if err != nil {
		t.Fatalf("%s: %s", address, body)
	}
	return v
}
