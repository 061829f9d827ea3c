package main

import (
	"slices"

	"github.com/prometheus/prometheus/rules"
)

// watched is an alerting rule with the state that each of its alerts had at the last evaluation.
type watched struct {
	rule  *rules.AlertingRule
	group string
	known map[string]*rules.Alert
}

// tell reports every alert whose state is another than before; in the order of their labels.
func (w *watched) tell(at int64, r *report) {
	active := w.rule.ActiveAlerts()
	if len(active) == 0 && len(w.known) == 0 {
		return
	}
	now := make(map[string]*rules.Alert, len(active))
	names := make([]string, 0, len(active)+len(w.known))
	for _, alert := range active {
		name := alert.Labels.String()
		now[name] = alert
		names = append(names, name)
	}
	for name := range w.known {
		if now[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		before, after := w.known[name], now[name]
		if stateOf(before) != stateOf(after) {
			r.alert(at, w.group, before, after)
		}
	}
	w.known = now
}

func stateOf(alert *rules.Alert) string {
	if alert == nil {
		return rules.StateInactive.String()
	}
	return alert.State.String()
}
