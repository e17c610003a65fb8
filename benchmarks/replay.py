"""The main job on real pages: serve an archive of them behind a feed on loopback, `dpawatch run` twice, judge the database.

usage: replay.py PATH.tar.gz [--keep FOLDER]

The archive holds pages of GDPRhub, one HTML file each. What is expected of a page is read from the page itself with
BeautifulSoup, and nothing of `ingest` or `nlp` is used for it:

- its summary is its meta description;
- its navigation is every string in <nav>, the footers, the category links, the search box, the site's tagline, notice and
  jump links, unless it stands in the content of the page as well;
- no company may read like a natural person, by the lists of names of rigour;
- its authority is the "Authority:" or "Court:" row of its infobox, whose label AUTHORITIES turns into a regulator id.
  Courts that the contract gives no id are listed, and left out of the share.

Exits 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import html
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

from bs4 import BeautifulSoup

from benchmarks.figures import Figure, note
from db.companies.persons import find_person_rows
from db.schema import open_existing

AROUND = "nav, #catlinks, [class*=footer], [id*=footer], #siteSub, #jump-to-nav, #p-search, #siteNotice"
CONTENT = "#mw-content-text"
AUTHORITIES = {
    "AEPD (Spain)": "es-aepd",
    "AKI (Estonia)": "ee-aki",
    "ANSPDCP (Romania)": "ro-anspdcp",
    "AP (The Netherlands)": "nl-ap",
    "APD/GBA (Belgium)": "be-apd",
    "AZOP (Croatia)": "hr-azop",
    "BVwG (Austria)": "at-bvwg",
    "BlnBDI (Berlin)": "de-blnbdi",
    "CE (France)": "fr-conseil-etat",
    "CJEU": "eu-cjeu",
    "DSB (Austria)": "at-dsb",
    "Datatilsynet (Denmark)": "dk-datatilsynet",
    "Datatilsynet (Norway)": "no-datatilsynet",
    "Garante per la protezione dei dati personali (Italy)": "it-garante",
    "ICO (UK)": "gb-ico",
    "IMY (Sweden)": "se-imy",
    "IP (Slovenia)": "si-ip",
    "NAIH (Hungary)": "hu-naih",
    "OGH (Austria)": "at-ogh",
    "Personvernnemnda (Norway)": "no-personvernnemnda",
    "Persónuvernd (Iceland)": "is-personuvernd",
    "RvS (Netherlands)": "nl-rvs",
    "TA Luxembourg (Luxembourg)": "lu-ta",
    "Tietosuojavaltuutetun toimisto (Finland)": "fi-tietosuoja",
    "UODO (Poland)": "pl-uodo",
}
REGISTRY = """[[sources]]
id = "replay"
publisher = "Replay"
kind = "ngo"
format = "feed"
url = "{url}/feed.xml"
homepage = "{url}/"
language = "en"
topics = "privacy"
"""


@dataclass(frozen=True)
class Page:
    """One page of the archive and what is expected of it."""

    name: str
    path: str
    body: bytes
    title: str
    summary: str
    navigation: frozenset[str]
    authority: str


class Site(ThreadingHTTPServer):
    """Serves the pages and their feed, and counts the feed's full bodies; everything else, robots.txt too, is a 404."""

    daemon_threads = True

    def __init__(self, pages: list[Page]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.bodies = {page.path: page.body for page in pages}
        items = "".join(f"<item><title>{html.escape(p.title)}</title><link>{p.path}</link></item>" for p in pages)
        self.feed = f'<rss version="2.0"><channel><title>Replay</title>{items}</channel></rss>'.encode()
        self.feed_requests = self.feed_bodies = 0


class Handler(BaseHTTPRequestHandler):
    """Answers one request; the feed has validators and honours them."""

    protocol_version = "HTTP/1.1"
    server: Site
    validators = (("ETag", '"replay-1"'), ("Last-Modified", "Sat, 01 Nov 2025 00:00:00 GMT"))

    def do_GET(self) -> None:
        """Answer with the feed, a page or a 404."""
        if self.path == "/feed.xml":
            self._answer_feed()
        elif self.path in self.server.bodies:
            self._answer(200, self.server.bodies[self.path], ("Content-Type", "text/html; charset=UTF-8"))
        else:
            self._answer(404, b"")

    def _answer_feed(self) -> None:
        self.server.feed_requests += 1
        if self.headers.get("If-None-Match") == self.validators[0][1]:
            self._answer(304, b"", *self.validators)
            return
        self.server.feed_bodies += 1
        self._answer(200, self.server.feed, ("Content-Type", "application/rss+xml"), *self.validators)

    def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        "The figures are the only output"


def normalise(text: str) -> str:
    return " ".join(html.unescape(text).split()).casefold()


def read_pages(path: Path) -> list[Page]:
    """Return the HTML files of the archive, in the order of their names."""
    pages = []
    with tarfile.open(path) as archive:
        for member in sorted(archive.getmembers(), key=lambda m: m.name):
            file = archive.extractfile(member)
            if file is not None and member.name.endswith(".html"):
                pages.append(read_page(Path(member.name).name, file.read()))
    return pages


def read_page(name: str, body: bytes) -> Page:
    soup = BeautifulSoup(body, "lxml")
    description = soup.find("meta", attrs={"name": "description"})
    title = soup.find("meta", attrs={"property": "og:title"})
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.find_all("td", recursive=False)] for row in soup.find_all("tr")
    ]
    authority = next((row[1] for row in rows if len(row) == 2 and row[0] in ("Authority:", "Court:")), "")
    return Page(
        name=name,
        path="/pages/" + quote(name),
        body=body,
        title=str(title["content"]) if title else name,
        summary=normalise(str(description["content"])) if description else "",
        navigation=find_navigation(soup),
        authority=" ".join(authority.split()),
    )


