"""How quick the site is when it is large: every type of page and saved query, beside plain Datasette's table page.

usage: site.py [--articles N] [--cases N] [--requests N] [--workers N] [--db FILE] [--keep FILE] [--publish] [--only WORD]
               [--quick] [--check]
A made-up database (benchmarks/site_data.py) is served by `dpawatch serve`, and by Datasette alone without a plugin; each
in as many processes as the other, asked by eight readers at once from one more. Of each type several hundred different pages are
asked for, so that no cache flatters it, in turns with pages of plain Datasette's table of cases, so that what else the
machine does slows both. Prints milliseconds; --check exits 1 when a page fails, or is slower than it should be.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from operator import itemgetter
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote, urlencode

import httpx
from sqlite_utils import Database

from benchmarks.figures import Figure, note
from benchmarks.site_data import make_database
from db.publish import publish
from db.schema import open_for_reading
from dpawatch.web.metadata import saved_queries
from ingest.workers import count_cores

# Datasette's command does not know more than one process; ours lends it what it takes.
_PLAIN = "import sys; from dpawatch.serve import serve_datasette; serve_datasette(sys.argv[2:], int(sys.argv[1]))"
READERS, MILLISECONDS, RATIO = 8, 100, 3
NEXT_TO, BESIDE = 50, 16  # so many pages of the type, then so many of plain Datasette's
Timing = tuple[float, int, str]  # milliseconds, status, path

# where values for the parameters of saved queries come from
_VALUES = {
    "year": "select distinct substr(first_seen, 1, 4) from cases",
    "country": "select distinct country from regulators",
    "company": "select name from companies where id in (select company from case_companies)",
    "provision": "select distinct provision from case_provisions",
    "law": "select distinct law from provisions where id in (select provision from case_provisions)",
    "role": "select distinct role from case_provisions",
    "measure": "select distinct sanction from case_sanctions",
    "sanction": "select distinct sanction from case_sanctions",
    "regulator": "select distinct regulator from cases where regulator is not null",
    "case_id": "select id from cases",
    "case": "select id from cases",
    "at_least": "select distinct articles from cases",
    "violation": "select distinct violation from case_violations",
    "language": "select distinct lang from articles",
    "lang": "select distinct lang from articles",
    "publisher": "select distinct publisher from articles",
    "article": "select article from near_duplicates",
    "date": "select distinct substr(changed, 1, 10) from history",
    "field": "select distinct field from case_contradictions",
    "status": "select distinct status from cases",
    "source": "select id from sources",
}
_FILTERS = ("country", "regulator", "provision", "law", "sanction", "violation", "status", "year", "lang")


def make_paths(db: Database, name: str, number: int) -> dict[str, list[str]]:
    """Return paths by type of page, up to so many different ones of each, the same for the same database."""
    draw = random.Random(7)

    def pick(sql: str) -> list[str]:
        found = [str(value) for (value,) in db.execute(sql) if value is not None]
        return draw.sample(sorted(found), min(number, len(found)))

    def each(form: str, sql: str) -> list[str]:
        return [form.format(quote(value, safe="")) for value in pick(sql)]

    values = {word: pick(sql) for word, sql in _VALUES.items()}
    words = [
        word for (title,) in db.execute("select title from cases order by id limit 3000") for word in title.split()
    ]
    companies = "select company from case_companies group by company order by count(*) desc limit 2000"
    types = {
        "home": ["/"] * number,
        "case": each("/case/{}", "select id from cases"),
        "case.json": each("/case/{}.json", "select id from cases"),
        "case.atom": each("/case/{}.atom", "select id from cases"),
        "cases": ["/cases?" + _choose(draw, values, _FILTERS) for _ in range(number)],
        "cases, by sum": [
            "/cases?" + _choose(draw, values, _FILTERS, min="10000", sort="largest") for _ in range(number)
        ],
        "cases.json": ["/cases.json?" + _choose(draw, values, _FILTERS) for _ in range(number)],
        "cases.atom": ["/cases.atom?" + _choose(draw, values, _FILTERS) for _ in range(number)],
        "company": each("/company/{}", companies),
        "company.atom": each("/company/{}.atom", companies),
        "regulator": each("/regulator/{}", "select distinct regulator from cases"),
        "provision": each("/provision/{}", "select distinct provision from case_provisions"),
        "source": each("/source/{}", "select id from sources"),
        "article": each("/article/{}", "select id from articles"),
        "search": [f"/search?q={quote(draw.choice(words))}" for _ in range(number)],
        "search, two words": [f"/search?q={quote(' '.join(draw.sample(words, 2)))}" for _ in range(number)],
        "suggest": [f"/suggest?q={quote(draw.choice(words)[: draw.randint(2, 6)])}" for _ in range(number)],
        "about": ["/-/about-data"] * number,
        "dashboards": ["/-/dashboards"] * number,
        "sitemap": ["/sitemap.xml"] * number,
        "table of cases": _table_paths(db, name, number, draw),
    }
    for query, about in saved_queries().items():
        parameters = sorted(set(re.findall(r"(?<![:\w]):([a-z_]+)", re.sub(r"'[^']*'", "", about["sql"]))))
        types[f"query {query}"] = [
            f"/{name}/{query}?" + _choose(draw, values, parameters, most=9) for _ in range(number)
        ]
    return types


def _choose(draw: random.Random, values: Mapping[str, list[str]], words: tuple[str, ...] | list[str], most: int = 2,
            **more: str) -> str:  # fmt: skip
    """Return a query string with values for some of the parameters."""
    known = [word for word in words if values.get(word)]
    chosen = draw.sample(known, min(draw.randint(1, most), len(known)))
    return urlencode({word: draw.choice(values[word]) for word in chosen} | more)


def _table_paths(db: Database, name: str, number: int, draw: random.Random) -> list[str]:
    """Return pages of Datasette's table of cases, each of which begins behind another row."""
    ids = [case for (case,) in db.execute("select id from cases")]
    return [f"/{name}/cases?_sort=id&_next={quote(case)},{quote(case)}" for case in draw.choices(ids, k=number)]


