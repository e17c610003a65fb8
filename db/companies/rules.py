"""What the rules read a name as: the data file's company, the one it is introduced for, the name it misspells, or its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlite_utils import Database

from db.companies.evidence import Fact, are_told_apart, find_common_act, has_authorities_of, read_facts
from db.companies.known import find_known
from db.companies.names import own_id
from db.companies.spelling import is_joined, is_misspelling, measure_likeness, spelling_hashes


@dataclass(frozen=True, slots=True)
class Reading:
    """The company that the rules bring a name to; `merge` where that makes one company of two, with its likeness."""

    company: str
    why: str | None = None
    merge: bool = False
    score: float | None = None


@dataclass(slots=True)
class Rules:
    """Reads names by the rules alone; what is read once is kept."""

    db: Database
    near: dict[str, list[str]] = field(default_factory=dict)
    facts: dict[str, list[Fact]] = field(default_factory=dict)
    roots: dict[str, tuple[str, Reading | None]] = field(default_factory=dict)

    def gather(self, keys: Iterable[str]) -> set[str]:
        """Return the names whose company may depend on these: their near spellings, and the aliases of all of them."""
        found = set[str]()
        for key in keys:
            found |= self._component(key)
        for key in tuple(found):
            for (alias,) in self.db.execute("select alias from company_aliases where key = ?", [key]).fetchall():
                found |= self._component(alias)
        return found

    def read(self, key: str) -> Reading:
        """Return the company of a name."""
        root, slip = self._root(key)
        reading = self._known(root) or self._introduced(root) or Reading(own_id(root))
        if slip is None:
            return reading
        return Reading(reading.company, slip.why, merge=True, score=slip.score)

    def _known(self, key: str) -> Reading | None:
        known = find_known(self.db, key)
        return Reading(known.company, known.why) if known else None

    def _introduced(self, key: str) -> Reading | None:
        """Return the one company that texts introduce a name for, where nobody but its authorities' texts use the name."""
        sql = "select key, min(article) from company_aliases where alias = ? and key <> ? group by key order by 2, 1"
        introducers = self.db.execute(sql, [key, key]).fetchall()
        if (
            not introducers
            or self.db.execute("select 1 from company_aliases where key = ? and alias <> ?", [key, key]).fetchone()
        ):
            return None
        full = {name: self._root(name)[0] for name, _ in introducers}
        companies = {(self._known(root) or Reading(own_id(root))).company for root in full.values()}
        if len(companies) != 1 or own_id(key) in companies:
            return None
        if not has_authorities_of(self.db, key, {*full, *full.values()}):
            return None
        name, article = introducers[0]
        why = f"article {article} calls {name} by this name in brackets"
        return Reading(companies.pop(), why, merge=True, score=measure_likeness(key, name))

    def _root(self, key: str) -> tuple[str, Reading | None]:
        """Return the better known name that a name misspells, with the reason, or the name itself."""
        if key not in self.roots:
            component, taken = self._component(key), list[str]()
            # a name that is like no other, as most are, needs no count of its acts
            for name in sorted(component, key=self._rank) if len(component) > 1 else component:
                self.roots[name] = self._misspelt(name, taken) or (name, None)
                if self.roots[name][0] == name:
                    taken.append(name)
        return self.roots[key]

    def _misspelt(self, key: str, better: Iterable[str]) -> tuple[str, Reading | None] | None:
        for name in better:
            if name not in self._near(key) or find_known(self.db, key):
                continue
            why = self._why_one(key, name)
            if why:
                return name, Reading("", why, merge=True, score=measure_likeness(key, name))
        return None

    def _why_one(self, key: str, name: str) -> str | None:
        if are_told_apart(self.db, key, name):
            return None
        if is_joined(key, name):
            return f"it is {name} but for the spaces"
        common = find_common_act(self._facts(key), self._facts(name))
        if common is None:
            return None
        own, other = common
        return (
            f"one slip from {name}, and {own.regulator} imposed {own.amount} {own.currency} on both "
            f"(articles {own.article} and {other.article})"
        )

    def _rank(self, key: str) -> tuple[bool, int, str]:
        """Return what sorts spellings of one name: those of the data file first, then those more acts are reported with."""
        return find_known(self.db, key) is None, -len(self._facts(key)), key

    def _component(self, key: str) -> set[str]:
        """Return a name with its near spellings, and theirs."""
        found, ahead = {key}, [key]
        while ahead:
            new = set(self._near(ahead.pop())) - found
            found |= new
            ahead += sorted(new)
        return found

    def _near(self, key: str) -> list[str]:
        if key not in self.near:
            hashes = spelling_hashes(key)
            places = ", ".join("?" * len(hashes))
            sql = f"select distinct key from company_spellings where hash in ({places})"  # noqa: S608 (places only)
            rows = self.db.execute(sql, hashes).fetchall() if hashes else []
            self.near[key] = sorted(name for (name,) in rows if is_misspelling(key, name))
        return self.near[key]

    def _facts(self, key: str) -> list[Fact]:
        if key not in self.facts:
            self.facts[key] = read_facts(self.db, key)
        return self.facts[key]
