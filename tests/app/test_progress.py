import sys

import pytest

from dpawatch.logs import OneLineFormatter
from dpawatch.progress import OnStderr
from dpawatch.summary import format_summary

SUMMARIES = [
    ({}, "nothing to do"),
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
    assert format_summary(counts) == expected


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


def test_a_logged_error_is_one_line():
    import logging

    try:
        raise ValueError("first\nsecond")
    except ValueError:
        record = logging.LogRecord("ingest.poll", logging.ERROR, "", 0, "source %s broke", ("x",), sys.exc_info())
    assert OneLineFormatter().format(record) == "ERROR ingest.poll: source x broke: ValueError: first second"
