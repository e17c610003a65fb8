"""The one line that ends a command, and the one that ends a source: what was counted, in words."""

from __future__ import annotations

from collections.abc import Mapping

# what was counted, as it is called for one and for many
_PARTS: tuple[dict[str, tuple[str, str]], ...] = (
    {
        "sources": ("source polled", "sources polled"),
        "unchanged_sources": ("unchanged", "unchanged"),
        "failed_sources": ("failed", "failed"),
        "gone_sources": ("gone", "gone"),
        "postponed_sources": ("postponed", "postponed"),
        "held_sources": ("held back", "held back"),
    },
    {
        "shards": ("shard made", "shards made"),
        "finished_shards": ("there before", "there before"),
        "failed_shards": ("failed", "failed"),
    },
    {
        "pages": ("page", "pages"),
        "irrelevant_pages": ("irrelevant", "irrelevant"),
        "duplicate_pages": ("duplicate", "duplicates"),
        "pages_without_article": ("without an article", "without an article"),
        "broken_records": ("broken record", "broken records"),
    },
    {
        "new_articles": ("new article", "new articles"),
        "updated_articles": ("updated", "updated"),
        "unchanged_articles": ("known", "known"),
        "duplicate_entries": ("duplicate", "duplicates"),
        "copied_articles": ("near copy", "near copies"),
        "irrelevant_entries": ("irrelevant", "irrelevant"),
        "failed_pages": ("page failed", "pages failed"),
        "gone_pages": ("page gone", "pages gone"),
        "unarchived_articles": ("not archived", "not archived"),
        "redacted_articles": ("redacted before", "redacted before"),
        "bad_lines": ("bad line", "bad lines"),
    },
    {
        "read_articles": ("article read", "articles read"),
        "unreadable_articles": ("unreadable", "unreadable"),
        "found_actions": ("action found", "actions found"),
    },
    {
        "cases": ("case", "cases"),
        "new_cases": ("new", "new"),
        "changed_cases": ("changed", "changed"),
        "removed_cases": ("removed", "removed"),
    },
    {
        "sent_alerts": ("alert sent", "alerts sent"),
        "waiting_alerts": ("waiting", "waiting"),
        "uncertain_alerts": ("uncertain", "uncertain"),
    },
)
# what came of a source, in the order in which it is said
_CAME = {
    "new": ("new", "new"),
    "updated": ("updated", "updated"),
    "duplicate": ("duplicate", "duplicates"),
    "irrelevant": ("irrelevant", "irrelevant"),
    "failed": ("page failed", "pages failed"),
    "gone": ("page gone", "pages gone"),
}
# what was removed because it was old, and what a run left that stopped when its time was used up
_OLD = {
    "old_archives": ("file of raw responses", "files of raw responses"),
    "old_fetches": ("request", "requests"),
    "old_runs": ("run", "runs"),
}
_LEFT = {
    "left_sources": ("source to poll", "sources to poll"),
    "left_articles": ("article to read", "articles to read"),
    "left_groupings": ("grouping into cases", "groupings into cases"),
}


def format_summary(counts: Mapping[str, int], seconds: float = 0.0, size: int = 0) -> str:
    """Return counts as one line; what was not counted is not said, and details that are zero are left out.

    After a poll the line ends with the bytes that were received, the time that the whole run took, and the size in bytes
    of the database. What a run whose time was used up left to the next one comes last.
    """
    parts = [_format_part(counts, part) for part in _PARTS]
    if "bytes" in counts:
        parts.append(f"{format_bytes(counts['bytes'])} in {format_seconds(seconds)}")
        parts.append(f"the database has {format_bytes(size)}" if size else "")
    for what, words in (("removed for its age", _OLD), ("left for the next run", _LEFT)):
        listed = [_count(counts[key], said) for key, said in words.items() if counts.get(key)]
        parts.append(f"{what}: {', '.join(listed)}" if listed else "")
    return "; ".join(part for part in parts if part) or "nothing to do"


def format_came(counts: Mapping[str, int]) -> str:
    """Return what came of one source, "3 new, 1 duplicate"; details that are zero are left out."""
    said = [_count(counts[key], words) for key, words in _CAME.items() if counts.get(key)]
    return ", ".join(said if counts.get("new") else ["nothing new", *said])


def format_bytes(number: int) -> str:
    """Return a number of bytes as people read it, in powers of a thousand: "14.2 kB"."""
    size = float(number)
    for unit in ("B", "kB", "MB"):
        if size < 999.95:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def format_seconds(seconds: float) -> str:
    """Return a time as people read it: "0.4 s", "95 s"."""
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:,.0f} s"


def _format_part(counts: Mapping[str, int], part: Mapping[str, tuple[str, str]]) -> str:
    if not any(key in counts for key in part):
        return ""
    (key, words), *details = part.items()
    said = [_count(counts[detail], words) for detail, words in details if counts.get(detail)]
    line = _count(counts.get(key, 0), words)
    return f"{line} ({', '.join(said)})" if said else line


def _count(number: int, words: tuple[str, str]) -> str:
    return f"{number:,} {words[0] if number == 1 else words[1]}"
