"""Plays series through rule files on Prometheus' own storage, engine and rule groups, in simulated time."""
