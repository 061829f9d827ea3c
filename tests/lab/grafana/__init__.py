"""Our dashboards and data sources read as Grafana 13 reads them, without a Grafana.

Begin with ``boards.py`` (a page), ``variables.py`` (its variables), ``answers.py`` (everything that a page asks, and
what the servers say) and ``links.py`` (where its links lead). What is not read raises: nothing is passed over.
"""
