"""When a page was published, where its markup shows a date without saying of what."""

import pytest

from ingest.pages import read_page

TEXT = (
    "<p>"
    + "The authority closed its inquiry into the ferry company and published the order with its reasons. " * 4
    + "</p>"
)
DAY = "2024-05-06T00:00:00+00:00"


@pytest.mark.parametrize(
    ("body", "published"),
    [
        ("<time datetime='2024-05-06T10:00:00+02:00'>today</time>" + TEXT, "2024-05-06T08:00:00+00:00"),
        ("<time datetime='2024-05-06'>today</time>" + TEXT + "<time datetime='2024-05-06'>today</time>", DAY),
        ("<span class='date'>06.05.2024</span>" + TEXT, DAY),
        ("<div class='pressdate'>6. Mai 2024</div>" + TEXT, DAY),
        # which of two days it is, nobody knows
        ("<time datetime='2024-05-06'>x</time>" + TEXT + "<time datetime='2023-01-01'>other news</time>", None),
        # what stands around the article is of other articles
        (TEXT + "<aside><time datetime='2023-01-01'>other news</time></aside>", None),
        (TEXT + "<footer><span class='date'>06.05.2024</span></footer>", None),
        # changed, not published
        ("<time class='updated' datetime='2024-05-06'>x</time>" + TEXT, None),
        # dates of which the text speaks
        (TEXT + "<p>The hearing is on 12 June 2023.</p>", None),
        (TEXT + "<p>Copyright 2019</p>", None),
        # after tomorrow
        ("<time datetime='2999-05-06'>x</time>" + TEXT, None),
        (TEXT, None),
    ],
)
def test_dates_in_markup(body, published):
    html = f"<html><head><title>Order</title></head><body><main>{body}</main></body></html>"
    page = read_page(html.encode(), "text/html", "http://dpa.test/1")
    assert (page.published.isoformat() if page.published else None) == published


@pytest.mark.parametrize(
    ("url", "published"),
    [
        ("http://dpa.test/2024/05/06/order", DAY),
        ("http://dpa.test/2024/order", None),
        ("http://dpa.test/order-12-2024", None),
    ],
)
def test_date_in_the_address(url, published):
    page = read_page(f"<html><body>{TEXT}</body></html>".encode(), "text/html", url)
    assert (page.published.isoformat() if page.published else None) == published
