"""docs/accuracy.md, written from the figures."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.counting import Figure
from benchmarks.gold_texts import GoldText

Figures = dict[str, dict[str, Figure]]
GENERATED = "<!-- Written by benchmarks/accuracy.py (`make accuracy`); changes made here are lost. -->"
MEANINGS = tomllib.loads(Path(__file__).with_name("figures.toml").read_text(encoding="utf-8"))
CORPORA = {"et": "summaries of fines", "gdprhub": "summaries of decisions", "news": "news articles"}
INTRO = """\
How often the program reads a text rightly, measured on texts whose right reading was written down beforehand. A figure
of 1.00 means that nothing was missed and nothing was made up."""
GOLD_INTRO = """\
{texts} texts in {languages} languages, written for this purpose ([`benchmarks/gold/`](../benchmarks/gold)): {invented} tell
of invented matters, the others of real ones in our own words. {negatives} of them ({share}) are hard negatives: they talk of
fines, articles and authorities, but tell of no measure under data-protection law. Each text holds a phenomenon that is easily
read wrongly, so these are not the figures of an average day. A change that lets a figure fall below its floor in
`benchmarks/floors.json` does not pass the checks. Measured with pipeline `{version}`."""
HOW = """\
Where a field can hold several values, two shares are measured: of what stands in the text, how much was found (*recall*),
and of what was found, how much is right (*precision*). The one figure of the tables is their harmonic mean, F1, which is
high only when both are. All other figures are plain shares.

It is counted as the scorer of the public corpora below counts news, so that the figures can be compared. The measures a
text tells of must be found; an earlier matter that it only recalls may be found, but need not be. Two names are one
company when they are equal, or one is part of the other, without legal form and punctuation. Kinds of measure, sums and
authorities must be exact. Three fields are stricter or wider here, since this gold says more: the provisions of all laws
count, what a text merely cites counts as cited, and the roles of the other organisations are measured."""
BASELINE = """\
**In brackets** stands the obvious solution, in [`benchmarks/baseline.py`](../benchmarks/baseline.py): spaCy's stock pipeline
(`en_core_web_sm`; for French `fr_core_news_sm`) takes every organisation for a respondent, a list of abbreviations finds
the authorities, and regular expressions find articles, sums and kinds of measure. It does not try to tell complainants
and bystanders. It is measured by the same code on the same texts."""
PUBLIC_INTRO = """\
Public trackers of fines and decisions, and hand-labelled news; none of it is part of this repository: {texts}.
The trackers leave out much that a text says, so a figure is measured only where the text itself gives the answer away.
This is the half of the corpora that was open while the program was written and whose misses were read: on texts never seen
the figures may be lower. The aims were set before that work began. Measured on {measured} with pipeline `{pipeline}`."""


def build_page(
    texts: list[GoldText], ours: Figures, stock: Figures, public: dict[str, Any] | None, version: str
) -> str:
    """Return the whole page."""
    parts = [
        "# Accuracy",
        GENERATED,
        INTRO,
        *_gold_parts(texts, ours, stock, version),
        *(build_public_parts(public) if public else ()),
    ]
    return "\n\n".join(parts) + "\n"


def _gold_parts(texts: list[GoldText], ours: Figures, stock: Figures, version: str) -> Iterator[str]:
    negatives = sum(not text.gold["is_enforcement"] for text in texts)
    invented = sum(text.invented for text in texts)
    yield "## On the project's own texts"
    yield GOLD_INTRO.format(
        texts=len(texts),
        languages=len(ours) - 1,
        invented=invented,
        negatives=negatives,
        share=f"{negatives / len(texts):.0%}",
        version=version,
    )
    yield HOW
    yield "![F1 by language, beside the obvious solution](images/accuracy.svg)"
    yield BASELINE
    yield _table(
        ["field", *ours],
        ([f"`{field}`", *(_pair(ours[g].get(field), stock[g].get(field)) for g in ours)] for field in MEANINGS["gold"]),
    )
    yield "### What the fields mean, and how the figure comes about"
    yield _table(
        ["field", "what must be right", "counted", "recall", "precision"],
        ([f"`{field}`", meaning, *_details(ours["all"][field])] for field, meaning in MEANINGS["gold"].items()),
    )


def _pair(ours: Figure | None, stock: Figure | None) -> str:
    """Return our figure with the other in brackets, or a dash where the gold has nothing to count."""
    if ours is None or not ours.total:
        return "–"
    return f"{ours.value:.2f} ({stock.value if stock else 0:.2f})"


def _details(figure: Figure) -> list[str]:
    shares = (figure.recall, figure.precision) if figure.share is None else (None, None)
    return [str(figure.total), *(f"{share:.3f}" if share is not None else "" for share in shares)]


def build_public_parts(public: dict[str, Any]) -> Iterator[str]:
    """Yield the section on public corpora, which needs nothing but the figures kept."""
    sizes = ", ".join(
        f"{public['texts'][corpus]:,} {name}" for corpus, name in CORPORA.items() if corpus in public["texts"]
    )
    yield "## On public corpora"
    yield PUBLIC_INTRO.format(texts=sizes, measured=public["measured"], pipeline=public["pipeline"])
    rows = []
    for name, about in MEANINGS["public"].items():
        figure = public["figures"][name]
        aim = about.get("aim")
        reached = "" if aim is None else "yes" if figure["value"] >= aim else "**no**"
        shown = "" if aim is None else f"{aim:.2f}"
        rows.append([f"`{name}`", about["meaning"], f"{figure['value']:.3f}", figure["counted"], shown, reached])
    yield _table(["figure", "meaning", "measured", "counted", "aim", "reached"], rows)


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
