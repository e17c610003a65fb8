"""Write the pages of docs/ that come from the program itself: commands, metrics, settings, sources, tables, taxonomy.

With `--check` they are only compared.

usage: python docs/generate.py [--check]
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, get_args

import click
from sqlite_utils import Database

from db.cases.events import KINDS, DateOrigin
from db.companies.known import COMPANY_KINDS
from db.history import CauseKind
from db.missing import Missing
from db.odd_pages import EXTRACTION
from db.schema import open_database
from dpawatch.cli import main as cli
from dpawatch.configuring import list_settings, name_type
from dpawatch.metrics import METRICS
from dpawatch.wording import labels
from ingest.models import DEFECTS, Kind, PublishedOrigin, Source, Topics
from ingest.registry import load_publishers
from nlp.gazetteer import load_companies, load_laws, load_lexicons, load_regulators
from nlp.models import CompanyRole, ProvisionRole, Status

DOCS = Path(__file__).parent
METADATA = DOCS.parent / "datasette-metadata.json"
GENERATED = "<!-- Written by docs/generate.py (`make docs`); changes made here are lost. -->"
WIDTH = 100
UNITS = ("DAYS", "MINUTES", "SECONDS")
EXIT_STATUS = """\
| status | meaning |
|---|---|
| 0 | done; sources that failed are recorded, and `dpawatch status` shows them |
| 1 | something needs a person |
| 2 | bad usage or bad input: one line on stderr says what and where; what could be used was used |
| 75 | another run holds the database's lock |
| 130, 143 | ended by SIGINT (Ctrl-C) or SIGTERM; what was begun is done when the command is started again |"""


def list_commands(command: click.Command = cli, path: str = "dpawatch") -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, by its full name."""
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from list_commands(command.commands[name], f"{path} {name}")
    else:
        yield path, command


def list_tables(db: Database) -> list[str]:
    """Return the tables and views people ask for, by name: not SQLite's own, not the search index."""
    hidden = ("sqlite_", "_sqlite_", "articles_fts", "cases_fts", "entities_fts")
    return sorted(name for name in (*db.table_names(), *db.view_names()) if not name.startswith(hidden))


def load_descriptions() -> dict[str, dict[str, Any]]:
    """Return the metadata of each table, as Datasette shows it."""
    metadata = json.loads(METADATA.read_text(encoding="utf-8"))
    tables: dict[str, dict[str, Any]] = metadata.get("databases", {}).get("dpawatch", {}).get("tables", {})
    return tables


def build_cli_page() -> str:
    """Return the page of commands, each with its help as the terminal shows it."""
    parts = ["# The command line", GENERATED, "Results go to stdout, progress and errors to stderr.", EXIT_STATUS]
    for name, command in list_commands():
        # with the group's settings: click keeps the help option it made first, here or in an earlier test
        context = click.Context(
            command,
            info_name=name,
            terminal_width=WIDTH,
            max_content_width=WIDTH,
            help_option_names=cli.context_settings["help_option_names"],
        )
        parts += [f"## {name}", f"```\n{command.get_help(context)}\n```"]
    return "\n\n".join(parts) + "\n"


SETTINGS_INTRO = """\
Each setting is a flag of the commands named, an environment variable and a key of a file of TOML; a flag comes before the
variable, the variable before the file, the file before the default. The file is `dpawatch.toml` beside the database, or the
one that `--config` or `$DPAWATCH_CONFIG` names. Paths in it are from its folder on. `dpawatch config` shows all
settings as they are and where each comes from.

```toml
# dpawatch.toml
contact = "https://example.org/about-this-robot"
max_minutes = 25
archive_days = 30
```"""


def build_settings_page() -> str:
    """Return the page of settings: key, flag, variable, what is allowed, the default, and what it means."""
    users = defaultdict(list)
    for path, command in list_commands():
        for name in list_settings(command):
            users[name].append(path.removeprefix("dpawatch "))
    parts = ["# Settings", GENERATED, SETTINGS_INTRO]
    for name, option in list_settings(cli).items():
        flags = " / ".join(f"`{flag}`" for flag in (*option.opts, *option.secondary_opts))
        used = [user for user in users[name] if user != "config"]
        rows = {
            "flag": flags,
            "variable": f"`{option.envvar}`",
            "allowed": name_type(option) + (f" ({option.metavar.lower()})" if option.metavar in UNITS else ""),
            "default": _show_default(option),
            "commands": "all that take `--db`" if name == "db" else ", ".join(f"`{user}`" for user in used),
        }
        table = "\n".join(["| | |\n|---|---|", *(f"| {head} | {cell} |" for head, cell in rows.items())])
        parts += [f"## {name}", _describe(option), table]
    return "\n\n".join(parts) + "\n"


