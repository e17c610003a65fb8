"""The application: command line, settings and the run of four steps over ingest, nlp and db; `web` is the Datasette plugin."""
