"""When a page was published: its tree in, the time that it states out, or none.

First what its markup states in so many words, then what htmldate finds in the markup of dates (`<time>`, elements that
are called date, the address). The last change is another date, a date in the text may be any, and of several dates
beside each other nobody knows which is meant: none of these is taken.
"""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from htmldate import find_date

OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
STATED = (
    "//meta[@property='article:published_time' or @property='og:article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content | //*[@itemprop='datePublished']/@datetime",
    "//meta[@name='date' or @name='pubdate' or @name='publish-date' or @name='dcterms.issued' or @name='dcterms.created'"
    " or @name='DC.date' or @name='DC.date.issued' or @name='citation_publication_date']/@content",
    "//time[@pubdate]/@datetime",
)
JSON_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{10,40})"')
# what stands around an article, and what says when it was changed
LEFT_OUT = (
    "//nav|//footer|//aside|//script|//comment()"
    "|//meta[contains(@property, 'modified') or contains(@property, 'updated') or contains(@name, 'odified')"
    " or contains(@name, 'pdated') or contains(@name, 'revised') or @http-equiv or contains(@itemprop, 'odified')]"
    "|//*[contains(@class, 'updated') or contains(@class, 'modified') or contains(@itemprop, 'odified')]"
)


def find_published(tree: Any, url: str) -> datetime | None:
    """Return when the page of a parsed tree says that it was published, in UTC; a day is its midnight. The tree stays."""
    stated = [value for path in STATED for value in tree.xpath(path)]
    for script in tree.xpath("//script[@type='application/ld+json']"):
        stated += JSON_LD_DATE.findall(script.text_content())
    return next(filter(None, map(_read_date, stated)), None) or _find_marked(tree, url)


def _find_marked(tree: Any, url: str) -> datetime | None:
    pruned = deepcopy(tree)
    for element in pruned.xpath(LEFT_OUT):
        if element.getparent() is not None:
            element.drop_tree()
    times = pruned.xpath("//time[@datetime]")
    if len({time.get("datetime").strip()[:10] for time in times}) > 1:
        for time in times:
            time.drop_tree()
    latest = datetime.now(UTC) + timedelta(days=1)
    found = find_date(
        pruned, extensive_search=False, original_date=True, outputformat="%Y-%m-%dT%H:%M:%S%z", url=url,
        min_date=OLDEST.replace(tzinfo=None), max_date=latest.replace(tzinfo=None),
    )  # fmt: skip
    return _read_date(found) if found else None


def _read_date(value: str) -> datetime | None:
    """Return an ISO 8601 date or time in UTC, or None for nonsense and the future; a day is its midnight."""
    try:
        found = datetime.fromisoformat(value.strip())
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if OLDEST <= found <= datetime.now(UTC) + timedelta(days=1) else None
