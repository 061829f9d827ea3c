"""The Catalog: what is declared, resolved; the one thing that emitters read."""
