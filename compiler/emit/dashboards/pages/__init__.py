"""One file a page: its variables, its panels in order, its annotations and the links in its head."""