def find_navigation(soup: BeautifulSoup) -> frozenset[str]:
    """Return the strings of the site around the content; this takes the soup apart, so it comes last."""
    around = soup.select(AROUND)
    strings = {normalise(string) for element in around for string in element.stripped_strings}
    for element in (*around, *soup.select("#toc")):
        element.extract()
    content = normalise(" ".join(element.get_text(" ") for element in soup.select(CONTENT)))
    return frozenset(s for s in strings if len(s) > 3 and s not in content)


def run_dpawatch(folder: Path, site: Site) -> float:
    """Run `dpawatch run --all` as its own process and return its seconds; its messages go to stderr."""
    registry = folder / "sources.toml"
    registry.write_text(REGISTRY.format(url=site.url), encoding="utf-8")
    command = [Path(sys.executable).with_name("dpawatch"), "run", "--db", folder / "replay.db", "--sources", registry]
    started = time.perf_counter()
    subprocess.run(
        [*map(str, command), "--allow-private-hosts", "--all"],
        env=os.environ | {"DPAWATCH_DELAY": "0"},
        stdout=sys.stderr,
        check=True,
        timeout=1800,
    )
    return time.perf_counter() - started


def read_stored(folder: Path) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Return the stored texts, and the regulators tagged in them, by the path of the page."""
    with sqlite3.connect(folder / "replay.db") as db:
        articles = db.execute("select id, url, text from articles").fetchall()
        mentions = db.execute("select article, entity from mentions where kind = 'regulator'").fetchall()
    paths = {key: url[url.index("/pages/") :] for key, url, _ in articles}
    regulators: dict[str, set[str]] = {path: set() for path in paths.values()}
    for article, entity in mentions:
        regulators[paths[article]].add(entity)
    return {paths[key]: text for key, _, text in articles}, regulators


def is_clean(page: Page, text: str) -> bool:
    """Say whether a text holds the page's summary and none of its navigation; name on stdout what is wrong."""
    found = normalise(text)
    # a long description is cut off with dots
    has_summary = bool(page.summary) and page.summary.removesuffix("...").removesuffix("…").strip() in found
    navigation = sorted(s for s in page.navigation if s in found)
    if not has_summary:
        print(f"  no summary: {page.name}")
    if navigation:
        print(f"  navigation: {page.name}: {navigation}")
    return has_summary and not navigation


def count_authorities(pages: list[Page], regulators: dict[str, set[str]]) -> tuple[int, int]:
    """Return on how many pages the own authority is tagged, and how many have one with an id; name the others."""
    tagged = expected = 0
    for page in pages:
        tags = regulators.get(page.path, set())
        own = AUTHORITIES.get(page.authority)
        expected += own is not None
        tagged += own in tags
        if own is None:
            print(f"  no id, not counted: {page.authority or 'no authority'} (tagged: {sorted(tags)})")
        elif own not in tags:
            print(f"  not tagged: {own}: {page.name} (tagged: {sorted(tags)})")
    return tagged, expected


def count_persons(folder: Path) -> int:
    """Return how many companies read like natural persons, and name them."""
    db = open_existing(folder / "replay.db")
    found = find_person_rows(db)
    db.close()
    for name in found:
        print(f"  a natural person? {name}")
    return len(found)


def judge(pages: list[Page], folder: Path, site: Site) -> bool:
    """Run twice, print the figures and say whether every bar is passed."""
    seconds = run_dpawatch(folder, site)
    first_bodies = site.feed_bodies
    texts, regulators = read_stored(folder)
    print(f"pages {len(pages)}; first run {seconds:.1f} s")
    clean = sum(is_clean(page, texts[page.path]) for page in pages if page.path in texts)
    tagged, expected = count_authorities(pages, regulators)
    seconds = run_dpawatch(folder, site)
    print(f"second run {seconds:.1f} s, feed asked for {site.feed_requests - first_bodies} times")
    new, again = len(read_stored(folder)[0]) - len(texts), site.feed_bodies - first_bodies
    share = tagged / expected if expected else 0.0
    persons = count_persons(folder)
    return note(
        Figure(f"pages stored, of {len(pages):,}", len(texts), least=len(pages) * 79 / 80),
        Figure("with summary and without navigation", clean, least=len(pages) * 0.95),
        Figure(f"own regulator tagged, share of {expected:,}", share, least=0.9),
        Figure("companies that read like natural persons", persons, most=0),
        Figure("new articles of the second run", new, most=0),
        Figure("feed bodies of the second run", again, most=0),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--keep", type=Path, help="keep the database in this folder, which must not hold one")
    options = parser.parse_args()
    pages = read_pages(options.archive)
    site = Site(pages)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="dpawatch-replay-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        return 0 if judge(pages, folder, site) else 1


if __name__ == "__main__":
    sys.exit(main())
