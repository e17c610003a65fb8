"""Companies: which names are one company, and which companies are one group."""
