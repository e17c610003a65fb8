"""Companies: the names that texts give to organisations in, one row per organisation and its group out.

`naming` reads the names of an article as keys (`names`) and finds the aliases that it introduces (`aliases`); `settling`
brings each name to its company by the `rules`: what the data file says (`groups`, `known`), what texts introduce, and what
is a misspelling (`spelling`, `evidence`). `decisions` are what people say, and count before all of it. It never makes a
company of a natural person; `persons` checks that.
"""
