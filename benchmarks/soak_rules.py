"""What a soak test may not violate: what the status says after each run, and what is stored and was told at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from benchmarks.soak_world import EDITED_AFTER, Page, World
from dpawatch.status import Status

# days without anything new, of a source that wrote each day: quiet until the first, silent from the second on
QUIET, SILENT = 14, 15
# no source is left alone for longer
LONGEST_REST = timedelta(days=3)
CALL = 3
# which cases each follow is of, and where its alerts go
FOLLOWS: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
    ({"country": "FR"}, ("quick",)),
    ({"at_least": 1_000_000}, ("quick", "frail")),
    ({"regulator": "it-garante"}, ("frail",)),
)


class Watch:
    """Compares what the status says with what the world knows to be wrong, run by run."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.in_vain: Counter[str] = Counter()
        self.asked: dict[str, datetime] = {}
        # state, words of the reason, whether a person is to be called; None where either is right
        self.expected: dict[str, tuple[str, str, bool] | None] = {}

    def check(self, status: Status, now: datetime) -> Iterator[str]:
        """Yield a line for each thing that the status of a run says wrongly, or does not say."""
        world = self.world
        listed = {source.id for source in world.list_sources()}
        rows = {row["id"]: row for row in status.sources}
        if rows.keys() != listed:
            yield f"the status lists {sorted(rows.keys() ^ listed)} wrongly"
        needs = {need for need in status.needs if not need.startswith("the disk has ")}
        for name in sorted(listed & rows.keys()):
            self._learn(name, now)
            mine = {need for need in needs if need.startswith(f"source {name} ")}
            needs -= mine
            yield from self._compare(name, rows[name], mine)
            if rows[name]["state"] != "gone" and now - self.asked.setdefault(name, now) > LONGEST_REST:
                yield f"{name} was not asked for since {self.asked[name]:%Y-%m-%d %H:%M}"
        refused = {need for need in needs if need.startswith("target frail took no alert")}
        if bool(refused) != (world.refused_in_a_row >= CALL):
            yield f"the webhook refused {world.refused_in_a_row} times in a row, and the status says {refused or 'nothing'}"
        yield from (f"a person is called for nothing: {need}" for need in sorted(needs - refused))

    def _learn(self, name: str, now: datetime) -> None:
        """Take note of what a run was shown of an outlet; what it did not ask for is as it was."""
        shown, fault = self.world.shown, self.world.faults.get(name)
        if name not in shown.well:
            return
        self.asked[name] = now
        kind = fault.kind if fault else ""
        if fault and not shown.well[name]:
            self.in_vain[name] += 1
            times = self.in_vain[name]
            state = fault.state[min(times, len(fault.state)) - 1]
            self.expected[name] = state, fault.says, fault.call is not None and times >= fault.call
            return
        self.in_vain[name] = 0
        self.expected[name] = "works", "", False
        if fault and kind == "silent":
            days = (now.date() - max(page.published for page in self.world.pages[name]).date()).days
            if days >= SILENT:
                self.expected[name] = fault.state[-1], fault.says, True
            elif days >= QUIET:
                self.expected[name] = None
        elif fault and kind.startswith("pages "):
            often = sum(n >= CALL and place not in self.world.given for place, n in self._pages_in_vain(name))
            self.expected[name] = "works", fault.says, often >= CALL
        elif name not in shown.pages and any(place not in self.world.given for place, _ in self._pages_in_vain(name)):
            # the index is fine and so are its pages, of which none was asked for yet
            self.expected[name] = None

    def _pages_in_vain(self, name: str) -> list[tuple[tuple[str, str], int]]:
        return [(place, n) for place, n in self.world.in_vain.items() if place[0] == name]

    def _compare(self, name: str, row: dict[str, Any], needs: set[str]) -> Iterator[str]:
        expected = self.expected.get(name)
        if expected is None:
            return
        state, says, called = expected
        said = " ".join(filter(None, (row["last_error"], row["held"], *needs)))
        if row["state"] != state:
            yield f"{name} is called {row['state']!r} ({said}) where it is {state!r}"
        if bool(needs) != called:
            yield f"{name} calls {'a person: ' + said if needs else 'nobody'}, where it is {state!r} {says}"
        if (state != "works" or called) and says not in said:
            yield f"what is said of {name} does not say {says!r}: {said}"


