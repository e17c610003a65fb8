"""docs/scale.md, written from what was measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

GENERATED = "<!-- Written by benchmarks/backfill.py --write; changes made here are lost. -->"
# documents of the Common Crawl news archive in a month
MONTH = 11_600_000
SHARES = (0.002, 0.01, 0.05)


@dataclass(frozen=True, slots=True)
class Measured:
    """What so many workers took for the pages: seconds of the clock and of processors, and the most memory of one, in bytes.

    `left_out` are the seconds of a processor for a page that is not kept.
    """

    workers: int
    pages: int
    articles: int
    seconds: float
    processor: float
    left_out: float
    memory: int

    @property
    def pages_per_core(self) -> float:
        """Return the pages that a core reads in a second."""
        return self.pages / self.processor

    @property
    def kept(self) -> float:
        """Return the seconds of a processor for a page that is kept."""
        return (self.processor - self.left_out * (self.pages - self.articles)) / self.articles


@dataclass(frozen=True, slots=True)
class Stored:
    """What the articles take: seconds to import, bytes as WARC records of all pages, as Parquet and in SQLite."""

    articles: int
    seconds: float
    warc: int
    parquet: int
    sqlite: int


INTRO = """\
One machine and one SQLite file read the news as it comes. For years of archived news there are the extra libraries of
`dpawatch[scale]`, and three commands:

```console
$ dpawatch backfill 'crawl/*.warc.gz' --out shards --workers 16      # or --scheduler tcp://127.0.0.1:8786
$ dpawatch import shards --db dpawatch.db
$ dpawatch cases --db dpawatch.db
```

`backfill` takes WARC files as Common Crawl's news crawl publishes them, local or at any URL that
[fsspec](https://filesystem-spec.readthedocs.io) knows (`s3://` needs s3fs beside it). [Dask](https://distributed.dask.org) hands them
to its workers, a file each. A page is left out when its text has no word of privacy, by the gate of general sources
([architecture.md](architecture.md)); another becomes the article that a poll would store, with the same id.

- A file gives one folder, which is there only when it is whole, and is not made again while the file and the
  pipeline stay the same. What is killed, a worker or the whole command, costs the files that were being read.
- A damaged record is counted and passed over. A file that breaks off gives what is before, and is named.
- PDF files are passed over: they may take a minute each, and the archive of news has none.
- Workers elsewhere need this version of the program, and `--out` under the same path. A Dask scheduler does what anybody
  who reaches it says: let only machines of your own reach it, or give it certificates.
- `import` may be done in any order and again. What this version of the pipeline has read is stored as it was read; other
  articles wait for `tag`, which takes `--workers` and `--scheduler` too."""
READING = """\
## What was measured

On {machine}, {day}, by `benchmarks/backfill.py`: {pages:,} made-up pages of 50 kB, {articles:,} of
them kept, with three to seven texts of the project's gold each. Of the others one in five has a line on cookies and
personal data at its foot, so that its text must be searched for."""
FOLLOWS = """\
A core takes {left_out:.1f} ms for a page that is left out and {kept:.0f} ms for one that is kept. A record has {warc:.0f} kB; an
article that is kept takes {parquet:.1f} kB as Parquet and {sqlite:.1f} kB in SQLite with its search index, and a core stores
{stored:.0f} of them a second. Memory does not grow with the files: pages are read one by one, and 256 articles at a time
are analysed and written.

## What a month costs

A month of the Common Crawl news archive is about {month:.1f} million documents, {terabytes:.2f} TB if their pages are like the
made-up ones. How many of them are kept was not measured on it, so here is what three shares would cost."""
LIMITS = """\
## Where SQLite's one writer becomes the limit

Storing is the work of one process however many read: the {stored:.0f} articles a second above are {day_of:.1f} million a day, while
{cores:.0f} cores keep as many as it can store when one page in a hundred is kept. Then the database grows, and with it what
grouping cases takes. Beyond some ten million articles:

- One database a month. Shards carry the time of each article, and a month's WARC files are imported into a file of
  their own; `cases` and the site work on each. Companies and cases are then known within a month only.
- Or no database: the shards can be queried in place, all of them as one table. Tables are joined by `article`, and columns
  are called as in [tables.md](tables.md):

```sql
-- DuckDB
select regulator, year(published) as year, count(*), sum(amount_eur)
from 'shards/*/actions.parquet' a join 'shards/*/articles.parquet' p on p.id = a.article
where status = 'decided' and not background group by all order by all;
```

```python
import pyarrow.dataset as ds
ds.dataset(sorted(map(str, Path("shards").glob("*/actions.parquet")))).to_table(filter=ds.field("amount_eur") > 10**6)
```

- A page that two files hold is in both shards; `import` keeps one article of it, a query in place must do so itself."""


def write_page(measured: list[Measured], stored: Stored, machine: str, day: date) -> str:
    """Return the whole page."""
    one = measured[0]
    rate = stored.articles / stored.seconds
    parts = [
        "# Past one machine",
        GENERATED,
        INTRO,
        READING.format(machine=machine, day=day.isoformat(), pages=one.pages, articles=one.articles),
        _table(
            ["workers", "pages a second", "pages a second and core", "memory of a worker"],
            (
                [m.workers, f"{m.pages / m.seconds:.1f}", f"{m.pages_per_core:.1f}", f"{m.memory / 1e6:.0f} MB"]
                for m in measured
            ),
        ),
        FOLLOWS.format(
            left_out=one.left_out * 1000,
            kept=one.kept * 1000,
            warc=stored.warc / one.pages / 1000,
            parquet=stored.parquet / stored.articles / 1000,
            sqlite=stored.sqlite / stored.articles / 1000,
            stored=rate,
            month=MONTH / 1e6,
            terabytes=MONTH * stored.warc / one.pages / 1e12,
        ),
        _table(
            [
                "kept",
                "articles",
                "core-hours",
                "days on 16 cores",
                "memory on 16 cores",
                "Parquet",
                "SQLite",
                "hours to import",
            ],
            (_cost(share, one, stored) for share in SHARES),
        ),
        LIMITS.format(
            stored=rate, day_of=rate * 86400 / 1e6, cores=rate / 0.01 * (one.left_out * 0.99 + one.kept * 0.01)
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _cost(share: float, one: Measured, stored: Stored) -> list[str]:
    articles = MONTH * share
    hours = (articles * one.kept + (MONTH - articles) * one.left_out) / 3600
    return [
        f"{share:.1%}",
        f"{articles:,.0f}",
        f"{hours:,.0f}",
        f"{hours / 24 / 16:.1f}",
        f"{one.memory * 16 / 1e9:.0f} GB",
        f"{articles * stored.parquet / stored.articles / 1e9:.1f} GB",
        f"{articles * stored.sqlite / stored.articles / 1e9:.1f} GB",
        f"{articles * stored.seconds / stored.articles / 3600:.1f}",
    ]


def _table(head: list[str], rows: Iterable[list[object]] | Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)
