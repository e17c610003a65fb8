"""`analyze --explain`: the text with its marks, in a terminal or on a page, and hostile texts that stay text."""

import os
import pty
import re
import subprocess
import sys
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from dpawatch.explain import render_page
from dpawatch.marks import KINDS, find_marks, make_visible
from nlp.analyze import analyze_document
from nlp.models import Amount, Analysis, Company, Document, Provision, Regulator, Sanction

TEXT = "The CNIL fined Example Shop SAS EUR 60,000 for a breach of Articles 12 to 14 of the GDPR on 3 May 2021."
HOSTILE = "<script>alert(1)</script> & {bg} {0} The CNIL fined <b>Evil</b> & Sons Ltd EUR 5,000.\n</div></body>"
CODE = "from dpawatch.cli import main; main()"


@pytest.fixture
def article(tmp_path):
    file = tmp_path / "article.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


class Page(HTMLParser):
    """The elements of a page and its text."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.marks, self.words, self.open = [], [], [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.open.append(tag)
        if tag == "mark":
            self.marks.append(["", "", dict(attrs)["style"]])

    def handle_endtag(self, tag):
        while self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)
        if "mark" in self.open:
            self.marks[-1]["small" in self.open] += data


def analysis_of(**found):
    fields = dict.fromkeys(("regulators", "companies", "provisions", "amounts", "sanctions", "dates", "actions"), ())
    return Analysis(id=None, lang="en", is_enforcement=True, relevance=1.0, pipeline="test", **{**fields, **found})


def test_without_a_terminal_marks_are_brackets_with_labels(dpawatch, article):
    result = dpawatch("analyze", "--explain", str(article), db=None)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (
        "The [CNIL | regulator fr-cnil] [fined | sanction fine] [Example Shop SAS | respondent] "
        "[EUR 60,000 | 60,000 EUR] for a breach of "
        "[Articles 12 to 14 | violated GDPR:12, GDPR:13, GDPR:14] of the GDPR on 3 May 2021."
    ) in result.stdout
    assert "(fr-cnil)" in result.stdout
    assert f"evidence     “{TEXT}”" in result.stdout
    assert "\x1b" not in result.stdout


def show_on_terminal(*words, **environ):
    master, slave = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-c", CODE, *words],
        stdout=slave,
        env={**os.environ, "TERM": "xterm", **environ},
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:  # what Linux says of a terminal that nobody writes to any more
            break
        if not part:
            break
        shown += part
    os.close(master)
    assert done.wait(timeout=60) == 0
    return shown.decode()


def test_on_a_terminal_marks_are_colours_with_a_legend(article):
    shown = show_on_terminal("analyze", "--explain", str(article), NO_COLOR="")
    assert re.search(r"\x1b\[30m\x1b\[\d+mExample Shop SAS\x1b\[0m", shown)
    assert all(f" {kind.name} " in shown for kind in KINDS)
    assert "| respondent]" not in shown


def test_no_color_is_heeded(article):
    shown = show_on_terminal("analyze", "--explain", str(article), NO_COLOR="1")
    assert "[Example Shop SAS | respondent]" in shown
    assert "\x1b" not in shown


def test_what_would_steer_a_terminal_is_shown_and_not_obeyed(dpawatch):
    shown = dpawatch("analyze", "--explain", db=None, stdin="A\x1b[2J\x07\x00\x9b31m\u202eB\r\nC\tD").stdout
    assert "A␛[2J␇␀\ufffd31m\ufffdB \nC\tD" in shown


@pytest.mark.parametrize("text", ["a\r\nb", "\x00\x1b\x7f\x9f\u202e\ud800", "naïve\tplain\n"])
def test_offsets_stay_where_they_were(text):
    assert len(make_visible(text)) == len(text)


def test_the_page_has_marks_a_legend_and_the_actions(dpawatch, article, tmp_path):
    file = tmp_path / "page.html"
    result = dpawatch("analyze", "--explain", "--html", str(file), str(article), db=None)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    source = file.read_text(encoding="utf-8")
    page = Page(source)
    assert [mark[:2] for mark in page.marks] == [
        ["CNIL", "regulator fr-cnil"],
        ["fined", "sanction fine"],
        ["Example Shop SAS", "respondent"],
        ["EUR 60,000", "60,000 EUR"],
        ["Articles 12 to 14", "violated GDPR:12, GDPR:13, GDPR:14"],
    ]
    colours = [mark[2].removeprefix("background:") for mark in page.marks]
    assert len(set(colours)) == 5
    assert set(colours) < {kind.paper for kind in KINDS}
    words = " ".join(" ".join(page.words).split())
    assert all(kind.name in words for kind in KINDS)
    assert f"“{TEXT}”" in words
    assert '<meta charset="utf-8">' in source
    assert "http" not in source.replace("http-equiv", "")


def test_hostile_text_stays_text():
    document = Document(text=HOSTILE, title="<script>title</script>", lang='"><i>')
    page = Page(render_page([(document, analyze_document(document))]))
    assert {"script", "b", "i", "iframe"}.isdisjoint(page.tags)
    assert page.tags.count("body") == 1
    words = "".join(page.words)
    assert "<script>title</script>" in words
    assert "<script>alert(1)</script> & {bg} {0} The " in words
    assert "</div></body>" in words


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        # two names: the longer
        (
            {
                "companies": (Company("a", "A", "respondent", ((0, 4),)), Company("b", "B", "mentioned", ((2, 9),))),
            },
            [(2, 9, "mentioned")],
        ),
        # one inside the other
        (
            {
                "regulators": (Regulator("x", "X", ((0, 9),)),),
                "companies": (Company("a", "A", "mentioned", ((3, 6),)),),
            },
            [(0, 9, "regulator x")],
        ),
        # the words of a sanction around a name: the longest part of them
        (
            {"sanctions": (Sanction("fine", ((0, 20),)),), "companies": (Company("a", "A", "respondent", ((4, 6),)),)},
            [(4, 6, "respondent"), (6, 20, "sanction fine")],
        ),
        # nothing is left of a sanction
        (
            {"sanctions": (Sanction("fine", ((3, 6),)),), "companies": (Company("a", "A", "respondent", ((0, 9),)),)},
            [(0, 9, "respondent")],
        ),
        # one place, several provisions
        (
            {"provisions": tuple(Provision(f"GDPR:{n}", "cited", ((0, 4),)) for n in (13, 14))},
            [(0, 4, "cited GDPR:13, GDPR:14")],
        ),
        # side by side is no overlap
        (
            {
                "amounts": (Amount(Decimal("5.0"), "EUR", ((4, 8),)),),
                "companies": (Company("a", "A", "processor", ((0, 4),)),),
            },
            [(0, 4, "processor"), (4, 8, "5 EUR")],
        ),
    ],
)
def test_marks_never_overlap(readings, expected):
    found = find_marks("x" * 30, analysis_of(**readings))
    assert [(m.start, m.end, m.label) for m in found] == expected


def test_lines_of_json_show_their_titles_and_keep_their_offsets(dpawatch, lines, tmp_path):
    source = lines({"text": TEXT, "title": "CNIL fines Example Shop"}, {"text": "Nothing happened.", "id": "b"}, "{")
    result = dpawatch("analyze", "--explain", "--jsonl", source, db=None)
    assert result.exit_code == 2
    assert result.stdout.startswith("CNIL fines Example Shop\n\nThe [CNIL | regulator fr-cnil] ")
    assert "\nb\n\nNothing happened.\n\nNo enforcement news" in result.stdout
    assert result.stderr.count("\n") == 1
    file = tmp_path / "page.html"
    assert dpawatch("analyze", "--explain", "--jsonl", "--html", str(file), source, db=None).exit_code == 2
    page = Page(file.read_text(encoding="utf-8"))
    assert page.tags.count("article") == 2
    assert page.marks[0][:2] == ["CNIL", "regulator fr-cnil"]


def test_a_page_never_takes_the_place_of_a_text(dpawatch, article):
    result = dpawatch("analyze", "--explain", "--html", str(article), str(article), db=None)
    assert result.exit_code == 2
    assert "is one of the texts" in result.stderr
    assert article.read_text(encoding="utf-8") == TEXT


def test_a_page_that_cannot_be_written_is_one_line(dpawatch, article, tmp_path):
    result = dpawatch("analyze", "--explain", "--html", str(tmp_path / "no" / "page.html"), str(article), db=None)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "cannot be written" in result.stderr


def test_html_needs_explain(dpawatch, article, tmp_path):
    result = dpawatch("analyze", "--html", str(tmp_path / "page.html"), str(article), db=None)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "--html needs --explain" in result.stderr
