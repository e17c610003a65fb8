"""The one line that ends a command: what was counted, in words."""

from __future__ import annotations

from collections.abc import Mapping


def format_summary(counts: Mapping[str, int]) -> str:
    """Return counts as one line; what was not counted is not said, and details that are zero are left out."""
    parts = [
        _part(counts, "sources", "source polled", "sources polled", unchanged_sources="unchanged", failed_sources="failed",
              gone_sources="gone", postponed_sources="postponed"),
        _part(counts, "new_articles", "new article", "new articles", updated_articles="updated",
              unchanged_articles="known", failed_pages="pages failed", bad_lines="bad lines"),
        _part(counts, "read_articles", "article read", "articles read", unreadable_articles="unreadable",
              found_actions="actions found"),
        _part(counts, "cases", "case", "cases", new_cases="new", changed_cases="changed", removed_cases="removed"),
    ]  # fmt: skip
    return "; ".join(part for part in parts if part) or "nothing to do"


def _part(counts: Mapping[str, int], key: str, one: str, many: str, **details: str) -> str:
    if not any(name in counts for name in (key, *details)):
        return ""
    number = counts.get(key, 0)
    said = [f"{counts[name]:,} {words}" for name, words in details.items() if counts.get(name)]
    line = f"{number:,} {one if number == 1 else many}"
    return f"{line} ({', '.join(said)})" if said else line
