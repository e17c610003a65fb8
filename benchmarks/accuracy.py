"""How right the readings are, on the project's own gold: by language and field, beside the obvious solution.

usage: accuracy.py [--check] [--write] [--errors FILE] [--raise-floors] [--public SCORE.PY]

Without options the figures are printed. `--check` exits 1 and names every figure that fell below its floor in
floors.json. `--write` writes docs/accuracy.md and its picture. `--errors` writes every miss, one JSON line each.
`--raise-floors` lifts the floors to a little under what is measured; it lowers none, a person does that by hand and
says why. `--public` runs the scorer of the public corpora, which takes minutes, and keeps its figures in public.json.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.accuracy_page import build_page
from benchmarks.baseline import analyze_text
from benchmarks.chart import draw_bars
from benchmarks.counting import Check, Counts, Figure, compare_analysis, count_checks, figures_of
from benchmarks.gold_texts import GoldText, load_gold
from benchmarks.public import PUBLIC, load_public, measure_public
from nlp.analyze import analyze_document
from nlp.models import Document
from nlp.pipeline import pipeline_version

ROOT = Path(__file__).parents[1]
FLOORS = Path(__file__).with_name("floors.json")
PAGE = ROOT / "docs" / "accuracy.md"
PICTURE = ROOT / "docs" / "images" / "accuracy.svg"
ALL = "all"
MARGIN = 0.02
DRAWN = ("regulator", "respondents", "violated", "sanctions", "amount")
Reader = Callable[[GoldText], dict[str, Any]]
Figures = dict[str, dict[str, Figure]]
Floors = dict[str, dict[str, float]]


def read_with_ours(text: GoldText) -> dict[str, Any]:
    """Return the analysis of the project's own pipeline."""
    document = Document(text=text.text, id=text.id, title=text.title, lang=text.lang)
    return analyze_document(document).to_json()


def read_with_stock(text: GoldText) -> dict[str, Any]:
    """Return the analysis of the obvious solution."""
    return analyze_text(f"{text.title}\n\n{text.text}" if text.title else text.text, text.lang)


def check_texts(texts: list[GoldText], read: Reader) -> Iterator[tuple[GoldText, Check]]:
    """Yield every check of every text."""
    for text in texts:
        for check in compare_analysis(text.gold, read(text)):
            yield text, check


def sum_up(checked: list[tuple[GoldText, Check]]) -> Figures:
    """Return the figures of all texts together, then of each language."""
    counts: dict[str, Counts] = {ALL: Counter()}
    for text, check in checked:
        for group in (ALL, text.lang):
            counts.setdefault(group, Counter()).update(count_checks([check]))
    return {group: figures_of(counted) for group, counted in counts.items()}


def find_fallen(figures: Figures, floors: Floors) -> Iterator[str]:
    """Yield a sentence for each figure that is below its floor, or that has none."""
    for lang, fields in figures.items():
        for field, figure in fields.items():
            floor = floors.get(lang, {}).get(field)
            if floor is None:
                yield f"{lang} {field} is {figure.value:.3f} and has no floor"
            elif figure.value < floor:
                yield f"{lang} {field} fell to {figure.value:.4f}, below its floor of {floor:.3f}"


def raise_floors(figures: Figures, floors: Floors) -> Floors:
    """Return the floors, none lower than before, and each at most a little under the figure."""
    return {
        lang: {
            field: max(floors.get(lang, {}).get(field, 0.0), math.floor(max(0, figure.value - MARGIN) * 1000) / 1000)
            for field, figure in fields.items()
        }
        for lang, fields in figures.items()
    }


def write_errors(path: Path, checked: list[tuple[GoldText, Check]]) -> None:
    """Write every miss as a JSON line with the text's id, the field, what was expected and what was found."""
    with path.open("w", encoding="utf-8") as file:
        for text, check in checked:
            if not check.hit:
                miss = {"id": text.id, **asdict(check)}
                del miss["hit"]
                file.write(json.dumps(miss, ensure_ascii=False) + "\n")


def draw_figures(ours: Figures, stock: Figures) -> str:
    """Return the picture: the mean F1 of the fields of an action, by language."""
    values = {lang: (mean_f1(ours[lang]), mean_f1(stock[lang])) for lang in ours}
    return draw_bars("Mean F1 of the fields of an action, by language", ("dpawatch", "the obvious solution"), values)


def mean_f1(fields: dict[str, Figure]) -> float:
    return fmean(fields[field].value for field in DRAWN)


def print_figures(figures: Figures) -> None:
    for lang, fields in figures.items():
        print(f"{lang:4s}", *(f"{field} {figure.value:.3f}" for field, figure in fields.items()), sep="  ")


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--errors", type=Path)
    parser.add_argument("--raise-floors", action="store_true")
    parser.add_argument("--public", type=Path)
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    texts = load_gold()
    checked = list(check_texts(texts, read_with_ours))
    ours = sum_up(checked)
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    print_figures(ours)
    if options.errors:
        write_errors(options.errors, checked)
    if options.raise_floors:
        floors = raise_floors(ours, floors)
        write_json(FLOORS, floors)
    if options.public:
        write_json(PUBLIC, measure_public(options.public))
    if options.write:
        stock = sum_up(list(check_texts(texts, read_with_stock)))
        PAGE.write_text(build_page(texts, ours, stock, load_public(), pipeline_version()), encoding="utf-8")
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(draw_figures(ours, stock), encoding="utf-8")
    fallen = list(find_fallen(ours, floors)) if options.check else []
    for sentence in fallen:
        print(sentence, file=sys.stderr)
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
