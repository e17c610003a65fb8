"""WARC files of made-up pages, as a crawler of news leaves them: response records of any host, a gzip member each."""

from __future__ import annotations

import io
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.gold_texts import GoldText, load_gold

START = datetime(2026, 3, 1, tzinfo=UTC)
HOSTS = 200
# what news is about that has nothing to do with privacy; words of our own
SUBJECTS = (
    "ferry",
    "harvest",
    "orchestra",
    "bridge",
    "goalkeeper",
    "bakery",
    "lighthouse",
    "election",
    "glacier",
    "railway",
)
DOINGS = (
    "opens",
    "returns",
    "is repaired",
    "wins again",
    "closes for the winter",
    "moves to the coast",
    "turns a hundred",
)
SENTENCES = (
    "The {a} near the {b} {c}, and people of the valley came to see it on Saturday.",
    "It had taken {n} weeks and {m} volunteers, said the woman who looks after the {b}.",
    "Last year {n} visitors paid for a ticket; this year it may be {m} more.",
    "Nobody had thought that the {a} would outlast the {b}, which {c} in the meantime.",
    "A spokesman of the town said that the {b} would be next, if the weather allows.",
)
FRAME = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="description" content="{summary}"><meta property="article:published_time" content="{date}">
<script>{script}</script></head>
<body><header><nav><ul>{links}</ul></nav></header><main><article><h1>{title}</h1>{text}</article></main>
<footer><a href="/privacy">Privacy policy</a> <a href="/imprint">Imprint</a> <p>{banner}</p></footer></body></html>"""


# what many sites say below every page: then only the article itself tells what it is about
BANNER = "We and our partners process personal data, such as cookies. You can withdraw your consent at any time."
BANNERS = 0.2


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page at its address, with the time at which it was crawled."""

    url: str
    html: str
    at: datetime


def make_pages(number: int, relevant: float, seed: int = 1) -> Iterator[MadePage]:
    """Yield made-up pages of 200 hosts; a share of them holds texts of the project's gold about enforcement."""
    draw = random.Random(seed)
    gold: dict[str, list[GoldText]] = defaultdict(list)
    for text in load_gold():
        if text.gold["is_enforcement"]:
            gold[text.lang].append(text)
    for n in range(number):
        at = START + timedelta(seconds=20 * n)
        host = f"www.paper-{draw.randrange(HOSTS)}.example"
        if draw.random() < relevant:
            lang = draw.choice(list(gold))
            # as many of them as make the length of an article
            texts = draw.sample(gold[lang], draw.randrange(3, 8))
            title, paragraphs = texts[0].title or "News", [part for t in texts for part in t.text.split("\n\n")]
        else:
            title, paragraphs, lang = _make_news(draw)
        yield MadePage(f"https://{host}/{at:%Y/%m}/{n}", _frame(draw, host, title, paragraphs, lang, at), at)


def _make_news(draw: random.Random) -> tuple[str, list[str], str]:
    title = f"The {draw.choice(SUBJECTS)} {draw.choice(DOINGS)}"
    words = [
        draw.choice(SENTENCES).format(
            a=draw.choice(SUBJECTS), b=draw.choice(SUBJECTS), c=draw.choice(DOINGS), n=draw.randrange(3, 90),
            m=draw.randrange(100, 9000),
        )
        for _ in range(draw.randrange(10, 50))
    ]  # fmt: skip
    return title, [" ".join(words[at : at + 4]) for at in range(0, len(words), 4)], "en"


def _frame(draw: random.Random, host: str, title: str, paragraphs: list[str], lang: str, at: datetime) -> str:
    """Return a page as large as those of news sites are: 60 kB, most of it no text."""
    links = "".join(f'<li><a href="/{s}/{n}">{s} {n}</a></li>' for s in SUBJECTS for n in range(12))
    script = "".join(f"var v{n}={draw.getrandbits(200)};" for n in range(600))
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return FRAME.format(
        lang=lang, title=title, summary=paragraphs[0][:150].replace('"', ""), date=at.isoformat(), script=script,
        links=links, text=text, banner=BANNER if draw.random() < BANNERS else host,
    )  # fmt: skip


def write_warc(path: Path, pages: Iterable[MadePage]) -> None:
    """Write pages as a WARC file."""
    with path.open("wb") as file:
        for page in pages:
            file.write(write_record(page))


def write_record(page: MadePage) -> bytes:
    """Return a page as a record of a WARC file."""
    out, body = io.BytesIO(), page.html.encode()
    writer = WARCWriter(out, gzip=True, warc_version="1.0")
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    date = {"WARC-Date": f"{page.at:%Y-%m-%dT%H:%M:%SZ}"}
    writer.write_record(
        writer.create_warc_record(
            page.url,
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=headers,
            warc_headers_dict=date,
        )
    )
    return out.getvalue()
