"""What is recorded and what alerts: every rule of a service, as data."""
