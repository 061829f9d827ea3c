"""docs/series.md: every recorded series and its labels, from the rules that are planned for SLOs of every form."""
