"""slo-compiler: service level objectives in YAML in, everything that keeps them out."""

__version__ = "0.1.0"
