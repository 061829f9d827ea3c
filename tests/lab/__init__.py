"""The lab: the real servers on loopback, a small shop, and a cluster that is played around it."""
