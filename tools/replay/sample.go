package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/value"
)

// sample writes one at the present instant: a number, "stale", or a native histogram as promtool writes it.
func (p *play) sample(word, text string) error {
	number, err := strconv.Atoi(word)
	if err != nil {
		return errSyntax
	}
	if number < 0 || number >= len(p.metrics) {
		return fmt.Errorf("there is no series %d", number)
	}
	if !p.started {
		return errors.New("a sample before the first instant")
	}
	if p.schedule.dropped(p.now) {
		return nil
	}
	if p.app == nil {
		p.app = p.store.Appender(p.ctx)
	}
	if strings.HasPrefix(text, "{{") {
		return p.histogram(number, text)
	}
	v := math.Float64frombits(value.StaleNaN)
	if text != "stale" {
		if v, err = strconv.ParseFloat(text, 64); err != nil {
			return err
		}
	}
	p.refs[number], err = p.app.Append(p.refs[number], p.metrics[number], p.now, v)
	return err
}

func (p *play) histogram(number int, text string) error {
	_, values, err := prom.ParseSeriesDesc("x " + text)
	if err != nil {
		return err
	}
	if len(values) != 1 || values[0].Histogram == nil {
		return errSyntax
	}
	p.refs[number], err = p.app.AppendHistogram(p.refs[number], p.metrics[number], p.now, nil, values[0].Histogram)
	return err
}
