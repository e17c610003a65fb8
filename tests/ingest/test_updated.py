"""When an entry was last changed, as each format says it."""

from datetime import UTC, datetime

import pytest

from ingest.models import Response, Source
from ingest.reading import read_source

DAY = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><id>f</id><updated>2024-05-06T07:08:09Z</updated>
<entry><id>1</id><title>An order</title><link href="/1"/>{}</entry></feed>"""
JSON = '{{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [{{"id": "1", "url": "/1"{}}}]}}'
SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://dpa.test/1</loc>{}</url></urlset>'
)


@pytest.mark.parametrize(
    ("body", "kind", "updated"),
    [
        (
            ATOM.format("<published>2024-01-01T00:00:00Z</published><updated>2024-05-06T07:08:09Z</updated>"),
            "feed",
            DAY,
        ),
        (ATOM.format("<published>2024-01-01T00:00:00Z</published>"), "feed", None),
        (JSON.format(', "date_modified": "2024-05-06T09:08:09+02:00"'), "feed", DAY),
        (JSON.format(""), "feed", None),
        (SITEMAP.format("<lastmod>2024-05-06T07:08:09Z</lastmod>"), "sitemap", DAY),
        (SITEMAP.format(""), "sitemap", None),
        (SITEMAP.format("<lastmod>yesterday</lastmod>"), "sitemap", None),
    ],
)
def test_updated(body, kind, updated):
    url = "http://dpa.test/index"
    source = Source("xx", "xx", "regulator", kind, url, url, "en", "privacy")
    (entry,) = read_source(source, Response(url, url, 200, (), body.encode(), datetime(2026, 3, 4, tzinfo=UTC))).entries
    assert entry.updated == updated
