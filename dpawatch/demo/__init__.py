"""The bundled sample: articles written for it in, a web site of invented publications on loopback out.

The facts are public, the words are the project's own. It never reads or writes a database but through the ordinary run.
articles.py loads the sample, pages.py writes feeds and pages, server.py serves them, build.py runs the run against them.
"""
