"""The table of all figures: what is measured comes into it, what misses its bar is marked, what breaks down is said."""

import importlib.util
from datetime import date

import pytest

from benchmarks.everything import BENCHMARKS, Benchmark, measure, put_table, read_rows, write_rows, write_table
from benchmarks.figures import KEPT_IN, Figure, load_kept, note


def test_figures_are_printed_and_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(KEPT_IN, str(tmp_path / "kept"))
    figures = [
        Figure("speed", 8.25, "times", least=8, beside="66 and 8 words/s"),
        Figure("memory", 712, "MB", most=700),
    ]
    assert note(figures[0])
    assert not note(*figures)
    assert load_kept(tmp_path / "kept") == [figures[0], *figures]
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "speed: 8.25 times (at least 8) ok; 66 and 8 words/s"
    assert said[2] == "memory: 712 MB (at most 700) MISSED"


def test_benchmarks_are_run_and_their_figures_come_into_the_table(tmp_path):
    benchmarks = [
        Benchmark("Texts", ("mutations",), ("--number", "3")),
        Benchmark("Wrong", ("mutations", "--number", "x")),
        Benchmark("Pages", ("replay",), (), "no-such.tar.gz"),
    ]
    measured = list(measure(benchmarks, True, tmp_path))
    assert [(b.title, state, [f.name for f in figures]) for b, state, figures in measured] == [
        ("Texts", "", ["failures of 3 mutations"]),
        ("Wrong", "broke down", []),
        ("Pages", "left out", []),
    ]
    measured[0][2].append(Figure("ratio", 1.5, most=1.3, beside="15 and 10 ms"))
    rows = write_rows(measured, date(2026, 3, 1))
    assert "| ratio | 1.50 **missed** | at most 1.3 | 15 and 10 ms |" in rows["Texts"]
    assert rows["Texts"][0] == "| **Texts** | 2026-03-01 | | |"
    assert rows["Wrong"] == ["| **Wrong** | broke down | | |"]


def test_benchmarks_measured_alone_leave_the_rows_of_the_others():
    first, second = (benchmark.title for benchmark in BENCHMARKS[:2])
    figures = [Figure("speed", 2.5)]
    before = write_rows([(BENCHMARKS[1], "", figures), (BENCHMARKS[0], "", figures)], date(2026, 3, 1))
    page = put_table("<!-- figures --><!-- end of figures -->", write_table(before, "2 cores"))
    assert read_rows(page) == before
    later = write_table(read_rows(page) | write_rows([(BENCHMARKS[1], "", [])], date(2026, 3, 2)), "4 cores")
    assert later.splitlines() == [
        "Measured on 4 cores.",
        "",
        "| figure | measured | asked | both sides |",
        "|---|---|---|---|",
        f"| **{first}** | 2026-03-01 | | |",
        "| speed | 2.50 |  |  |",
        f"| **{second}** | 2026-03-02 | | |",
    ]


def test_the_table_takes_the_place_of_the_one_before():
    page = "a\n<!-- figures -->\nold\n<!-- end of figures -->\nb\n"
    assert put_table(page, "new\n") == "a\n<!-- figures -->\nnew\n<!-- end of figures -->\nb\n"


@pytest.mark.parametrize("value", [0.0, 0.5, 99.994, 1234.5])
def test_values_are_told_in_few_digits(value):
    assert float(Figure("x", value).format_value().replace(",", "")) == pytest.approx(value, abs=0.51, rel=0.01)


def test_the_benchmarks_are_there():
    missing = [b.words[0] for b in BENCHMARKS if not importlib.util.find_spec(f"benchmarks.{b.words[0]}")]
    assert missing == []
