package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
)

const longestLine = 1 << 20

var errSyntax = errors.New("not understood")

// play reads a scenario and lets time pass.
type play struct {
	ctx       context.Context
	store     *store
	schedule  *schedule
	questions []question

	metrics  []labels.Labels
	declared map[string]int // by all of a metric's labels, its place
	refs     []storage.SeriesRef
	app      storage.Appender
	now      int64
	started  bool
	deployed int64
}

func (p *play) read(in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, longestLine), longestLine)
	for number := 1; lines.Scan(); number++ {
		if err := p.line(lines.Text()); err != nil {
			return fmt.Errorf("line %d, %.200s: %w", number, lines.Text(), err)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if err := p.commit(); err != nil {
		return err
	}
	if p.started {
		p.schedule.until(p.now + 1)
	}
	return nil
}

func (p *play) line(text string) error {
	word, rest, _ := strings.Cut(text, " ")
	switch word {
	case "S":
		return p.series(rest)
	case "D":
		return numbers(strings.Fields(rest), &p.deployed)
	case "G":
		return p.gap(strings.Fields(rest))
	case "Q":
		return p.question(strings.SplitN(rest, " ", 2))
	case "R":
		return p.rangeQuestion(strings.SplitN(rest, " ", 4))
	case "T":
		return p.instant(strings.Fields(rest))
	}
	return p.sample(word, rest)
}

func (p *play) series(metric string) error {
	parsed, err := prom.ParseMetric(metric)
	if err != nil {
		return err
	}
	name := string(parsed.Bytes(nil))
	if before, declared := p.declared[name]; declared {
		return fmt.Errorf("declared before, as series %d", before)
	}
	p.declared[name] = len(p.metrics)
	p.metrics = append(p.metrics, parsed)
	p.refs = append(p.refs, 0)
	return nil
}

func (p *play) gap(words []string) error {
	if len(words) < 3 || len(words) > 4 || words[2] != "all" && words[2] != "rules" {
		return errSyntax
	}
	found := gap{scrapes: words[2] == "all"}
	if len(words) == 4 {
		found.group = words[3]
	}
	if err := numbers(words[:2], &found.start, &found.end); err != nil {
		return err
	}
	p.schedule.gaps = append(p.schedule.gaps, found)
	return nil
}

func (p *play) question(words []string) error {
	if len(words) != 2 {
		return errSyntax
	}
	q := question{expr: words[1]}
	p.questions = append(p.questions, q)
	return numbers(words[:1], &p.questions[len(p.questions)-1].end)
}

func (p *play) rangeQuestion(words []string) error {
	if len(words) != 4 {
		return errSyntax
	}
	q := question{expr: words[3]}
	if err := numbers(words[:3], &q.start, &q.end, &q.step); err != nil {
		return err
	}
	if q.step <= 0 {
		return errors.New("the step of a range is more than 0 ms")
	}
	p.questions = append(p.questions, q)
	return nil
}

// instant lets time pass until an instant, whose samples follow.
func (p *play) instant(words []string) error {
	var at int64
	if err := numbers(words, &at); err != nil {
		return err
	}
	if p.started && at < p.now {
		return errors.New("time does not go back")
	}
	if err := p.commit(); err != nil {
		return err
	}
	if !p.started {
		p.schedule.begin(max(at, p.deployed))
		p.started = true
	}
	p.now = at
	p.schedule.until(at)
	return nil
}

func (p *play) commit() error {
	if p.app == nil {
		return nil
	}
	app := p.app
	p.app = nil
	return app.Commit()
}

// numbers reads one whole number for each place that is given.
func numbers(words []string, places ...*int64) error {
	if len(words) != len(places) {
		return errSyntax
	}
	for i, place := range places {
		found, err := strconv.ParseInt(words[i], 10, 64)
		if err != nil {
			return err
		}
		*place = found
	}
	return nil
}
