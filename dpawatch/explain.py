"""`analyze --explain`: a text with what was read marked in it, then the actions with the sentences that prove them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

import click
from jinja2 import Environment, PackageLoader, StrictUndefined

from dpawatch.analysing import read_documents
from dpawatch.errors import InputError
from dpawatch.inputs import BadLine
from dpawatch.marks import KINDS, Mark, find_marks, format_money, make_visible
from nlp.models import Action, Analysis, Document

Explained = tuple[Document, Analysis]

_ENTITY = '<mark style="background:{bg}"><bdi>{text}</bdi><small>{note}</small></mark>'


def print_explanations(paths: Sequence[str], jsonl: bool, echo: Callable[[str], None]) -> list[BadLine]:
    """Echo each text with its marks and its actions; returns what could not be read.

    Marks are colours on a terminal, unless NO_COLOR is set (https://no-color.org), and brackets with labels elsewhere.
    """
    bad: list[BadLine] = []
    colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for number, (document, analysis) in enumerate(_explain(paths, jsonl, bad)):
        if number:
            echo("\n" + "=" * 72 + "\n")
        echo("\n\n".join(_sections(document, analysis, colours)))
    return bad


def write_explanations(paths: Sequence[str], jsonl: bool, page: Path) -> list[BadLine]:
    """Write the texts with their marks and their actions as one web page; returns what could not be read.

    Raises: InputError: the page is one of the texts, or cannot be written.
    """
    if any(path != "-" and page.exists() and page.samefile(path) for path in paths if Path(path).exists()):
        raise InputError(f"{page}: is one of the texts; name another file behind --html")
    bad: list[BadLine] = []
    body = render_page(list(_explain(paths, jsonl, bad)))
    try:
        page.write_text(body, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{page}: cannot be written: {error.strerror}") from error
    return bad


def render_page(explained: Sequence[Explained]) -> str:
    """Return an HTML page of texts with their marks, drawn by displaCy, and their actions; it loads nothing from elsewhere."""
    environment = Environment(
        loader=PackageLoader("dpawatch"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts = [
        {
            "heading": _heading(document),
            "lang": analysis.lang,
            "summary": _summary(analysis),
            "marked": _draw(make_visible(document.text), find_marks(document.text, analysis)),
            "actions": [
                {"heading": _action_heading(a), "facts": list(_facts(a, analysis)), "evidence": _evidence(document, a)}
                for a in analysis.actions
            ],
        }
        for document, analysis in explained
    ]
    return environment.get_template("explain.html").render(texts=texts, kinds=KINDS)


def _explain(paths: Sequence[str], jsonl: bool, bad: list[BadLine]) -> Iterator[Explained]:
    from nlp.analyze import analyze_document

    for document in read_documents(paths, jsonl, bad):
        yield document, analyze_document(document)


def _draw(text: str, marks: list[Mark]) -> str:
    """Return text as displaCy draws it: escaped, a `<mark>` around each mark. displaCy escapes the text but not the labels."""
    from spacy import displacy

    ents = [{"start": m.start, "end": m.end, "label": m.kind.name, "params": {"note": escape(m.label)}} for m in marks]
    options = {"colors": {kind.name: kind.paper for kind in KINDS}, "template": _ENTITY}
    document: dict[str, Any] = {"text": text, "ents": ents}
    return displacy.render(document, style="ent", manual=True, options=options, jupyter=False)


def _sections(document: Document, analysis: Analysis, colours: bool) -> Iterator[str]:
    """Yield the parts of what a terminal shows."""
    yield click.style(_heading(document), bold=True) if colours else _heading(document)
    if colours:
        yield "  ".join(click.style(f" {kind.name} ", fg="black", bg=kind.terminal) for kind in KINDS)
    yield "".join(_marked(make_visible(document.text), find_marks(document.text, analysis), colours)).strip("\n")
    yield _summary(analysis)
    for number, action in enumerate(analysis.actions, start=1):
        lines = [f"{number}. {_action_heading(action)}"]
        lines += [f"   {name:<12} {value}" for name, value in _facts(action, analysis)]
        lines += [f"   {'evidence':<12} {sentence}" for sentence in _evidence(document, action)]
        yield "\n".join(lines)


def _marked(text: str, marks: list[Mark], colours: bool) -> Iterator[str]:
    at = 0
    for mark in marks:
        yield text[at : mark.start]
        words = text[mark.start : mark.end]
        yield click.style(words, fg="black", bg=mark.kind.terminal) if colours else f"[{words} | {mark.label}]"
        at = mark.end
    yield text[at:]


def _heading(document: Document) -> str:
    return " ".join(make_visible(document.title or document.id or "stdin").split())


def _summary(analysis: Analysis) -> str:
    found = len(analysis.actions)
    what = "Enforcement news" if analysis.is_enforcement else "No enforcement news"
    actions = "no action" if not found else "1 action" if found == 1 else f"{found} actions"
    return f"{what} (relevance {analysis.relevance:.2f}), language {make_visible(analysis.lang)}, {actions}"


def _action_heading(action: Action) -> str:
    background = ", recalled" if action.background else ""
    return f"{', '.join(action.sanctions)}: {action.status}{background} (confidence {action.confidence:.2f})"


def _facts(action: Action, analysis: Analysis) -> Iterator[tuple[str, str]]:
    """Yield the name and value of all that is known of an action."""
    names = {regulator.id: f"{regulator.name} ({regulator.id})" for regulator in analysis.regulators}
    regulator, currency = action.regulator or "", action.currency or ""
    amount = format_money(action.amount, currency) if action.amount is not None else ""
    euro = format_money(action.amount_eur, "EUR") if action.amount_eur is not None and currency != "EUR" else ""
    facts = (
        ("regulator", names.get(regulator, regulator)),
        ("respondents", make_visible(", ".join(action.respondents))),
        ("amount", f"{amount} = {euro}" if euro else amount),
        ("provisions", ", ".join(action.provisions)),
        ("violations", ", ".join(action.violations)),
        ("decided", action.decision_date or ""),
    )
    return (fact for fact in facts if fact[1])


def _evidence(document: Document, action: Action) -> list[str]:
    return [f"“{' '.join(make_visible(document.text[start:end]).split())}”" for start, end in action.evidence]
