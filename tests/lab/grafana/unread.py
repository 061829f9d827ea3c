"""What this reader does not read."""


class UnreadError(NotImplementedError):
    """A dashboard uses something that Grafana knows and this reader does not: teach it, rather than pass it over."""
