package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
)

const (
	maxSamples = 50_000_000
	lookback   = 5 * time.Minute
	patience   = 5 * time.Minute
)

var prom = parser.NewParser(parser.Options{})

// engine answers queries with the settings of a server that has no flag set, and counts the samples it reads.
type engine struct {
	*promql.Engine
	store   *store
	samples int64
}

func newEngine(s *store) *engine {
	return &engine{store: s, Engine: promql.NewEngine(promql.EngineOpts{
		Logger:               slog.New(slog.DiscardHandler),
		MaxSamples:           maxSamples,
		Timeout:              patience,
		LookbackDelta:        lookback,
		EnableAtModifier:     true,
		EnableNegativeOffset: true,
		Parser:               prom,
	})}
}

// rule is what groups ask with; the templates of annotations do as well.
func (e *engine) rule(ctx context.Context, expr string, at time.Time) (promql.Vector, error) {
	query, err := e.NewInstantQuery(ctx, e.store, nil, expr, at)
	if err != nil {
		return nil, err
	}
	defer query.Close()
	result := query.Exec(ctx)
	if result.Err != nil {
		return nil, result.Err
	}
	e.samples += query.Stats().Samples.TotalSamples
	switch value := result.Value.(type) {
	case promql.Vector:
		return value, nil
	case promql.Scalar:
		return promql.Vector{{T: value.T, F: value.V, Metric: labels.EmptyLabels()}}, nil
	}
	return nil, errors.New("rule result is not a vector or scalar")
}

// question is a query of the scenario: instant where step is 0.
type question struct {
	expr             string
	start, end, step int64
}

func (e *engine) ask(ctx context.Context, q question) (promql.Matrix, error) {
	query, err := e.NewInstantQuery(ctx, e.store, nil, q.expr, time.UnixMilli(q.end))
	if q.step > 0 {
		step := time.Duration(q.step) * time.Millisecond
		query, err = e.NewRangeQuery(ctx, e.store, nil, q.expr, time.UnixMilli(q.start), time.UnixMilli(q.end), step)
	}
	if err != nil {
		return nil, err
	}
	// It is not closed: that would give back the memory of what is returned.
	result := query.Exec(ctx)
	if result.Err != nil {
		return nil, result.Err
	}
	return matrix(result.Value)
}

func matrix(value parser.Value) (promql.Matrix, error) {
	switch value := value.(type) {
	case promql.Matrix:
		return value, nil
	case promql.Scalar:
		return promql.Matrix{{Floats: []promql.FPoint{{T: value.T, F: value.V}}}}, nil
	case promql.Vector:
		found := make(promql.Matrix, 0, len(value))
		for _, sample := range value {
			series := promql.Series{Metric: sample.Metric}
			if sample.H != nil {
				series.Histograms = []promql.HPoint{{T: sample.T, H: sample.H}}
			} else {
				series.Floats = []promql.FPoint{{T: sample.T, F: sample.F}}
			}
			found = append(found, series)
		}
		return found, nil
	}
	return nil, errors.New("the query gives neither a vector nor a scalar")
}
