"""Charts: whatever the rows hold, a picture that can be parsed, a table that says the same, and nothing that runs."""

import math
import re
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from dpawatch.web import charts
from dpawatch.web.charts import Item, Series

MARKUP = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&"


def parse(markup):
    """Return the soup of a chart, having insisted that its pictures are XML, which a browser forgives and a reader may not."""
    for picture in re.findall(r"<svg.*?</svg>", str(markup)):
        if picture.count("<svg") == picture.count("</svg"):
            ElementTree.fromstring(picture)
    soup = BeautifulSoup(str(markup), "html.parser")
    assert not soup.select("script, img, style, [style], [onerror]")
    return soup


def table(soup, selector="table"):
    return [[cell.get_text() for cell in row.select("th, td")] for row in soup.select_one(selector).select("tr")]


def year(label, cases=0, fines=0, amount=None):
    return {"year": label, "cases": cases, "fines": fines, "amount_eur": amount}


def test_years_are_bars_and_a_table_without_gaps():
    soup = parse(
        charts.by_year([year("2021", 2, 1, 1_500_000), year("2019", 4), year("", 6, 1, 1_500_000)], "What it did")
    )
    assert soup.figcaption.get_text() == "What it did"
    assert table(soup) == [
        ["Year", "Cases", "of them with a sum", "Sums that stand, in euro"],
        ["2021", "2", "1", "EUR 1,500,000"],
        ["2020", "0", "0", "EUR 0"],
        ["2019", "4", "0", "EUR 0"],
    ]
    sums, cases = soup.select("svg[role=img]")
    assert [bar.title.get_text() for bar in sums.select("rect")] == ["2021: EUR 1,500,000"]
    assert [bar.title.get_text() for bar in cases.select("rect")] == ["2019: 4", "2021: 2"]
    assert float(cases.select("rect")[0]["height"]) == 2 * float(cases.select("rect")[1]["height"])
    assert "2019 to 2021. Cases: most in 2019 (4)" in cases.desc.get_text()


def test_without_any_sum_only_the_cases_are_drawn():
    assert len(parse(charts.by_year([year("2021", 2)])).select("svg[role=img]")) == 1


@pytest.mark.parametrize("rows", [[], [year("", 3)], [year(MARKUP, 3)], [year(None, 3)], [year("٢٠٢١", 3)]])
def test_rows_without_a_year_make_no_chart(rows):
    assert charts.by_year(rows) == ""


def test_two_far_years_do_not_make_a_chart_of_ten_thousand():
    soup = parse(charts.by_year([year("0001", 1), year("9999", 1)]))
    assert [line[0] for line in table(soup)] == ["Year", "9999", "0001"]


@pytest.mark.parametrize("value", [None, MARKUP, math.nan, math.inf, -5, True, b"x"])
def test_what_is_no_number_is_nothing(value):
    assert charts.read_number(value) == 0
    assert table(parse(charts.by_year([year("2020", value, value, value)])))[1] == ["2020", "0", "0", "EUR 0"]


@pytest.mark.parametrize("value", [1, 2, 3, 7, 10, 99, 1e3, 123456789, 9.9e11, 1e300])
def test_a_scale_is_round_and_reaches_the_most(value):
    steps = charts._steps(value)
    assert steps[0] == 0
    assert steps[-1] >= value * (1 - 1e-9)
    assert 2 <= len(steps) <= 5
    assert all(step == int(step) for step in steps)


def test_parts_lie_on_each_other_and_a_legend_names_their_colours():
    parts = [Series("fine", [3, 0]), Series(MARKUP, [1, 2])]
    soup = parse(charts.stacked("Measures", ["2020", "2021"], parts, "Year"))
    assert [key.get_text(strip=True) for key in soup.select(".legend li")] == ["fine", MARKUP]
    fine, other, later = soup.select(".shapes rect")
    assert float(other["y"]) + float(other["height"]) == pytest.approx(float(fine["y"]), abs=0.2)
    assert (fine["class"], other["class"], later["class"]) == (["s1"], ["s2"], ["s2"])
    assert table(soup)[1:] == [["2021", "0", "2"], ["2020", "3", "1"]]


def test_months_between_are_zero_and_odd_ones_are_left_out():
    rows = [
        {"month": m, "cases": n}
        for m, n in (("2020-11", 2), ("2021-02", 1), ("2020-11", 3), ("2020-13", 9), (MARKUP, 9))
    ]
    soup = parse(charts.by_month(rows, "cases", "Cases a month", "Cases"))
    assert table(soup)[1:] == [["2021-02", "1"], ["2021-01", "0"], ["2020-12", "0"], ["2020-11", "5"]]
    assert len(soup.select_one(".line")["points"].split()) == 4


def test_one_month_is_a_bar():
    assert len(parse(charts.by_month([{"month": "2020-11", "cases": 2}], "cases", "t", "Cases")).select("rect")) == 1


def test_a_ranking_is_a_table_with_bars():
    items = [Item("CNIL", 40, "/regulator/fr-cnil", "France"), Item(MARKUP, 10), Item("none", 0)]
    soup = parse(charts.ranking("Most active", items, "Regulator", "Cases"))
    assert table(soup) == [["Regulator", "Cases"], ["CNIL France", "40"], [MARKUP, "10"], ["none", "0"]]
    assert [bar["width"] for bar in soup.select("rect")] == ["100.00%", "25.00%", "0.00%"]
    assert soup.a["href"] == "/regulator/fr-cnil"


@pytest.mark.parametrize("labels", [["2020"], [MARKUP] * 30, ["x" * 10_000, "\u202eشركة"]])
@pytest.mark.parametrize("value", [0, 1, 0.25, 1e300])
def test_any_label_and_any_number_can_be_drawn(labels, value):
    series = [Series(MARKUP, [value] * len(labels), money=True), Series("other", [value] * len(labels))]
    assert table(parse(charts.bars(MARKUP, labels, series, MARKUP)))[0][0] == MARKUP
    assert parse(charts.stacked(MARKUP, labels, series))
    assert parse(charts.line(MARKUP, labels, series[0]))


def test_nothing_to_draw_draws_nothing():
    assert (
        charts.bars("t", [], [Series("a", [])])
        == charts.stacked("t", [], [])
        == charts.ranking("t", [], "a", "b")
        == ""
    )


def test_every_colour_stands_off_the_paper_in_light_and_dark():
    sheet = "".join((files("dpawatch.web") / "static" / name).read_text() for name in ("site.css", "charts.css"))
    light, dark = {}, {}
    for block, colours in re.findall(
        r"(@media \(prefers-color-scheme: dark\) \{\s*)?:root \{(.*?)\}", sheet, re.DOTALL
    ):
        (dark if block else light).update(re.findall(r"--(\w+): (#[0-9a-f]{6});", colours))
    for scheme in (light, dark):
        named = [f"s{number + 1}" for number in range(charts.COLOURS)] + ["muted"]
        assert {
            name: contrast(scheme[name], scheme["paper"]) > (4.5 if name == "muted" else 3) for name in named
        } == dict.fromkeys(named, True)


def contrast(one, other):
    """Return the ratio of WCAG 2 between two colours."""

    def luminance(colour):
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)
