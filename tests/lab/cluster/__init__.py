"""The cluster that is played around the shop: it starts, probes and scales pods, and tells what exporters tell."""
