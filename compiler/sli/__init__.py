"""Indicator kinds, one file each: what is counted, and every fact about a kind that later stages need."""
