"""The order in which articles come makes no difference to what is stored of them: shuffled, all tables are the same.

Grouped bit by bit they are too, but for ids of cases: one that was given stays, though the case would be given another
now, of the year of an earlier act or of a respondent that is named more often. `slug` says which.
"""

import json
import random
import re
import sqlite3
from collections import defaultdict
from contextlib import closing

import pytest

ARTICLES = 60
SHUFFLES = 5
# what tells how the cases came to be what they are
LIVED = ("history", "case_redirects")


@pytest.fixture
def load(dpawatch, tmp_path):
    """Return a function that loads records into a new database, part by part, each followed by the commands."""

    def write(name, parts, *commands):
        path, file = tmp_path / f"{name}.db", tmp_path / "part.jsonl"
        for records in parts:
            file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
            for words in (["import", str(file)], *commands):
                assert dpawatch(*words, db=path).exit_code == 0
        return path

    return write


def thirds(records):
    size = -(-len(records) // 3)
    return [records[at : at + size] for at in range(0, len(records), size)]


def name_cases(path):
    """Return the id of each case by the acts and articles that belong to it."""
    members = defaultdict(set)
    with closing(sqlite3.connect(path)) as con:
        rows = "select case_id, action from case_actions union select case_id, article from case_articles"
        for case, member in con.execute(rows):
            members[case].add(member)
    return {frozenset(held): case for case, held in members.items()}


def rename(tables, names):
    """Return the tables with other ids of cases."""
    found = re.compile("|".join(f"'{re.escape(name)}'" for name in sorted(names, key=len, reverse=True)))
    return {
        table: sorted(found.sub(lambda match: repr(names[match[0][1:-1]]), row) for row in rows)
        for table, rows in tables.items()
    }


def test_shuffled_articles_make_the_same_tables(load, demo_records, read_tables):
    records = demo_records[-ARTICLES:]
    first = load("first", [records], ["tag"], ["cases"])
    expected, ids = read_tables(first), name_cases(first)
    assert len(ids) > ARTICLES / 3
    for number in range(SHUFFLES):
        shuffled = random.Random(number).sample(records, len(records))
        assert read_tables(load(f"at once {number}", [shuffled], ["tag"], ["cases"])) == expected
        in_thirds = load(f"in thirds {number}", thirds(shuffled), ["tag"], ["cases"])
        given = name_cases(in_thirds)
        assert given.keys() == ids.keys()
        found = rename(read_tables(in_thirds), {case: ids[held] for held, case in given.items()})
        assert {t: r for t, r in found.items() if t not in LIVED} == {
            t: r for t, r in expected.items() if t not in LIVED
        }
