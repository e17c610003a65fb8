"""The gold holds together, no figure falls unnoticed, and the page shows what was measured."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import accuracy
from benchmarks.accuracy_page import MEANINGS, build_page, build_public_parts
from benchmarks.chart import draw_bars
from benchmarks.counting import Figure
from benchmarks.gold_texts import load_gold
from benchmarks.public import load_public, parse_scores

GOLD = load_gold()
FLOORS = json.loads(accuracy.FLOORS.read_text(encoding="utf-8"))
PAGE = (Path(__file__).parents[2] / "docs" / "accuracy.md").read_text(encoding="utf-8")


def read_perfectly(text):
    """Return the analysis that says what the gold says."""
    gold = text.gold
    breached = dict.fromkeys(p for action in gold["actions"] for p in action["provisions"])
    roles = {"respondents": "respondent", "complainants": "complainant", "mentioned": "mentioned"}
    return {
        "is_enforcement": gold["is_enforcement"],
        "actions": gold["actions"],
        "provisions": [{"id": p, "role": "violated"} for p in breached]
        + [{"id": p, "role": "cited"} for p in gold["cited"]],
        "companies": [{"name": n, "role": role} for key, role in roles.items() for n in gold.get(key, [])],
    }


PERFECT = accuracy.sum_up(list(accuracy.check_texts(GOLD, read_perfectly)))
HALF = Figure(0.5, 0.5, None, 10)


def test_the_gold_has_what_the_page_promises():
    assert len(GOLD) == len({text.id for text in GOLD}) >= 200
    assert {text.lang for text in GOLD} == {"en", "fr", "de", "it", "es", "nl", "pl", "pt"}
    assert sum(not text.gold["is_enforcement"] for text in GOLD) >= len(GOLD) / 4


@pytest.mark.parametrize("text", GOLD, ids=lambda text: text.id)
def test_a_gold_text_does_not_contradict_itself(text):
    gold = text.gold
    main = [action for action in gold["actions"] if not action["background"]]
    breached = {p for action in gold["actions"] for p in action["provisions"]}
    respondents = {name for action in gold["actions"] for name in action["respondents"]}
    assert gold["is_enforcement"] == bool(main)
    assert not breached & {*gold["cited"]}
    assert not respondents & {*gold["mentioned"], *gold["complainants"]}
    assert all((action["amount"] is None) == (action["currency"] is None) for action in gold["actions"])


def test_the_gold_read_as_it_says_is_without_a_miss():
    assert {figure.value for fields in PERFECT.values() for figure in fields.values()} == {1.0}


def test_every_figure_has_a_floor_a_meaning_and_a_place_on_the_page():
    assert {lang: set(fields) for lang, fields in PERFECT.items()} == {lang: set(f) for lang, f in FLOORS.items()}
    assert set(PERFECT["all"]) == set(MEANINGS["gold"])
    for field in PERFECT["all"]:
        table, meaning = [line for line in PAGE.splitlines() if line.startswith(f"| `{field}` |")]
        assert table.count("|") == len(PERFECT) + 2
        assert MEANINGS["gold"][field] in meaning


def test_a_fallen_figure_is_named():
    figures = {"de": {"amount": HALF, "regulator": HALF, "status": HALF}}
    fallen = list(accuracy.find_fallen(figures, {"de": {"amount": 0.5, "regulator": 0.501}}))
    assert fallen == ["de regulator fell to 0.5000, below its floor of 0.501", "de status is 0.500 and has no floor"]


def test_floors_are_raised_to_a_little_under_the_figure_and_never_lowered():
    figures = {"de": {"amount": HALF, "regulator": HALF}}
    assert accuracy.raise_floors(figures, {"de": {"amount": 0.9}}) == {"de": {"amount": 0.9, "regulator": 0.48}}


def test_check_fails_and_names_the_figure(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(accuracy, "read_with_ours", lambda text: read_perfectly(text) | {"companies": []})
    errors = tmp_path / "errors.jsonl"
    assert accuracy.main(["--check", "--errors", str(errors)]) == 1
    assert "en mentioned fell to 0.0000" in capsys.readouterr().err
    lines = [json.loads(line) for line in errors.read_text(encoding="utf-8").splitlines()]
    assert lines[0] == {
        "id": "de-006",
        "field": "mentioned",
        "measure": "recall",
        "expected": "Schufa",
        "found": [],
    }
    monkeypatch.setattr(accuracy, "read_with_ours", read_perfectly)
    assert accuracy.main(["--check"]) == 0


def test_the_page_shows_both_figures():
    page = build_page(GOLD, PERFECT, {lang: dict.fromkeys(f, HALF) for lang, f in PERFECT.items()}, None, "rules-0")
    assert "| `amount` | 1.00 (0.50) |" in page
    assert "`rules-0`" in page
    assert "public corpora\n" not in page


def test_the_page_holds_the_public_figures_that_were_kept():
    assert PAGE.endswith("\n\n".join(build_public_parts(load_public())) + "\n")


def test_an_aim_that_is_missed_says_so():
    figures = {name: {"value": 0.5, "counted": "1/2"} for name in MEANINGS["public"]}
    *_, table = build_public_parts({"measured": "2026-01-02", "pipeline": "rules-0", "texts": {}, "figures": figures})
    assert "| 0.500 | 1/2 | 0.97 | **no** |" in table
    assert table.count("**no**") == sum("aim" in about for about in MEANINGS["public"].values())


def test_the_scorer_is_read_line_by_line():
    output = """\
et.regulator                               0.976 (815/835)
news.amount.f1[en]                         0.918 (P 0.949 R 0.889)
news.amount.recall[xx]                     nan (0/0)
et.docs 1051 words 30000 seconds 9.9 words_per_second 3030
"""
    assert parse_scores(output) == {
        "texts": {"et": 1051},
        "figures": {
            "et.regulator": {"value": 0.976, "counted": "815/835"},
            "news.amount.f1[en]": {"value": 0.918, "counted": "P 0.949 R 0.889"},
        },
    }


def test_the_picture_has_two_bars_a_group_as_high_as_their_values():
    picture = ElementTree.fromstring(draw_bars("Title", ("one", "two"), {"de": (1.0, 0.5), "fr": (0.25, 0)}))
    bars = [float(r.get("height")) for r in picture.iter("{http://www.w3.org/2000/svg}rect")][3:]
    assert [round(bar / bars[0], 2) for bar in bars] == [1, 0.5, 0.25, 0]
