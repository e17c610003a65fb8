"""Text in, one immutable `Analysis` out: nlp knows language and law and nothing of the web or SQL.

It never fetches, never stores and never imports another room of the project.
Modules in the order of the line: gazetteer, pipeline, sentences, regulators, provisions (grammar, postpositions,
citations), amounts (bare_sums), companies (names, persons, identities), sanctions, clauses, dates, actions (events,
surroundings), analyze.
"""
