"""What of the database may leave it: the tables of a public copy, and what of their columns stays at home.

Every table of the schema stands in one of the lists; a new one must be put there before the tests pass.
"""

from __future__ import annotations

PUBLIC = frozenset({
    "_sqlite_migrations", "action_evidence", "action_happenings", "action_names", "action_provisions",
    "action_respondents", "action_sanctions", "action_violations", "actions", "article_sources", "articles",
    "case_actions", "case_articles", "case_companies", "case_contradictions", "case_events", "case_languages",
    "case_provisions", "case_redirects", "case_sanctions", "case_sources", "case_totals", "case_violations",
    "cases", "companies", "company_aliases",
    "company_merges", "company_names", "company_redirects", "delays", "entities", "fetches", "history", "laws", "mentions",
    "near_duplicates", "provision_regulators", "provisions", "regulators", "runs", "silences", "site_totals", "sources",
})  # fmt: skip
# indexes of full-text search, made anew over the public texts
SEARCHED = frozenset({"articles_fts", "cases_fts", "entities_fts"})
# queues, what cases are looked up by, what totals are the sums of, texts of the press in full, and who follows what
WORKING = frozenset({
    "action_keys", "action_links", "alerts", "article_terms", "backups", "company_spellings", "counted", "counted_delays",
    "entries", "follow_cases", "follow_targets", "follows", "hosts", "redaction_hashes", "redaction_keys", "redactions",
    "revisions", "signature_bands", "signatures", "stale_actions", "stale_articles", "stale_cases", "stale_companies",
    "stale_company_states", "stale_names", "stale_summaries", "targets", "untold_cases",
})  # fmt: skip

# what is null outside: where raw responses lie, what servers and errors said word for word, what polling needs
PRIVATE = {
    "articles": ("raw_file", "raw_offset", "analysis_error"),
    "fetches": ("final_url", "error", "note", "rests_until"),
    "runs": ("error", "needs"),
    "sources": ("etag", "last_modified", "body_hash", "more_pages", "index_sizes"),
}

# where spans of articles stand: table -> the article's id, the columns of beginning and end, whether a part of a span will do
SPANS = {
    "mentions": ("mentions.article", "start", "end", False),
    "company_aliases": ("company_aliases.article", "start", "end", False),
    "case_events": ("case_events.article", "start", "end", True),
    "actions": ("actions.article", "evidence_start", "evidence_end", True),
    "action_evidence": ("(select article from actions where id = action_evidence.action)", "start", "end", True),
    "action_happenings": ("(select article from actions where id = action_happenings.action)", "start", "end", True),
}
# rows of these are nothing without their span
NOTHING_WITHOUT = frozenset({"mentions", "company_aliases", "action_evidence", "action_happenings"})
