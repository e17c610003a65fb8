"""The web of the soak test: outlets that write, reprint and correct on hosts of loopback, with what their script says is wrong.

A `World` is told when a run begins, and knows afterwards what that run was shown: whose index it asked for and how that
was answered, which pages it got, which alerts arrived. Texts are made from numbers, so that a long test holds none of them.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import threading
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ingest.models import Listing, Source

SCRIPT = Path(__file__).with_name("soak.toml")
SHOWN, POINTED_TO, FLOOD = 12, 3, 150
# so many runs after its beginning a matter is appealed against, and a page is corrected
APPEALED_AFTER, EDITED_AFTER = 4, 3
# any two of them differ in two letters or more, so that no name is another one with a slip
SYLLABLES = ("bar", "dem", "fin", "gol", "hup", "jas", "kev", "lom", "mir", "nut", "pax", "rog", "sel", "tiv", "vud")
ARTICLES = (6, 7, 13, 15, 17, 32, 33)
PAGE = """<!doctype html><html lang=en><head><title>{title}</title></head>
<body><article><h1>{title}</h1><p>{text}</p></article></body></html>"""
CONSENT = PAGE.format(title="Before you continue", text="We use cookies. Accept all cookies or manage preferences.")
Kind = Literal["matter", "reprint", "appeal"]


@dataclass(frozen=True, slots=True)
class Outlet:
    """A site with an index of its newest pages, as benchmarks/soak.toml says."""

    name: str
    every: int
    format: Literal["feed", "listing"] = "feed"
    past: int = 6
    reprints: str | None = None
    points_to: str | None = None
    appeals: bool = False
    edits: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an outlet in some runs of each round, or of some rounds, and what the status is to say of it."""

    outlet: str
    runs: tuple[int, int]
    kind: str
    state: tuple[str, ...] = ()
    says: str = ""
    call: int | None = None
    rounds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """One round: how many runs it has, how many hours lie between them, who publishes, what goes wrong."""

    runs: int
    hours: tuple[float, ...]
    outlets: dict[str, Outlet]
    faults: tuple[Fault, ...]

    def faults_at(self, run: int) -> dict[str, Fault]:
        """Return what is wrong at a run, by outlet."""
        turn, at = divmod(run, self.runs)
        return {
            fault.outlet: fault
            for fault in self.faults
            if fault.runs[0] <= at <= fault.runs[1] and (not fault.rounds or turn in fault.rounds)
        }


