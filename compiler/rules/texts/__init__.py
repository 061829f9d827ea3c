"""The texts of alerts: Go templates that Prometheus expands when an alert fires."""
