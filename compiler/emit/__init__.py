"""Catalog to artefacts: one file or folder an artefact, found by the name EMITTER."""
