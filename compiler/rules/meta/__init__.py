"""Alerts about the rules themselves: a group that fails or comes too late, a series that stopped, a text that broke.

What Prometheus says of its own rules, so that a page that cannot come is noticed by something else than its absence.
"""
