"""The alert mathematics: windows, factors, detection and reset time, low traffic."""
