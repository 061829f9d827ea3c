"""What an SLO's numbers mean, for people and for machines."""
