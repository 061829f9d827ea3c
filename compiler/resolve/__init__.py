"""Documents laid together: references, defaults, overrides; documents to Catalogs."""
