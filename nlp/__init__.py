"""Text in, one immutable `Analysis` out: nlp knows language and law and nothing of the web or SQL.

It never fetches, never stores and never imports another room of the project.
Modules in the order of the line: gazetteer, pipeline, composed, kept, letters, sentences, words, laws, regulators, provisions
(grammar, postpositions, citations), amounts (currencies, bare_sums), companies (names, forms, spans, masking, declensions, persons,
naturals, identities, ordinals), entities, sanctions, provisions' roles (attribution), clauses, dates, actions (surroundings,
events, recall, grounds, decided), analyze; and before all of them, for a command that reads one text, starting.
"""