def check_articles(db: Database, world: World) -> Iterator[str]:
    """Yield what is wrong with the articles at the end: each page is stored once, as it reads now, with what it said before."""
    pages = [page for name in world.pages for page in world.pages[name]]
    expected = {world.url(page): (page.title, page.text) for page in pages}
    stored = [(url, (title, text)) for url, title, text in db.execute("select url, title, text from articles")]
    found = dict(stored)
    if len(found) < len(stored):
        yield f"{len(stored) - len(found)} articles are stored twice"
    yield from (f"{url} was never stored" for url in sorted(expected.keys() - found.keys()))
    yield from (f"{url} is no article" for url in sorted(found.keys() - expected.keys()))
    both = sorted(expected.keys() & found.keys())
    yield from (f"{url} is stored as {found[url]}" for url in both if _differ(found[url], expected[url]))
    corrected = {
        world.url(p) for p in pages
        if p.edited and (p.outlet, p.path) in world.given_before_edit and p.born + EDITED_AFTER < world.run
    }  # fmt: skip
    revised = [u for (u,) in db.execute("select url from revisions join articles on articles.id = article")]
    if sorted(revised) != sorted(corrected):
        yield f"corrections of {sorted(corrected ^ set(revised))} are kept wrongly"
    copies = {u for (u,) in db.execute("select url from near_duplicates join articles on articles.id = article")}
    reprints = {page.matter.number for page in pages if page.kind == "reprint"}
    if len(copies) != len(reprints):
        yield f"{len(copies)} articles are called copies, where {len(reprints)} are"


def _differ(found: tuple[str, str], expected: tuple[str, str]) -> bool:
    return found[0] != expected[0] or expected[1] not in " ".join(found[1].split())


def check_alerts(world: World) -> Iterator[str]:
    """Yield what is wrong with the alerts at the end: each match of a follow was told once, and once more when it was appealed."""
    told = Counter(
        (delivery.target, _find_follow(delivery), "Changed: " in delivery.title, _find_company(delivery, world))
        for delivery in world.taken
    )
    expected: Counter[tuple[str, int, bool, str]] = Counter()
    for _, pages in sorted(_group_pages(world).items()):
        matter = pages[0].matter
        given = {page.kind: at for page in pages if (at := world.given.get((page.outlet, page.path))) is not None}
        if not given:
            continue
        first = min(at for kind, at in given.items() if kind != "appeal")
        for number, (follow, targets) in enumerate(FOLLOWS, 1):
            if not _matches(follow, matter.authority.id, matter.amount):
                continue
            for target in targets:
                # what the first run read was there before the follows were
                expected[target, number, False, matter.company] += first > 0
                expected[target, number, True, matter.company] += "appeal" in given and given["appeal"] > first
    for key in sorted(told.keys() | expected.keys()):
        if told[key] != expected[key]:
            target, number, is_change, company = key
            what = "a change of" if is_change else "the case of"
            yield f"follow {number} was told {what} {company} {told[key]} times by {target}, where {expected[key]} is right"


def _group_pages(world: World) -> dict[int, list[Page]]:
    groups: dict[int, list[Page]] = {}
    for pages in world.pages.values():
        for page in pages:
            groups.setdefault(page.matter.number, []).append(page)
    return groups


def _matches(follow: dict[str, Any], authority: str, amount: int) -> bool:
    (key, value), *_ = follow.items()
    return bool(
        {"country": authority.startswith("fr-"), "regulator": authority == value, "at_least": amount >= 1_000_000}[key]
    )


def _find_follow(delivery: tuple[str, str, str]) -> int:
    return int(delivery[2].rpartition("of follow ")[2])


def _find_company(delivery: tuple[str, str, str], world: World) -> str:
    companies = (matter.company for matter in world.matters)
    return next((company for company in companies if company in delivery[1]), delivery[1])
