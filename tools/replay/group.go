package main

import (
	"context"
	"time"

	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/storage"
)

// group is a rule group with its place in time and what it has cost.
type group struct {
	*rules.Group
	key                   string
	interval, phase, next int64
	alerts                []*watched
	failing               map[rules.Rule]string
	counted               *counting

	evaluations, samples, written int64
	cpu                           float64
}

func newGroup(key string, g *rules.Group, phase time.Duration, counted *counting) *group {
	made := &group{Group: g, key: key, interval: g.Interval().Milliseconds(), counted: counted}
	made.failing = map[rules.Rule]string{}
	made.phase = phase.Milliseconds() % made.interval
	if phase < 0 {
		made.phase = phaseOf(g.Name(), made.interval)
	}
	for _, rule := range g.AlertingRules() {
		made.alerts = append(made.alerts, &watched{rule: rule, group: g.Name()})
	}
	return made
}

func (g *group) evaluate(ctx context.Context, e *engine, r *report) {
	cpu, samples, written := cpuSeconds(), e.samples, g.counted.written
	g.Eval(ctx, time.UnixMilli(g.next))
	g.cpu += cpuSeconds() - cpu
	g.samples += e.samples - samples
	g.written += g.counted.written - written
	g.evaluations++
	for _, rule := range g.Rules() {
		g.tellFailure(rule, r)
	}
	for _, alert := range g.alerts {
		alert.tell(g.next, r)
	}
}

// tellFailure tells what is wrong with a rule when that begins or changes.
func (g *group) tellFailure(rule rules.Rule, r *report) {
	message := ""
	if err := rule.LastError(); err != nil {
		message = err.Error()
	}
	if message != "" && message != g.failing[rule] {
		r.failure(g, rule.Name(), message)
	}
	g.failing[rule] = message
}

// counting is the storage as rules write to it.
type counting struct {
	*store
	written int64
}

func (c *counting) Appender(ctx context.Context) storage.Appender {
	return &appender{Appender: c.store.Appender(ctx), to: c}
}
