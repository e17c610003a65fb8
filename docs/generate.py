"""Write the pages of docs/ that come from the program itself: commands, metrics, settings, sources, tables; `--check` only compares.

usage: python docs/generate.py [--check]
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from db.schema import open_database
from dpawatch.cli import main as cli
from dpawatch.configuring import list_settings, name_type
from dpawatch.metrics import METRICS
from ingest.models import Source
from ingest.registry import load_publishers

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
    value = option.get_default(click.Context(cli))
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


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": build_cli_page,
    "metrics.md": build_metrics_page,
    "settings.md": build_settings_page,
    "sources.md": build_sources_page,
    "tables.md": build_tables_page,
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
