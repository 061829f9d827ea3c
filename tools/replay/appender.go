package main

import (
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
)

// appender counts the samples that go through it.
type appender struct {
	storage.Appender
	to *counting
}

func (a *appender) Append(ref storage.SeriesRef, l labels.Labels, at int64, v float64) (storage.SeriesRef, error) {
	a.to.written++
	return a.Appender.Append(ref, l, at, v)
}

func (a *appender) AppendHistogram(
	ref storage.SeriesRef, l labels.Labels, at int64, h *histogram.Histogram, fh *histogram.FloatHistogram,
) (storage.SeriesRef, error) {
	a.to.written++
	return a.Appender.AppendHistogram(ref, l, at, h, fh)
}