def _describe(option: click.Option) -> str:
    return re.sub(r"<db>[-\w]*", r"`\g<0>`", str(option.help).split("  [default")[0])


def _show_default(option: click.Option) -> str:
    value = option.to_info_dict()["default"]
    if value is None:
        return "none"
    return f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value}`"


SOURCES_INTRO = """\
The built-in registry, `ingest/sources/<publisher>.toml`, has {sources} sources of {known} publishers. Nobody vouches for
their addresses: "reported" means that a public list says it used the address, "not verified" that nobody is known to have
seen it work. `dpawatch sources list` shows which of them worked here, `dpawatch sources check` tries them now. A listing
that "needs selectors" is known but cannot be read until its `[sources.listing]` table is written, and one "on request"
is polled only by `dpawatch ingest --only`."""


def build_sources_page() -> str:
    """Return the page of the built-in registry, by publisher."""
    publishers = load_publishers()
    by_kind = defaultdict(list)
    for source in (s for p in publishers for s in p.sources):
        by_kind[source.kind].append(source)
    known = [p for p in publishers if p.sources]
    intro = SOURCES_INTRO.format(sources=sum(map(len, by_kind.values())), known=len(known))
    parts = ["# Sources", GENERATED, intro]
    for kind, sources in sorted(by_kind.items()):
        rows = [
            f"| `{s.id}` | `{s.publisher}` | {s.country} | {s.language} | {s.format} | {s.topics} | {_name_state(s)} | <{s.url}> |"
            for s in sources
        ]
        head = "| source | publisher | country | language | format | topics | state | address |\n" + "|---" * 8 + "|"
        parts += [f"## {kind}", "\n".join([head, *rows])]
    rows = [f"| `{p.id}` | {p.country} | {', '.join(p.languages)} |" for p in publishers if not p.sources]
    parts += ["## No source is known", "\n".join(["| regulator | country | languages |\n|---|---|---|", *rows])]
    return "\n\n".join(parts) + "\n"


def _name_state(source: Source) -> str:
    if source.lacks:
        return f"needs {source.lacks}"
    return "on request" if source.on_request else "reported" if source.verified else "not verified"


def build_tables_page() -> str:
    """Return the page of tables: every column with its type, what it refers to and what it means."""
    db, described = open_database(":memory:"), load_descriptions()
    intro = (
        "Dates and times are ISO 8601, in UTC. Spans are half-open offsets in Unicode code points into `articles.text`. "
        "Full-text search: `articles_fts` over title and text, `cases_fts` over title, respondents and regulator, "
        "`entities_fts` over names."
    )
    parts = ["# Tables", GENERATED, intro]
    for table in list_tables(db):
        about = described.get(table, {})
        parts += [f"## {table}", *([about["description"]] if "description" in about else [])]
        parts.append("\n".join(["| column | type | meaning |\n|---|---|---|", *_column_rows(db, table, about)]))
    db.close()
    return "\n\n".join(parts) + "\n"


def _column_rows(db: Database, table: str, about: dict[str, Any]) -> Iterator[str]:
    keys = [] if table in db.view_names() else db.table(table).foreign_keys
    refers = {key.column: f"{key.other_table}.{key.other_column}" for key in keys}
    meanings, units = about.get("columns", {}), about.get("units", {})
    for column in db[table].columns:
        notes = [
            meanings.get(column.name, ""),
            f"Unit: {units[column.name]}." if column.name in units else "",
            f"Refers to `{refers[column.name]}`." if column.name in refers else "",
        ]
        kind = column.type.lower() + (", key" if column.is_pk else "")
        yield f"| `{column.name}` | {kind} | {' '.join(note for note in notes if note)} |"


METRICS_INTRO = """\
What `dpawatch status --format prometheus` prints, and a site answers at `/-/metrics`. All are gauges; times are
seconds since 1970. What is not known is left out: the time of a backup when none was made, and on a public copy whatever only
the database knows that it was made from."""


def build_metrics_page() -> str:
    """Return the page of what the status tells Prometheus."""
    rows = [f"| `{m.full_name}` | {', '.join(f'`{name}`' for name in m.labels)} | {m.meaning} |" for m in METRICS]
    table = "\n".join(["| metric | labels | meaning |\n|---|---|---|", *rows])
    return "\n\n".join(["# Metrics", GENERATED, METRICS_INTRO, table]) + "\n"


TAXONOMY_INTRO = """\
Every word that stands in a column of fixed words, and what it means. The meanings are in `docs/taxonomy.toml`, the words
themselves where the program has them, and what they are called on the site in `dpawatch/labels.toml`.

`relevance` (of `articles`, and in what `dpawatch analyze` prints) says how surely a text reports enforcement, from 0 to 1. It is
the `confidence` of the surest action that is not only recalled, else a tenth for each of regulator, provision, measure and
recalled action that the text has; beyond 0.5 it is enforcement (`is_enforcement`)."""


def list_words() -> dict[str, Collection[str]]:
    """Return the words of each list of the taxonomy, as the code and its data have them."""
    laws, lexicons = load_laws(), load_lexicons()
    return {
        "status": get_args(Status),
        "event": KINDS,
        "sanction": {word for lexicon in lexicons for word in lexicon.sanctions},
        "violation": {word for lexicon in lexicons for word in lexicon.violations}
        | {article.violation for law in laws for article in law.articles if article.violation},
        "provision_role": get_args(ProvisionRole),
        "company_role": get_args(CompanyRole),
        "regulator_kind": {entry.kind for entry in load_regulators()},
        "company_kind": {COMPANY_KINDS.get(company.kind, company.kind) for company in load_companies()},
        "missing": get_args(Missing),
        "date_origin": get_args(DateOrigin),
        "published_origin": get_args(PublishedOrigin),
        "source_kind": get_args(Kind),
        "topics": get_args(Topics),
        "cause": get_args(CauseKind),
        "defect": (*DEFECTS, EXTRACTION),
    }


def build_taxonomy_page() -> str:
    """Return the page of all fixed words, of the provisions behind the types of violation, and of the laws.

    Raises: ValueError: a list of docs/taxonomy.toml has other words than the program.
    """
    explained = tomllib.loads((Path(__file__).parent / "taxonomy.toml").read_text(encoding="utf-8"))
    parts = ["# Taxonomy", GENERATED, TAXONOMY_INTRO]
    for name, words in list_words().items():
        about = explained[name]
        if odd := set(words) ^ set(about["words"]):
            raise ValueError(
                f"docs/taxonomy.toml: [{name}.words]: {', '.join(sorted(odd))}: here or in the program alone"
            )
        places = "In " + ", ".join(f"`{place}`" for place in about["found"]) + "."
        parts += [f"## {about['title']}", f"{places} {about.get('note', '')}".rstrip()]
        parts.append(_format_words(about["words"], labels()[about["labels"]] if "labels" in about else None))
    return "\n\n".join([*parts, *_list_breaches(), *_list_laws()]) + "\n"


def _format_words(words: dict[str, str], called: dict[str, str] | None) -> str:
    if called is None:
        rows = [f"| `{word}` | {meaning} |" for word, meaning in words.items()]
        return "\n".join(["| word | meaning |\n|---|---|", *rows])
    rows = [f"| `{word}` | {called[word]} | {meaning} |" for word, meaning in words.items()]
    return "\n".join(["| word | on the site | meaning |\n|---|---|---|", *rows])


def _list_breaches() -> Iterator[str]:
    found = defaultdict(list)
    for law in load_laws():
        for article in law.articles:
            found[article.violation].append(f"`{law.id}:{article.number}`")
    yield "## Provisions behind the types of violation"
    yield "A breach of one of these, or of a part of it, is of the type; which type may be corrected in `nlp/gazetteer/laws/`."
    rows = [
        f"| `{word}` | {', '.join(provisions)} |" for word, provisions in sorted((k, v) for k, v in found.items() if k)
    ]
    yield "\n".join(["| type | provisions |\n|---|---|", *rows])


def _list_laws() -> Iterator[str]:
    yield "## Laws"
    yield (
        "The id of a provision is that of its law, a colon, and the article as cited: `GDPR:5(1)(f)`. An article that is "
        "not listed in the law's file is read all the same."
    )
    rows = [f"| `{law.id}` | {law.jurisdiction} | {law.name} | {len(law.articles)} |" for law in load_laws()]
    yield "\n".join(["| law | of | name | articles with a title |\n|---|---|---|---|", *rows])


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": build_cli_page,
    "metrics.md": build_metrics_page,
    "settings.md": build_settings_page,
    "sources.md": build_sources_page,
    "tables.md": build_tables_page,
    "taxonomy.md": build_taxonomy_page,
}


def find_stale() -> list[str]:
    """Return the names of the pages that are not what the program would write."""
    return [name for name, build in PAGES.items() if _read(DOCS / name) != build()]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check return 1 when one is stale."""
    if arguments == ["--check"]:
        stale = find_stale()
        for name in stale:
            print(f"docs/{name} is stale: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for name, build in PAGES.items():
        (DOCS / name).write_text(build(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
