"""Local time in PromQL: time zones with daylight saving, calendar periods, and windows of maintenance."""
