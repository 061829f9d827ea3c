"""What exporters say of the cluster, by their own names; one file an exporter."""
