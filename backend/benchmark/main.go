//go:build unix

// Command benchmark measures the fan-out against a bare client on the same server, in one run: dispatch, added time to
// first token, makespan and CPU per million tokens. Absolute figures move with the machine, so it prints ratios. It
// starts itself twice: as the server, which paces tokens by the name of the model and keeps a log of its own times, and
// as each client, so that every client's processor time is its own.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

func main() {
	role := flag.String("role", "", "internal: server or client")
	server := flag.String("server", "", "internal: the server's address")
	var job job
	flag.StringVar(&job.Client, "client", "", "internal: bare, library or engine")
	flag.IntVar(&job.Lanes, "lanes", 8, "internal")
	flag.IntVar(&job.Rounds, "rounds", 1, "internal")
	flag.IntVar(&job.Tokens, "tokens", 100, "internal")
	flag.IntVar(&job.Rate, "rate", 0, "internal: tokens a second, 0 for flat out")
	flag.DurationVar(&job.First, "first", 0, "internal: the server's time to first token")
	quick := flag.Bool("quick", false, "fewer rounds")
	only := flag.Int("only", 0, "measure only the paced case of this many lanes: 8, 16 or 64")
	flag.Parse()
	var err error
	switch *role {
	case "server":
		err = serve()
	case "client":
		err = runClient(*server, job)
	default:
		err = measure(*quick, *only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// job is what a client has to do: Rounds times, ask Lanes models at once for Tokens tokens each.
type job struct {
	Client string
	Lanes  int
	Rounds int
	Tokens int
	Rate   int
	First  time.Duration
}

// model is the name that tells the server how to answer. Every lane has its own, so that its times can be found.
func (j job) model(lane int) string {
	return fmt.Sprintf("pace-%d-%d-%d-%d", j.Tokens, j.Rate, j.First.Milliseconds(), lane)
}

// result is what a client reports: when each lane's first text and end arrived, in Unix nanoseconds by round and lane,
// and the processor time of the whole process for the counted rounds.
type result struct {
	First [][]int64 `json:"first"`
	End   [][]int64 `json:"end"`
	CPU   float64   `json:"cpu"` // seconds
}

// figures are what is compared. Times are medians in milliseconds.
type figures struct {
	dispatch, added, makespan, cpu float64
}

// measure prints all cases, or the paced one of so many lanes.
func measure(quick bool, only int) error {
	scale := 1
	if quick {
		scale = 4
	}
	fmt.Println("Fan-out against a bare net/http client on the same server, times in ms (p50), CPU in seconds per million tokens")
	fmt.Println("case                        client    dispatch   added TTFT   makespan÷server   CPU/Mtok")
	for _, lanes := range []int{8, 16, 64} {
		if only != 0 && lanes != only {
			continue
		}
		paced := job{Lanes: lanes, Rounds: max(12/scale, 3), Tokens: 800, Rate: 200, First: 100 * time.Millisecond}
		if err := compareClients(fmt.Sprintf("%d lanes, 200 tok/s", lanes), paced); err != nil {
			return err
		}
	}
	if only != 0 {
		return nil
	}
	flat := job{Lanes: 8, Rounds: max(12/scale, 3), Tokens: 20_000}
	return compareClients("8 lanes, flat out", flat)
}

// compareClients runs the clients in turn on one server and prints their figures and the ratios.
func compareClients(name string, j job) error {
	got := make(map[string]figures)
	for _, client := range []string{"bare", "library", "engine"} {
		j.Client = client
		f, err := once(j)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", name, client, err)
		}
		got[client] = f
		fmt.Printf("%-27s %-9s %8.2f   %10.2f   %15.4f   %8.2f\n", name, client, f.dispatch, f.added, f.makespan, f.cpu)
	}
	bare, library, engine := got["bare"], got["library"], got["engine"]
	if j.Rate == 0 { // the server outruns every client: its own times say nothing about them
		fmt.Printf("%-27s ratio     %.2f x library (goal 1.5)\n\n", "", engine.cpu/library.cpu)
		return nil
	}
	fmt.Printf("%-27s ratio     %.2f x bare (goal 1.3), bare %+.2f ms (goal +0.5), %.4f (goal 1.005, 64 lanes 1.01), %.2f x library (goal 1.5)\n\n",
		"", engine.dispatch/bare.dispatch, engine.added-bare.added, engine.makespan, engine.cpu/library.cpu)
	return nil
}

// once runs one client against a fresh server. The first round warms up and is not counted.
func once(j job) (figures, error) {
	server, address, err := startServer()
	if err != nil {
		return figures{}, err
	}
	defer server.Process.Kill()
	j.Rounds++
	out, err := self("-role", "client", "-server", address, "-client", j.Client, "-lanes", fmt.Sprint(j.Lanes), "-rounds", fmt.Sprint(j.Rounds),
		"-tokens", fmt.Sprint(j.Tokens), "-rate", fmt.Sprint(j.Rate), "-first", j.First.String()).Output()
	if err != nil {
		return figures{}, err
	}
	var r result
	if err := json.Unmarshal(out, &r); err != nil {
		return figures{}, err
	}
	log, err := fetchLog(address)
	if err != nil {
		return figures{}, err
	}
	return j.figures(r, log)
}

// figures joins the client's moments with the server's. Both are of one machine's clock.
func (j job) figures(r result, log map[string][]served) (figures, error) {
	var dispatch, added, makespan []float64
	for round := 1; round < j.Rounds; round++ {
		var arrivals, ends, serverEnds []int64
		for lane := range j.Lanes {
			times := log[j.model(lane)]
			if len(times) != j.Rounds || len(r.First) != j.Rounds {
				return figures{}, fmt.Errorf("lane %d was served %d times, want %d", lane, len(times), j.Rounds)
			}
			arrivals = append(arrivals, times[round].Arrived)
			ends = append(ends, r.End[round][lane])
			serverEnds = append(serverEnds, times[round].Ended)
			added = append(added, ms(r.First[round][lane]-times[round].First))
		}
		begin := slices.Min(arrivals)
		dispatch = append(dispatch, ms(slices.Max(arrivals)-begin))
		makespan = append(makespan, float64(slices.Max(ends)-begin)/float64(slices.Max(serverEnds)-begin))
	}
	tokens := float64((j.Rounds - 1) * j.Lanes * j.Tokens)
	return figures{median(dispatch), median(added), median(makespan), r.CPU / tokens * 1e6}, nil
}

func ms(ns int64) float64 { return float64(ns) / 1e6 }

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

func self(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Stderr = os.Stderr
	return cmd
}

func startServer() (*exec.Cmd, string, error) {
	cmd := self("-role", "server")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	line := make([]byte, 200)
	n, err := out.Read(line)
	if err != nil {
		return nil, "", err
	}
	return cmd, strings.TrimSpace(string(line[:n])), nil
}
