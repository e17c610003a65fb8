"""docs/scale.md: what follows from the figures follows, and the page is one that the benchmark wrote."""

from datetime import date
from pathlib import Path

from benchmarks.scale_page import GENERATED, MONTH, Measured, Stored, write_page

# a core takes 10 ms for a page left out and 100 ms for one kept
ONE = Measured(1, pages=1000, articles=100, seconds=20, processor=19, left_out=0.01, memory=500_000_000)
STORED = Stored(articles=100, seconds=0.5, warc=20_000_000, parquet=400_000, sqlite=700_000)


def test_a_month_costs_what_its_pages_cost():
    assert (round(ONE.kept, 6), round(ONE.pages_per_core)) == (0.1, 53)
    page = write_page([ONE], STORED, "a machine", date(2026, 3, 4))
    (row,) = [line for line in page.splitlines() if line.startswith("| 1.0% |")]
    hours = MONTH * (0.99 * 0.01 + 0.01 * 0.1) / 3600
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == ["1.0%", "116,000", f"{hours:.0f}", f"{hours / 384:.1f}", "8 GB", "0.5 GB", "0.8 GB", "0.2"]
    assert "On a machine, 2026-03-04" in page
    assert "{" not in page


def test_the_page_is_the_benchmarks():
    page = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")
    assert GENERATED in page
    (heading,) = {line for line in page.splitlines() if line.startswith("| workers |")}
    assert heading in write_page([ONE], STORED, "a machine", date(2026, 3, 4))
