"""Texts that ask Prometheus when they are written, and what they will say once it has answered."""
