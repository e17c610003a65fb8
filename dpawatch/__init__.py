"""The application: command line, settings and the three-step run over ingest, nlp and db; `web` is the Datasette plugin."""
