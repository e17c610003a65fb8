import sys

import pytest

from dpawatch.logs import OneLineFormatter
from dpawatch.progress import OnStderr
from dpawatch.summary import format_bytes, format_came, format_seconds, format_summary

POLLED = {"sources": 12, "unchanged_sources": 8, "failed_sources": 1, "gone_sources": 1, "new_articles": 5,
          "updated_articles": 1, "duplicate_entries": 2, "copied_articles": 1, "irrelevant_entries": 30,
          "failed_pages": 1, "gone_pages": 4, "bytes": 1_234_567}  # fmt: skip
SUMMARIES = [
    ({}, "nothing to do"),
    (
        POLLED,
        "12 sources polled (8 unchanged, 1 failed, 1 gone); 5 new articles (1 updated, 2 duplicates, 1 near copy, "
        "30 irrelevant, 1 page failed, 4 pages gone); 1.2 MB in 95 s",
    ),
    ({"sources": 1, "new_articles": 0, "bytes": 0}, "1 source polled; 0 new articles; 0 B in 95 s"),
    ({"sources": 1, "new_articles": 0}, "1 source polled; 0 new articles"),
    (
        {"sources": 12, "unchanged_sources": 10, "failed_sources": 1, "new_articles": 1, "failed_pages": 2},
        "12 sources polled (10 unchanged, 1 failed); 1 new article (2 pages failed)",
    ),
    ({"read_articles": 1234, "found_actions": 5}, "1,234 articles read (5 actions found)"),
    ({"cases": 3, "new_cases": 0, "removed_cases": 1}, "3 cases (1 removed)"),
]


@pytest.mark.parametrize(("counts", "expected"), SUMMARIES)
def test_summaries(counts, expected):
    assert format_summary(counts, 95.2) == expected


AMOUNTS = [
    (format_bytes, 0, "0 B"),
    (format_bytes, 999, "999 B"),
    (format_bytes, 1000, "1.0 kB"),
    # not "1000.0 kB"
    (format_bytes, 999_960, "1.0 MB"),
    (format_bytes, 12_345_678_901, "12.3 GB"),
    (format_seconds, 0.04, "0.0 s"),
    (format_seconds, 9.94, "9.9 s"),
    (format_seconds, 9.96, "10 s"),
    (format_seconds, 3725.0, "3,725 s"),
]


@pytest.mark.parametrize(("write", "number", "expected"), AMOUNTS)
def test_amounts_are_short(write, number, expected):
    assert write(number) == expected


def test_what_came_of_a_source():
    assert format_came({}) == "nothing new"
    assert format_came({"new": 3, "duplicate": 1, "failed": 2}) == "3 new, 1 duplicate, 2 pages failed"
    assert format_came({"irrelevant": 2}) == "nothing new, 2 irrelevant"


def work(lines):
    with OnStderr().work("Working", len(lines)) as step:
        for line, attention in lines:
            step(line, attention)


LINES = [("one: 3 new", False), ("", False), ("two: HTTP 500", True)]


def test_without_a_terminal_each_part_is_a_line(capsys):
    work(LINES)
    assert capsys.readouterr().err == "one: 3 new\ntwo: HTTP 500\n"


def test_on_a_terminal_there_is_a_bar_and_then_what_needs_attention(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    work(LINES)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Working" in shown.err
    assert "100%" in shown.err
    assert shown.err.endswith("two: HTTP 500\n")
    assert "one: 3 new" not in shown.err


def test_on_a_terminal_a_bad_day_does_not_scroll_away(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    work([(f"source {n}: HTTP 500", True) for n in range(25)])
    shown = capsys.readouterr().err.splitlines()
    assert shown[-2:] == ["source 19: HTTP 500", "and 5 more: see `dpawatch status --all`"]


def test_a_logged_error_is_one_line():
    import logging

    try:
        raise ValueError("first\nsecond")
    except ValueError:
        record = logging.LogRecord("ingest.poll", logging.ERROR, "", 0, "source %s broke", ("x",), sys.exc_info())
    assert OneLineFormatter().format(record) == "ERROR ingest.poll: source x broke: ValueError: first second"
