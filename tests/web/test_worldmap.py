"""The map: whatever the database calls a country, links that lead to its cases and a table that needs no eyes."""

import json
import re
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from dpawatch.web.worldmap import class_bounds, draw_map

MARKUP = "<script>alert('x')</script>\"'&"


def address(country):
    return f"/cases?country={country}"


def parse(counts):
    markup = str(draw_map(counts, address))
    for picture in re.findall(r"<svg.*?</svg>", markup):
        ElementTree.fromstring(picture)
    soup = BeautifulSoup(markup, "html.parser")
    assert not soup.select("script, style, [style]")
    return soup


def test_each_country_with_cases_is_a_link_that_says_how_many():
    europe = parse({"FR": 12, "NO": 1}).select_one("svg.europe")
    assert {link["href"]: link["aria-label"] for link in europe.select("a")} == {
        "/cases?country=FR": "France: 12 cases",
        "/cases?country=NO": "Norway: 1 case",
    }
    assert all(link.path["d"].startswith("M") for link in europe.select("a"))


def test_no_key_stops_twice_at_a_country_that_both_views_show():
    world = parse({"FR": 12, "BR": 1}).select_one("svg.world")
    assert [(a["href"][-2:], a.get("tabindex"), a.get("aria-hidden")) for a in world.select("a")] == [
        ("BR", None, None),
        ("FR", "-1", "true"),
    ]


def test_a_country_too_small_to_see_is_a_dot():
    soup = parse({"MT": 3})
    assert soup.select_one('svg.europe a[href="/cases?country=MT"] circle')


def test_the_table_has_every_country_also_those_on_no_map():
    lines = [
        [cell.get_text() for cell in row.select("th, td")]
        for row in parse({"EU": 2, "FR": 1200, "ES": 2}).select("table tr")
    ]
    assert lines == [["Country", "Cases"], ["France", "1,200"], ["European Union", "2"], ["Spain", "2"]]


def test_what_is_no_country_is_text():
    soup = parse({MARKUP: 2, "x" * 10_000: 1, "": 1})
    assert soup.select("tbody th")[0].get_text() == MARKUP
    assert not soup.select("svg a")


def test_without_cases_there_is_no_map():
    assert draw_map({}, address) == draw_map({"FR": 0}, address) == ""


@pytest.mark.parametrize("most", [1, 2, 3, 10, 600, 20_000])
def test_classes_rise_to_the_most(most):
    bounds = class_bounds(most)
    assert bounds == sorted(set(bounds))
    assert bounds[-1] == most
    colours = [path["class"] for path in parse({"FR": most, "DE": 1}).select("svg.europe a path")]
    assert colours == ([["n5"], ["n5"]] if most == 1 else [[f"n{6 - len(bounds)}"], ["n5"]])


def test_the_packaged_shapes_are_small_and_nothing_but_shapes():
    packaged = (files("dpawatch.web") / "map.json").read_text(encoding="utf-8")
    assert len(packaged) < 80_000
    for view in json.loads(packaged)["views"].values():
        assert all(re.fullmatch(r"(M-?\d+ -?\d+l[-\d ]+z)+", path) for path in view["paths"].values())
        assert all(re.fullmatch(r"[A-Z]{2}|", country) for country in (*view["paths"], *view["dots"]))


def test_every_country_of_the_union_and_beyond_is_on_the_map_of_europe():
    europe = json.loads((files("dpawatch.web") / "map.json").read_text(encoding="utf-8"))["views"]["europe"]
    members = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO CH GB XK"
    assert not set(members.split()) - set(europe["paths"]) - set(europe["dots"])
