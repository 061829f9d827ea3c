package main

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/rules"
)

const protocol = 1

// report prints what happens, one JSON object a line.
type report struct {
	buffer *bufio.Writer
	out    *json.Encoder
	err    error
}

type fields map[string]any

func newReport(out io.Writer) *report {
	buffer := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	return &report{buffer: buffer, out: encoder}
}

func (r *report) say(kind string, said fields) {
	said["kind"] = kind
	if err := r.out.Encode(said); r.err == nil {
		r.err = err
	}
}

func (r *report) flush() error {
	if err := r.buffer.Flush(); err != nil {
		return err
	}
	return r.err
}

func (r *report) alert(at int64, group string, before, after *rules.Alert) {
	shown := after
	if after == nil {
		shown = before
	}
	r.say("alert", fields{
		"at": at, "group": group, "state": stateOf(after), "before": stateOf(before),
		"labels": shown.Labels.Map(), "annotations": shown.Annotations.Map(),
	})
}

func (r *report) failure(g *group, rule, message string) {
	r.say("failure", fields{"at": g.next, "group": g.Name(), "rule": rule, "message": message})
}

func (r *report) cost(g *group) {
	r.say("group", fields{
		"name": g.Name(), "rules": len(g.Rules()), "evaluations": g.evaluations,
		"cpu": g.cpu, "samples": g.samples, "written": g.written,
	})
}

func (r *report) end(series int) {
	r.say("end", fields{"protocol": protocol, "cpu": cpuSeconds(), "series": series})
}

type series struct {
	Labels map[string]string `json:"labels"`
	Points [][2]any          `json:"points"`
}

func (r *report) answer(found promql.Matrix, err error) {
	message := ""
	if err != nil {
		message = err.Error()
	}
	slices.SortFunc(found, func(a, b promql.Series) int { return labels.Compare(a.Metric, b.Metric) })
	all := make([]series, 0, len(found))
	for _, each := range found {
		all = append(all, series{Labels: each.Metric.Map(), Points: points(each)})
	}
	r.say("answer", fields{"series": all, "error": message})
}

// points are times with values as text, since JSON has no NaN; of a native histogram its count.
func points(of promql.Series) [][2]any {
	all := make([][2]any, 0, len(of.Floats)+len(of.Histograms))
	for _, p := range of.Floats {
		all = append(all, [2]any{p.T, strconv.FormatFloat(p.F, 'g', -1, 64)})
	}
	for _, p := range of.Histograms {
		all = append(all, [2]any{p.T, strconv.FormatFloat(p.H.Count, 'g', -1, 64)})
	}
	return all
}
