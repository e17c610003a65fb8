"""The table of all figures: what is measured comes into it, what misses its bar is marked, what breaks down is said."""

import importlib.util
from datetime import date

import pytest

from benchmarks.everything import BENCHMARKS, Benchmark, measure, put_table, write_table
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
    table = write_table(measured, "2 cores", date(2026, 3, 1)).splitlines()
    assert table[0] == "Measured on 2026-03-01: 2 cores."
    assert "| ratio | 1.50 **missed** | at most 1.3 | 15 and 10 ms |" in table
    assert "| **Wrong** | broke down | | |" in table


def test_the_table_takes_the_place_of_the_one_before():
    page = "a\n<!-- figures -->\nold\n<!-- end of figures -->\nb\n"
    assert put_table(page, "new\n") == "a\n<!-- figures -->\nnew\n<!-- end of figures -->\nb\n"


@pytest.mark.parametrize("value", [0.0, 0.5, 99.994, 1234.5])
def test_values_are_told_in_few_digits(value):
    assert float(Figure("x", value).format_value().replace(",", "")) == pytest.approx(value, abs=0.51, rel=0.01)


def test_the_benchmarks_are_there():
    missing = [b.words[0] for b in BENCHMARKS if not importlib.util.find_spec(f"benchmarks.{b.words[0]}")]
    assert missing == []
