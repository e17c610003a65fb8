"""Copies are found among many articles, linked to the earliest, and stay."""

from datetime import UTC, datetime, timedelta

import pytest

from db.articles import store_article
from db.duplicates import LEAST, measure_similarity

NOW = datetime(2024, 5, 1, tzinfo=UTC)
STORY = tuple(range(1000, 1100))


def vary(signature, places, by=1):
    """Return a signature that differs from another in so many places, spread over it."""
    chosen = {n * len(signature) // places for n in range(places)} if places else set()
    return tuple(place + by if n in chosen else place for n, place in enumerate(signature))


@pytest.fixture
def store(db, make_article):
    def put(key, signature=STORY, days=0, **changes):
        named = {"publisher": f"Paper {key}", "published": NOW + timedelta(days=days), "signature": signature}
        return store_article(db, make_article(key, **named | changes))

    return put


@pytest.fixture
def links(rows):
    return lambda: rows("select article, copy_of, similarity from near_duplicates order by article")


def test_similarity_is_the_share_of_equal_places():
    assert [measure_similarity(STORY, vary(STORY, n)) for n in (0, 20, 100)] == [1, 0.8, 0]
    assert measure_similarity((), ()) == 0


def test_a_copy_is_linked_to_the_earlier_article_and_kept(store, links, rows):
    assert (store("a"), store("b", vary(STORY, 20), days=1)) == ("new", "new")
    assert links() == [("id-b", "id-a", 0.8)]
    assert rows("select count(*) from articles") == [(2,)]


def test_what_came_first_to_us_may_be_the_copy(store, links):
    store("a", days=2)
    store("b", vary(STORY, 10), days=1)
    assert links() == [("id-a", "id-b", 0.9)]


def test_all_copies_are_linked_to_the_earliest(store, links):
    store("c", days=3)
    store("b", vary(STORY, 10), days=2)
    store("d", vary(STORY, 10, 2), days=4)
    store("a", vary(STORY, 10, 3), days=1)
    assert [(article, original) for article, original, _ in links()] == [
        ("id-b", "id-a"), ("id-c", "id-a"), ("id-d", "id-a"),
    ]  # fmt: skip


def test_what_is_not_alike_enough_is_no_copy(store, links):
    store("a")
    store("b", vary(STORY, 45))
    assert LEAST > 0.55
    assert links() == []


def test_short_texts_are_no_copies_of_each_other(store, links, rows):
    store("a", ())
    store("b", ())
    assert links() == []
    assert rows("select * from signatures") == []


def test_one_publisher_writes_of_different_matters_in_the_same_words(store, links):
    store("a", publisher="es-aepd")
    store("b", vary(STORY, 3), publisher="es-aepd")
    assert links() == []
    store("c", publisher="es-aepd")
    assert links() == [("id-c", "id-a", 1.0)]


def test_a_changed_article_is_compared_anew(store, links):
    for key in "abc":
        store(key, days="abc".index(key))
    other = tuple(place + 5000 for place in STORY)
    store("a", other, content_hash="new")
    assert links() == [("id-c", "id-b", 1.0)]
    store("d", vary(other, 5), days=9)
    assert links() == [("id-c", "id-b", 1.0), ("id-d", "id-a", 0.95)]
    store("a", content_hash="back")
    assert links() == [("id-b", "id-a", 1.0), ("id-c", "id-a", 1.0)]


def test_what_was_a_copy_only_by_a_changed_article_is_none_any_more(store, links):
    """c is like b, and b like a, but c is not like a."""
    middle = vary(STORY[:30], 30) + STORY[30:]
    far = middle[:70] + vary(STORY[70:], 30)
    assert measure_similarity(STORY, far) < LEAST < measure_similarity(middle, far)
    for days, (key, signature) in enumerate({"a": STORY, "b": middle, "c": far, "d": vary(STORY, 5)}.items()):
        store(key, signature, days=days)
    assert {original for _, original, _ in links()} == {"id-a"}
    assert len(links()) == 3
    store("b", tuple(place + 5000 for place in STORY), days=1, content_hash="new")
    assert links() == [("id-d", "id-a", 0.95)]


def test_the_original_is_another_when_an_older_date_becomes_known(store, links):
    """What came without a date has that of its fetch, until a feed states the real one."""
    store("a", days=1)
    store("b", vary(STORY, 10), days=5, published_origin="fetched")
    store("c", vary(STORY, 5), days=2)
    assert [article for article, _, _ in links()] == ["id-b", "id-c"]
    assert store("b", vary(STORY, 10), days=0, published_origin="feed") == "unchanged"
    assert [(article, original) for article, original, _ in links()] == [("id-a", "id-b"), ("id-c", "id-b")]
    assert links()[0][2] == 0.9


def test_a_date_that_is_no_older_changes_no_link(store, links):
    store("a", days=1)
    store("b", days=5, published_origin="fetched")
    before = links()
    store("b", days=3, published_origin="feed")
    assert links() == before == [("id-b", "id-a", 1.0)]


@pytest.mark.parametrize("order", [range(30), range(29, -1, -1)], ids=["oldest first", "newest first"])
def test_of_a_form_letter_all_are_linked_to_the_earliest(store, links, monkeypatch, order):
    monkeypatch.setattr("db.duplicates.MAX_COMPARED", 5)
    for n in order:
        store(f"{n:02}", days=n)
    assert links() == [(f"id-{n:02}", "id-00", 1.0) for n in range(1, 30)]


def test_links_go_with_their_articles(db, store, links, rows):
    store("a")
    store("b", days=1)
    db.execute("delete from articles where id = 'id-a'")
    assert links() == []
    assert rows("select distinct article from signature_bands") == [("id-b",)]


def test_only_articles_with_a_band_in_common_are_read(db, store):
    """One article more costs the same, however many there are."""
    for n in range(300):
        store(str(n), tuple(range(n * 1000 + 10**6, n * 1000 + 10**6 + 100)))
    steps = 0

    def count():
        nonlocal steps
        steps += 1

    db.conn.set_progress_handler(count, 100)
    store("first", tuple(range(100)))
    few, steps = steps, 0
    db.conn.set_progress_handler(None, 0)
    for n in range(300, 1200):
        store(str(n), tuple(range(n * 1000 + 10**6, n * 1000 + 10**6 + 100)))
    db.conn.set_progress_handler(count, 100)
    store("second", tuple(range(5000, 5100)))
    db.conn.set_progress_handler(None, 0)
    assert 0 < steps <= few * 1.5
