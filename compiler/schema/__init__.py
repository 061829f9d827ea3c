"""Nodes to typed specs, and the same language as JSON Schema."""
