"""A source whose site was rebuilt: `status` names it within the run that shows it, nothing of it is stored, a person may accept it."""

import json

import pytest

TEXT = (
    "The authority fined a bakery EUR 9,000 for filming its guests without telling them, which breached Article 13 of the GDPR. "
    "The cameras had been running for two years, and nobody had asked whether that was needed. The bakery has paid. "
) * 3


@pytest.fixture
def known(site, poll, dpawatch):
    """Poll the site until it is known how much it gives as a rule."""
    site.pages |= {f"/p{n}": (f"The authority publishes order number {n}", f"{TEXT} {n}") for n in range(20)}
    for n in range(5):
        site.tag = f'"{n}"'
        site.head = f"<!-- {n} -->"
        assert poll("ingest", "--all").exit_code == 0
    assert dpawatch("status").exit_code == 0
    return site


def show(site, *paths):
    site.feeds["/feed"], site.tag = list(paths), f'"{len(paths)}-{len(site.asked)}"'


def read_status(dpawatch):
    result = dpawatch("status", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == (1 if found["needs"] else 0)
    return found


def test_an_index_that_yields_a_tenth_is_held_back_until_it_is_as_before(known, poll, dpawatch):
    articles, before = read_status(dpawatch)["articles"], list(known.pages)
    known.pages["/menu"] = ("Imprint", TEXT)
    show(known, "/menu")
    result = poll("ingest", "--all")
    assert "(1 held back)" in result.stdout
    assert "test-0: its index holds 1 entry now, where 23 are usual" in result.stderr
    assert "/menu" not in known.asked
    found = read_status(dpawatch)
    assert found["needs"] == [
        "source test-0 is held back: its index holds 1 entry now, where 23 are usual; "
        "correct its table, or `dpawatch sources accept test-0`"
    ]
    assert found["states"] == {"held back": 1}
    assert "Held back: 1" in dpawatch("status").stdout
    # it lasts, and is said as long
    poll("ingest", "--all")
    assert read_status(dpawatch)["states"] == {"held back": 1}
    known.pages["/new"] = ("A new order", f"{TEXT} It is new.")
    show(known, *before, "/new")
    assert poll("ingest", "--all").exit_code == 0
    found = read_status(dpawatch)
    assert (found["needs"], found["states"], found["articles"]) == ([], {"works": 1}, articles + 1)
    assert "/menu" not in known.asked


def test_an_index_of_nothing_is_held_back(known, poll, dpawatch):
    show(known)
    poll("ingest", "--all")
    assert "its index holds no entries now" in read_status(dpawatch)["needs"][0]


def test_a_person_accepts_what_it_gives_now(known, poll, dpawatch):
    known.pages["/only"] = ("The only order", f"{TEXT} It is the only one.")
    show(known, "/only")
    poll("ingest", "--all")
    accepted = dpawatch("sources", "accept", "test-0")
    assert (accepted.exit_code, accepted.stdout.split(":")[0]) == (0, "test-0")
    assert read_status(dpawatch)["needs"] == []
    # it is due at once
    assert "1 new" in poll("ingest").stdout
    assert read_status(dpawatch)["states"] == {"works": 1}
    assert "/only" in known.asked


def test_pages_that_yield_a_tenth_are_named_and_not_read(known, poll, dpawatch):
    known.pages |= {f"/menu{n}": (f"A rebuilt page {n}", f"Imprint, contact, number {n}") for n in range(6)}
    show(known, *known.pages)
    poll("run", "--all")
    found = read_status(dpawatch)
    assert found["states"] == {"held back": 1}
    assert "the texts of 6 of its last 6 pages have some" in found["needs"][0]
    assert (found["waiting"], found["defects"]) == (0, {"extraction": 6})
    assert "6 articles of it wait" in dpawatch("sources", "accept", "test-0").stdout
    assert read_status(dpawatch)["waiting"] == 6


def test_a_source_that_nobody_knows_cannot_be_accepted(known, dpawatch):
    result = dpawatch("sources", "accept", "test-9")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no source is called 'test-9'" in result.stderr
