"""Companies: the names that texts give to organisations in, one row per organisation and its group out."""
