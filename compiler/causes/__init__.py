"""Likely causes of a failing service, one file each: what shows it, what to look at, what would mend it.

A cause asks kube-state-metrics by exact names. Every expression is aggregated to one series without labels,
so that two overlapping exporters cannot make it fail, and returns 0 where all is well and nothing where the
exporter has no word about the object: the page tells "ok" from "not checked".
"""
