"""Checks of a whole Catalog, one file each, found by the name CHECK."""
