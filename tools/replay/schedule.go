package main

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/rules"
)

const defaultInterval = time.Minute

// gap is a time in which no rule is evaluated; with scrapes, no sample is written either.
type gap struct {
	start, end int64
	scrapes    bool
	group      string
}

// schedule evaluates each group at its own interval and phase.
type schedule struct {
	ctx    context.Context
	engine *engine
	report *report
	due    queue
	gaps   []gap
}

func loadSchedule(ctx context.Context, e *engine, files []string, phase time.Duration, r *report) (*schedule, error) {
	counted := &counting{store: e.store}
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:  e.rule,
		Appendable: counted,
		Queryable:  e.store,
		Context:    ctx,
		NotifyFunc: func(context.Context, string, ...*rules.Alert) {},
		Logger:     slog.New(slog.DiscardHandler),
		Parser:     prom,
	})
	loaded, errs := manager.LoadGroups(defaultInterval, labels.EmptyLabels(), "", nil, false, files...)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	s := &schedule{ctx: ctx, engine: e, report: r}
	for key, g := range loaded {
		for _, rule := range g.AlertingRules() {
			rule.SetRestored(true)
		}
		s.due = append(s.due, newGroup(key, g, phase, counted))
	}
	slices.SortFunc(s.due, func(a, b *group) int { return strings.Compare(a.key, b.key) })
	return s, nil
}

// begin sets when each group is evaluated first: the first instant of its phase that is not before at.
func (s *schedule) begin(at int64) {
	for _, g := range s.due {
		g.next = at - at%g.interval + g.phase
		if g.next < at {
			g.next += g.interval
		}
	}
	heap.Init(&s.due)
}

// until evaluates what is due before an instant, in order of time.
func (s *schedule) until(at int64) {
	for len(s.due) > 0 && s.due[0].next < at {
		g := s.due[0]
		if !s.paused(g) {
			g.evaluate(s.ctx, s.engine, s.report)
		}
		g.next += g.interval
		heap.Fix(&s.due, 0)
	}
}

func (s *schedule) paused(g *group) bool {
	return slices.ContainsFunc(s.gaps, func(gap gap) bool {
		return gap.start <= g.next && g.next < gap.end && (gap.group == "" || gap.group == g.Name())
	})
}

// dropped says whether a sample is lost because Prometheus is away.
func (s *schedule) dropped(at int64) bool {
	return slices.ContainsFunc(s.gaps, func(gap gap) bool { return gap.scrapes && gap.start <= at && at < gap.end })
}

func (s *schedule) costs() {
	slices.SortFunc(s.due, func(a, b *group) int { return strings.Compare(a.key, b.key) })
	for _, g := range s.due {
		s.report.cost(g)
	}
}

// phaseOf spreads groups over their interval by their names, so that it is the same wherever their files lie.
func phaseOf(name string, interval int64) int64 {
	hash := fnv.New64a()
	fmt.Fprint(hash, name)
	return int64(hash.Sum64() % uint64(interval))
}

// queue is a heap of groups by when they are due, then by name.
type queue []*group

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].next < q[j].next || q[i].next == q[j].next && q[i].key < q[j].key
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(any)     {}
func (q *queue) Pop() any     { return nil }
