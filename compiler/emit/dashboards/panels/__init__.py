"""The panels that pages are made of, by what they show."""
