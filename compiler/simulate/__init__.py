"""An incident played through the compiled rules of a service: what fires when, and what it costs."""
