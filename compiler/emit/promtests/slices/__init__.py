"""Tests of time slices: source series in; the events of each slice, and whether it is bad, out."""
