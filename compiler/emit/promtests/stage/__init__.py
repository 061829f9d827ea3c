"""The stage on which cases play: an SLO, the series that are fed, their time, and what is expected of them."""
