// Replay plays series through rule files on Prometheus' own storage, engine and rule groups, in simulated time.
//
// Usage: replay [-phase 0s] [-data folder [-keep]] [rules.yaml ...] < scenario > events
//
// README.md describes what it reads and what it prints.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"
)

// gcPercent lets the small heap of a play grow before it is collected; a sixth less CPU.
const gcPercent = 400

func main() {
	phase := flag.Duration("phase", -1, "how long after a multiple of its interval each group runs; "+
		"without it a hash of the group's name says so")
	data := flag.String("data", "", "an empty folder for the storage; without it a temporary one, removed at the end")
	keep := flag.Bool("keep", false, "leave the storage in the folder, for a Prometheus to go on with")
	flag.Parse()
	debug.SetGCPercent(gcPercent)
	if err := run(folder{*data, *keep}, *phase, flag.Args(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(data folder, phase time.Duration, files []string, in io.Reader, out io.Writer) (err error) {
	ctx := context.Background()
	store, err := openStore(data)
	if err != nil {
		return err
	}
	defer func() {
		if closed := store.close(); err == nil {
			err = closed
		}
	}()
	report := newReport(out)
	engine := newEngine(store)
	schedule, err := loadSchedule(ctx, engine, files, phase, report)
	if err != nil {
		return err
	}
	play := &play{ctx: ctx, store: store, schedule: schedule, declared: map[string]int{}}
	if err := play.read(in); err != nil {
		return err
	}
	for _, question := range play.questions {
		report.answer(engine.ask(ctx, question))
	}
	schedule.costs()
	report.end(store.seriesWritten())
	return report.flush()
}
