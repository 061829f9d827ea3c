"""Questions to a running Prometheus: the network, and only where a command was told to."""