def load_script(path: Path = SCRIPT) -> Script:
    """Return the script of a file."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    outlets = {row["name"]: Outlet(**row) for row in table["outlets"]}
    faults = tuple(Fault(**{k: _freeze(v) for k, v in row.items()}) for row in table["faults"])
    return Script(table["runs"], tuple(table["hours"]), outlets, faults)


def _freeze(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Authority(NamedTuple):
    """Who acts: as texts call it, and its id."""

    name: str
    id: str


AUTHORITIES = (Authority("CNIL", "fr-cnil"), Authority("Garante", "it-garante"), Authority("AEPD", "es-aepd"))


@dataclass(frozen=True, slots=True)
class Matter:
    """A fine against a company that no other matter is about; `published` is when it became known."""

    number: int
    published: datetime

    @property
    def company(self) -> str:
        """Return the name of the company."""
        rest, parts = self.number, []
        for _ in range(3):
            rest, at = divmod(rest, len(SYLLABLES))
            parts.append(SYLLABLES[at])
        return f"{''.join(parts).capitalize()} SARL"

    @property
    def authority(self) -> Authority:
        """Return who fined it."""
        return AUTHORITIES[self.number % len(AUTHORITIES)]

    @property
    def amount(self) -> int:
        """Return the sum in euro, far from those of these days; every second one is of a million or more."""
        # by the golden ratio each falls into the widest gap between those before it
        least, most = (1_000_000, 90_000_000) if self.number % 2 else (10_000, 900_000)
        return round(least * math.exp(math.log(most / least) * (self.number * 0.618034 % 1)))


@dataclass(slots=True)
class Page:
    """A page of an outlet about a matter; `edited` once it was corrected."""

    outlet: str
    kind: Kind
    matter: Matter
    published: datetime
    born: int
    edited: bool = False

    @property
    def path(self) -> str:
        """Return its path, which is no other page's of its outlet."""
        return f"/{self.kind}-{self.matter.number}"

    @property
    def title(self) -> str:
        """Return its title."""
        company, who = self.matter.company, self.matter.authority.name
        said = f"{company} appeals against its fine" if self.kind == "appeal" else f"{who} fines {company}"
        return f"Corrected: {said}" if self.edited else said

    @property
    def text(self) -> str:
        """Return its text; a reprint has that of the original."""
        company, who, amount = self.matter.company, self.matter.authority.name, f"EUR {self.matter.amount:,}"
        day = f"{self.matter.published - timedelta(days=1):%-d %B %Y}"
        # words that no other text has, or it would be taken for one more telling of a matter
        draw = random.Random(f"{self.kind == 'appeal'} {self.matter.number}")
        facts = (
            f"{company} has appealed against the fine of {amount} that the {who} imposed on it on {day} under the GDPR. "
            f"The company lodged its appeal yesterday."
            if self.kind == "appeal"
            else f"The {who} has fined {company} {amount} on {day}. The regulator found that the company had breached "
            f"Article {draw.choice(ARTICLES)} of the GDPR."
        )
        told = " of the ".join("".join(draw.choices(SYLLABLES, k=3)) for _ in range(40))
        return f"{facts} It was about the {told}.{' An earlier text of this page named another street.' * self.edited}"


class Delivery(NamedTuple):
    """An alert that the webhook took."""

    target: str
    title: str
    message: str


@dataclass(slots=True)
class Shown:
    """What one run was shown: by outlet whether its index was as it should be, whose pages it got, which it asked in vain."""

    well: dict[str, bool] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)