@contextmanager
def serving(command: list[str], **environment: str) -> Iterator[str]:
    """Serve in a process of its own and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)], env={**os.environ, **environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                httpx.get(f"http://127.0.0.1:{port}/-/versions.json", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def read_pages(job: tuple[str, list[str]]) -> list[Timing]:
    """Return what each page took, read by eight readers side by side."""
    return asyncio.run(_read_pages(*job))


async def _read_pages(base: str, paths: list[str]) -> list[Timing]:
    waiting, found = list(reversed(paths)), list[Timing]()
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:

        async def read() -> None:
            while waiting:
                path = waiting.pop()
                started = time.perf_counter()
                answer = await client.get(path)
                found.append((1000 * (time.perf_counter() - started), answer.status_code, path))

        await asyncio.gather(*(read() for _ in range(READERS)))
    return found


def percentiles(timings: list[Timing]) -> tuple[float, float]:
    """Return the median and the 95th of a hundred, in milliseconds."""
    found = quantiles([timing[0] for timing in timings], n=100, method="inclusive")
    return found[49], found[94]


def measure(read: Callable[[str, list[str]], list[Timing]], types: dict[str, list[str]], site: str, plain: str) -> bool:
    """Print a line for each type of page; return whether all were found, and quick enough."""
    good, worst, slowest = True, ("", 0.0), ("", 0.0)
    tables = types["table of cases"]
    read(plain, tables[:READERS])
    print(f"{'page':42} {'p50 ms':>7} {'p95 ms':>7} {'plain':>7} {'ratio':>6}", flush=True)
    for name, paths in types.items():
        own, beside = list[Timing](), list[Timing]()
        read(site, paths[:READERS])
        for first in range(0, len(paths), NEXT_TO):
            own += read(site, paths[first : first + NEXT_TO])
            beside += read(plain, tables[first : first + BESIDE])
        (p50, p95), (_, plain95) = percentiles(own), percentiles(beside)
        failed = [(status, path) for _, status, path in own if status != 200]
        said = ["slow"] * (p95 >= MILLISECONDS) + ["slower than plain"] * (p95 >= RATIO * plain95)
        said += [f"{len(failed)} failed: {failed[0]}"] if failed else []
        good = good and not said
        worst, slowest = (
            max(worst, (name, p95 / plain95), key=itemgetter(1)),
            max(slowest, (name, p95), key=itemgetter(1)),
        )
        print(f"{name:42} {p50:7.1f} {p95:7.1f} {plain95:7.1f} {p95 / plain95:6.2f}  {'; '.join(said)}", flush=True)
    note(
        Figure(f"p95 of the slowest type of page, {slowest[0]}", slowest[1], "ms", most=MILLISECONDS),
        Figure(f"p95 beside the plain table page's, {worst[0]}", worst[1], most=RATIO),
    )
    return good


def note_sizes(db: Database, path: Path) -> None:
    """Publish the database and note how large it is, how large its copy, and how long that took."""
    articles = db["articles"].count
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy, started = Path(folder) / "public.db", time.perf_counter()
        publish(db, copy)
        note(Figure(f"publishing {articles:,} articles", time.perf_counter() - started, "s"))
        sides = f"{path.stat().st_size / 1e6:,.0f} MB; {copy.stat().st_size / 1e6:,.0f} MB published"
        note(Figure("bytes an article", path.stat().st_size / articles, beside=sides))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=300, help="pages of each type")
    parser.add_argument("--workers", type=int, default=count_cores(), help="processes of each site")
    parser.add_argument("--db", type=Path, help="measure this database, made before with --keep")
    parser.add_argument("--keep", type=Path, help="leave the database in this file")
    parser.add_argument("--publish", action="store_true", help="publish it too: how long, and how large?")
    parser.add_argument("--only", default="", help="only the types of page with this word in their name")
    parser.add_argument("--quick", action="store_true", help="a small database and few pages: does everything answer?")
    parser.add_argument("--check", action="store_true", help="exit 1 when a page fails or is slow")
    options = parser.parse_args(arguments)
    if options.quick:
        options.articles, options.cases, options.requests = 500, 100, 8
    with tempfile.TemporaryDirectory() as folder:
        path = options.db or options.keep or Path(folder) / "site.db"
        started = time.perf_counter()
        db = open_for_reading(path) if options.db else make_database(path, options.articles, options.cases)
        with closing(db):
            print(f"{db['articles'].count} articles, {db['cases'].count} cases, {time.perf_counter() - started:.0f} s")
            types = make_paths(db, path.stem, options.requests)
            if options.publish:
                note_sizes(db, path)
        kept = {name: paths for name, paths in types.items() if options.only in name or name == "table of cases"}
        workers = str(options.workers)
        print(f"the site, and plain Datasette: {workers} processes each; {READERS} readers")
        with (
            serving([sys.executable, "-m", "dpawatch", "serve", "--db", str(path), "--workers", workers]) as site,
            serving([sys.executable, "-c", _PLAIN, workers, "serve", str(path)], DATASETTE_LOAD_PLUGINS="") as plain,
            multiprocessing.get_context("spawn").Pool(1) as pool,
        ):
            good = measure(lambda base, paths: pool.apply(read_pages, ((base, paths),)), kept, site, plain)
    return 1 if options.check and not good else 0


if __name__ == "__main__":
    sys.exit(main())
