"""Bytes of the user's YAML files to nodes that know where they came from."""