class World:
    """All outlets, and the webhook, at one port of loopback; `begin` is called before each run, `shown` read after it."""

    def __init__(self, script: Script, port: int) -> None:
        self.script, self.port = script, port
        self.matters: list[Matter] = []
        self.pages: dict[str, list[Page]] = {name: [] for name in script.outlets}
        self.by_place: dict[tuple[str, str], Page] = {}
        self.addresses = dict.fromkeys(script.outlets, 0)
        self.listed = dict.fromkeys(script.outlets, 0)
        self.faults: dict[str, Fault] = {}
        self.run = -1
        self.shown = Shown()
        # at which run a page was first given out, by outlet and path; how often one was asked for in vain
        self.given: dict[tuple[str, str], int] = {}
        self.given_before_edit: set[tuple[str, str]] = set()
        self.in_vain: Counter[tuple[str, str]] = Counter()
        self.taken: list[Delivery] = []
        self.refused_in_a_row = 0
        self.over = threading.Event()
        self.lock = threading.Lock()

    def begin(self, run: int, now: datetime, writes: bool = True) -> None:
        """Let the time of a run come: faults begin and end, and the outlets write."""
        before, self.faults = self.faults, self.script.faults_at(run)
        self.run, self.shown = run, Shown()
        for name, fault in self.faults.items():
            if fault.kind == "moved" and before.get(name) is not fault:
                self.addresses[name] += 1
        for name, fault in before.items():
            if fault.kind == "gone" and self.faults.get(name) is not fault:
                self.addresses[name] += 1
                self.listed[name] = self.addresses[name]
        for outlet in self.script.outlets.values() if writes else ():
            self._let_write(outlet, now)

    def _let_write(self, outlet: Outlet, now: datetime) -> None:
        pages = self.pages[outlet.name]
        if not pages and not outlet.reprints:
            for days in range(outlet.past, 0, -1):
                self._write_matter(outlet, now - timedelta(days=days))
        if self._kind(outlet.name) in ("silent", "unlisted"):
            return
        if self.run % outlet.every == 0:
            if outlet.reprints:
                self._reprint(outlet, now)
            else:
                self._write_matter(outlet, now - timedelta(minutes=5))
        due = [page for page in pages if page.born == self.run - APPEALED_AFTER and page.kind == "matter"]
        for page in due if outlet.appeals else ():
            if page.matter.number % 3 == 0:
                self._add(Page(outlet.name, "appeal", page.matter, now - timedelta(minutes=4), self.run))
        for page in pages[-SHOWN:] if outlet.edits else ():
            if page.born == self.run - EDITED_AFTER and page.matter.number % 5 == 0:
                page.edited = True

    def _write_matter(self, outlet: Outlet, at: datetime) -> None:
        self.matters.append(Matter(len(self.matters), at))
        self._add(Page(outlet.name, "matter", self.matters[-1], at, self.run))

    def _reprint(self, outlet: Outlet, now: datetime) -> None:
        """Repeat every second matter that the other outlet had written of before this run."""
        done = {page.matter.number for page in self.pages[outlet.name]}
        originals = [p for p in self.pages[outlet.reprints or ""][-SHOWN:] if p.kind == "matter"]
        for page in originals:
            is_old = page.published < now - timedelta(minutes=10)
            if is_old and page.matter.number not in done and page.matter.number % 2:
                self._add(Page(outlet.name, "reprint", page.matter, now - timedelta(minutes=3), self.run))

    def _add(self, page: Page) -> None:
        self.pages[page.outlet].append(page)
        self.by_place[page.outlet, page.path] = page

    def _kind(self, outlet: str) -> str | None:
        return self.faults[outlet].kind if outlet in self.faults else None

    def host(self, outlet: str) -> str:
        """Return the address of an outlet's host, one of the loopback network each."""
        return f"http://127.0.1.{list(self.script.outlets).index(outlet) + 1}:{self.port}"

    def url(self, page: Page) -> str:
        """Return the address of a page."""
        return self.host(page.outlet) + page.path

    def list_sources(self) -> tuple[Source, ...]:
        """Return the registry of this run."""
        return tuple(
            Source(
                id=name, publisher=name, kind="press", format=outlet.format,
                url=f"{self.host(name)}/index-{self.listed[name]}", homepage=f"{self.host(name)}/", language="en",
                topics="privacy", listing=Listing(item="li", date="time") if outlet.format == "listing" else None,
            )
            for name, outlet in self.script.outlets.items()
            if self._kind(name) != "unlisted"
        )  # fmt: skip

    def answer(self, host: str, path: str, tag: str) -> Answer:
        """Return what a host answers."""
        name = list(self.script.outlets)[int(host.partition(":")[0].rpartition(".")[2]) - 1]
        with self.lock:
            if path == "/robots.txt":
                return self._answer_robots(name)
            if path.startswith("/index-"):
                return self._answer_index(name, int(path.rpartition("-")[2]), tag)
            page = self.by_place.get((name, path))
            return self._answer_page(page) if page else Answer(404)

    def _answer_robots(self, name: str) -> Answer:
        kind = self._kind(name)
        if kind not in ("robots forbid", "robots break"):
            return Answer(404)
        self.shown.well[name] = False
        return Answer(503) if kind == "robots break" else Answer(200, b"User-agent: *\nDisallow: /\n", "text/plain")

    def _answer_index(self, name: str, address: int, tag: str) -> Answer:
        kind, here = self._kind(name), f"{self.host(name)}/index-{self.addresses[name]}"
        if address != self.addresses[name]:
            return Answer(301, headers={"Location": here}) if kind == "moved" else Answer(404)
        wrong = self._answer_wrongly(kind, name, here)
        self.shown.well[name] = wrong is None
        return wrong or self._show(self._list_newest(name), name, tag)

    def _answer_wrongly(self, kind: str | None, name: str, here: str) -> Answer | None:
        """Return what is answered at an index's address where its fault is of a kind that shows there, else None."""
        match kind:
            case "answers 500" | "answers 404":
                return Answer(int(kind[-3:]))
            case "gone":
                return Answer(410)
            case "garbage":
                return Answer(200, random.Random(self.run).randbytes(2000), "application/rss+xml")
            case "empty":
                return Answer(200, b"", "application/rss+xml")
            case "loops":
                return Answer(302, headers={"Location": here})
            case "asks for rest":
                return Answer(429, headers={"Retry-After": str(48 * 3600)})
            case "hangs" | "dead":
                return Answer(0, hangs=kind == "hangs")
            case "menu":
                return self._show(self.pages[name][:1], name)
            case "flood":
                return self._show(self.pages[name][-SHOWN:], name, flood=FLOOD)
            case "rebuilt":
                return Answer(200, b"<!doctype html><body><div class=teaser>News</div></body>", "text/html")
        return None

    def _list_newest(self, name: str) -> list[Page]:
        other = self.script.outlets[name].points_to
        return self.pages[name][-SHOWN:] + (self.pages[other][-POINTED_TO:] if other else [])

    def _show(self, pages: list[Page], name: str, tag: str = "", flood: int = 0) -> Answer:
        """Return an index; 304 to who has it already."""
        shown = [(self.url(page), page.title, page.published) for page in pages]
        shown += [(f"{self.host(name)}/topic-{n}", f"Topic {n}", pages[0].published) for n in range(flood)]
        if self.script.outlets[name].format == "listing":
            items = "".join(
                f'<li><time datetime="{at:%Y-%m-%d}"></time><a href="{u}">{t}</a></li>' for u, t, at in shown
            )
            body, kind = f"<!doctype html><html><body><ul>{items}</ul></body></html>", "text/html; charset=utf-8"
        else:
            items = "".join(
                f"<item><title>{t}</title><link>{u}</link><guid>{u}</guid><pubDate>{format_datetime(at)}</pubDate></item>"
                for u, t, at in shown
            )
            body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'
            kind = "application/rss+xml"
        new = f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
        return Answer(304) if new == tag else Answer(200, body.encode(), kind, {"ETag": new})

    def _answer_page(self, page: Page) -> Answer:
        kind, place = self._kind(page.outlet), (page.outlet, page.path)
        if kind in ("pages answer 500", "pages ask for consent"):
            self.in_vain[place] += 1
            return Answer(500) if kind == "pages answer 500" else Answer(200, CONSENT.encode(), "text/html")
        self.given.setdefault(place, self.run)
        if not page.edited:
            self.given_before_edit.add(place)
        self.shown.pages.add(page.outlet)
        return Answer(200, PAGE.format(title=page.title, text=page.text).encode(), "text/html; charset=utf-8")

    def take(self, path: str, body: bytes) -> int:
        """Take an alert, or refuse it, and return the status that says so."""
        target, said = path.strip("/").partition("?")[0], json.loads(body)
        with self.lock:
            if target == "frail":
                self.refused_in_a_row = self.refused_in_a_row + 1 if self._kind("webhook") else 0
                if self.refused_in_a_row:
                    return 503
            self.taken.append(Delivery(target, said["title"], said["message"]))
        return 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answers; with status 0 it ends the connection, at once or after having said nothing."""

    status: int
    body: bytes = b""
    kind: str = "text/plain"
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False


@contextmanager
def served_world(script: Script) -> Iterator[World]:
    """Serve a world at a free port, on all addresses of loopback, as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = world.answer(self.headers["Host"], self.path, self.headers.get("If-None-Match", ""))
            if answer.hangs:
                world.over.wait(5)
            if answer.status == 0:
                return
            self._send(answer)

        def do_POST(self) -> None:
            self._send(Answer(world.take(self.path, self.rfile.read(int(self.headers["Content-Length"])))))

        def _send(self, answer: Answer) -> None:
            with suppress(OSError):  # whoever asked may have given up
                self.send_response(answer.status)
                for name, value in {"Content-Type": answer.kind, **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    world = World(script, server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield world
    finally:
        world.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
