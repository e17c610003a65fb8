"""Which cases are asked for: a query string becomes conditions in SQL, and words for people."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self
from urllib.parse import urlencode

from db.summaries import DAY, YEAR
from dpawatch.web.matching import match_query
from dpawatch.wording import country_name, format_day, format_money, label, language_name, machine_date

NEWEST, LARGEST, DECIDED = "newest", "largest", "decided"
# What a list is sorted by, downwards; cases without it come last.
SORTS = {NEWEST: "last_seen", LARGEST: "amount_eur", DECIDED: "decided"}

_MOST_CHARACTERS = 300
_THOUSANDS = {"k": 1_000, "m": 1_000_000, "bn": 1_000_000_000, "": 1}
_SUM = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)(k|m|bn)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,30}(?:\.\d+)?(?:e[+-]?\d{1,2})?", re.ASCII)
_PERIOD = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_AFTER_ALL_DAYS = "~"  # sorts behind every character of a date

_BELOW = r"id like :provision_text || '(%' escape '\' or id like :provision_text || '.%' escape '\'"
_PARTS = f"select id from provisions where id = :provision collate nocase or {_BELOW}"  # noqa: S608 (a constant)
_OF_LAW = "select id from provisions where law = :{} collate nocase"
_OF_GROUP = "select :group union all select id from companies where parent = :group"
_OF_COUNTRY = "select id from regulators where country = :country"
_CASES_OF = "cases.id in (select case_id from case_{} where {})"
_HAS = "exists (select 1 from case_{} where case_id = cases.id and {})"
# What an index finds: a list can begin with the cases that meet one of these conditions, and sort them.
_FOUND = {
    "q": "cases.rowid in (select rowid from cases_fts where cases_fts match :q_words)",
    "country": f"cases.regulator in ({_OF_COUNTRY})",
    "regulator": "cases.regulator = :regulator",
    "company": _CASES_OF.format("companies", "company = :company"),
    "group": _CASES_OF.format("companies", f"company in ({_OF_GROUP})"),
    "provision": _CASES_OF.format("provisions", f"provision in ({_PARTS})"),
    "law": _CASES_OF.format("provisions", f"provision in ({_OF_LAW.format('law')})"),
    "sanction": _CASES_OF.format("sanctions", "sanction = :sanction"),
    "violation": _CASES_OF.format("violations", "violation = :violation"),
    "status": "cases.status = :status",
    "year": f"{YEAR} = :year",
    "since": f"{DAY} >= :since",
    "until": f"{DAY} < :until || '{_AFTER_ALL_DAYS}'",
    "least": "cases.amount_eur >= :least",
    "most": "cases.amount_eur <= :most",
    "lang": _CASES_OF.format("languages", "lang = :lang"),
    "source": _CASES_OF.format("sources", "source = :source"),
}
# What is asked of each case instead, in the order of the list, when many meet the condition: half of all are under one law,
# are met soon, and need not all be looked up. The plus keeps SQLite from beginning with the condition after all.
_TESTED = {
    "country": f"+cases.regulator in ({_OF_COUNTRY})",
    "regulator": "+cases.regulator = :regulator",
    "company": _HAS.format("companies", "company = :company"),
    "group": _HAS.format("companies", f"+company in ({_OF_GROUP})"),
    "provision": _HAS.format("provisions", f"+provision in ({_PARTS})"),
    "law": _HAS.format("provisions", f"+provision in ({_OF_LAW.format('law')})"),
    "sanction": _HAS.format("sanctions", "sanction = :sanction"),
    "violation": _HAS.format("violations", "violation = :violation"),
    "status": "+cases.status = :status",
    "lang": _HAS.format("languages", "lang = :lang"),
    "source": _HAS.format("sources", "source = :source"),
}
# Most cases meet some of these.
_COMMON = {"law", "sanction", "violation", "status", "lang"}
# Words of an address for what Python has other words for.
_IN_ADDRESS = {"since": "from", "until": "to", "least": "min", "most": "max"}
_FIELD_OF = {word: field for field, word in _IN_ADDRESS.items()}


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the cases of a list have in common, and how it is sorted. None is any.

    `provision` takes in what is below it (GDPR:5 also GDPR:5(1)(f), GDPR all of the law), `group` the companies of a
    group; `year`, `since` and `until` are of the day of the decision, else of the first article; `least` and `most` are
    in euro. `after` is the last row of the page before, as `cursor_of` writes it. `ignored` are parameters whose
    values say nothing. `begin` is the condition that is to be looked up, when it is known how many cases meet each; "" is
    none of them.
    """

    q: str | None = None
    country: str | None = None
    regulator: str | None = None
    company: str | None = None
    group: str | None = None
    provision: str | None = None
    law: str | None = None
    sanction: str | None = None
    violation: str | None = None
    status: str | None = None
    year: str | None = None
    since: str | None = None
    until: str | None = None
    least: float | None = None
    most: float | None = None
    lang: str | None = None
    source: str | None = None
    sort: str = NEWEST
    after: str | None = None
    ignored: tuple[str, ...] = ()
    begin: str | None = field(default=None, compare=False)

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> Self:
        """Return the filter that the parameters of an address state; unknown ones are left alone."""
        found: dict[str, Any] = {}
        ignored = []
        for word, value in arguments.items():
            field = _FIELD_OF.get(word, word)
            if field not in _READERS or word in _IN_ADDRESS or not value.strip():
                continue
            read = _READERS[field](value.strip()[:_MOST_CHARACTERS])
            if read is None:
                ignored.append(word)
            else:
                found[field] = read
        return cls(**found, ignored=tuple(ignored))

    @property
    def active(self) -> dict[str, Any]:
        """What is asked of a case, by field: neither the order nor the place in the list."""
        return {field: value for field in _FOUND if (value := getattr(self, field)) is not None}

    @property
    def where(self) -> tuple[str, dict[str, Any]]:
        """The condition in SQL on a row of `cases`, and its parameters."""
        return _join(self._ask(field, self._is_tested(field)) for field in self.active), self._parameters

    def split(self, looked_up: Collection[str]) -> tuple[str, str, dict[str, Any]]:
        """Return the conditions on these fields, which are to be looked up, in SQL, the others, and the parameters of all."""
        first = _join(self._ask(field, False) for field in self.active if field in looked_up)
        others = _join(self._ask(field, True) for field in self.active if field not in looked_up)
        return first, others, self._parameters

    @property
    def _parameters(self) -> dict[str, Any]:
        params = self.active
        if self.provision is not None:
            params["provision_text"] = re.sub(r"([%_\\])", r"\\\1", self.provision)
        if self.q is not None:
            params["q_words"] = match_query(self.q)
        return params

    def _is_tested(self, field: str) -> bool:
        """Tell whether a condition is asked of each case in turn instead of being looked up."""
        return field in _COMMON or self._is_whole_law(field) if self.begin is None else field != self.begin

    def _is_whole_law(self, field: str) -> bool:
        return field == "provision" and ":" not in self.active[field]

    def _ask(self, field: str, tested: bool) -> str:
        """Return one of the conditions in SQL."""
        asked = (_TESTED if tested else _FOUND).get(field, _FOUND[field])
        return asked.replace(_PARTS, _OF_LAW.format("provision")) if self._is_whole_law(field) else asked

    @property
    def place(self) -> tuple[str, dict[str, Any]]:
        """The condition in SQL that leaves out what stands on earlier pages, and its parameters."""
        column = f"cases.{SORTS[self.sort]}"
        value, separator, case = (self.after or "").partition("~")
        if not separator or (self.sort == LARGEST and value and not _NUMBER.fullmatch(value)):
            return "1", {}
        if not value:
            return f"({column} is null and cases.id > :after_id)", {"after_id": case}
        behind = f"({column} < :after or {column} is null or ({column} = :after and cases.id > :after_id))"
        return behind, {"after": float(value) if self.sort == LARGEST else value, "after_id": case}

    @property
    def order(self) -> str:
        """What the rows of the list are ordered by in SQL."""
        return f"cases.{SORTS[self.sort]} desc, cases.id"

    @property
    def listed(self) -> tuple[str, dict[str, Any]]:
        """The query for the ids of the list in its order, and its parameters, but for `limit`."""
        where, params = self.where
        behind, more = self.place
        sql = f"select id from cases where {where} and {behind} order by {self.order} limit :limit"  # noqa: S608 (constants)
        return sql, params | more

    def cursor_of(self, row: Mapping[str, Any]) -> str:
        """Return what `after` must be to go on behind this row of the list."""
        value = row[SORTS[self.sort]]
        return f"{'' if value is None else value}~{row['id']}"

    def without(self, field: str) -> CaseFilter:
        """Return this filter without one of its conditions, from the beginning of its list."""
        cleared: dict[str, Any] = {field: None, "after": None, "ignored": (), "begin": None}
        return replace(self, **cleared)

    @property
    def address(self) -> str:
        """The query string that states this filter, the same for equal filters; "" for the plain list."""
        stated = [
            (part.name, getattr(self, part.name)) for part in fields(self) if part.name not in {"ignored", "begin"}
        ]
        parts = [
            (_IN_ADDRESS.get(field, field), f"{value:.15g}" if isinstance(value, float) else value)
            for field, value in stated
            if value is not None and (field, value) != ("sort", NEWEST)
        ]
        return urlencode(parts)

    def describe(self, names: Mapping[str, str] | None = None) -> str:
        """Return what is listed, in words: "Fines of EUR 1,000,000 or more under GDPR:32 in 2023".

        Args:
            names: of what is known by an id, by field: company, group, regulator, source.
        """
        noun, stated = "Cases", self.active
        if stated.get("sanction") == "fine":
            noun = "Fines"
            del stated["sanction"]
        spoken = [_SPOKEN[field].format(self.say(field, names)) for field in _SPOKEN if field in stated]
        return " ".join([noun, *spoken]) if spoken or noun == "Fines" else "All cases"

    def list_chips(self, names: Mapping[str, str]) -> list[dict[str, str]]:
        """Return each condition with its name, its value as people read it, and the address `without` it."""
        return [
            {"name": CHIPS[field], "value": self.say(field, names), "without": self.without(field).address}
            for field in self.active
        ]

    def say(self, field: str, names: Mapping[str, str] | None = None) -> str:
        """Return the value of a condition as people read it."""
        value = getattr(self, field)
        if names and field in names:
            return names[field]
        return _SAYERS[field](value) if field in _SAYERS else str(value)


def _join(conditions: Iterable[str]) -> str:
    return " and ".join(conditions) or "1"


def _read_sum(text: str) -> float | None:
    """Return "1,000,000", "1 000 000" or "1m" as a number, or None."""
    match = _SUM.fullmatch(re.sub(r"[\s,_']|EUR|€", "", text).lower())
    return float(match[1]) * _THOUSANDS[match[2] or ""] if match else None


def _read_period(text: str) -> str | None:
    return text if _PERIOD.fullmatch(text) and machine_date(text) else None


def _keep(text: str) -> str:
    return re.sub(r"[\x00\ud800-\udfff]", "", text)


_READERS: dict[str, Any] = dict.fromkeys(_FOUND, _keep) | {
    "q": lambda text: _keep(text) if match_query(text) else None,
    "country": lambda text: _keep(text).upper(),
    "year": lambda text: text if _read_period(text) and len(text) == 4 else None,
    "since": _read_period,
    "until": _read_period,
    "least": _read_sum,
    "most": _read_sum,
    "sort": lambda text: text if text in SORTS else None,
    "after": lambda text: _keep(text) if "~" in text else None,
}
_SAYERS: dict[str, Any] = {
    "country": country_name,
    "sanction": lambda value: label(value, "sanction"),
    "violation": lambda value: label(value, "violation"),
    "status": lambda value: label(value, "status"),
    "since": format_day,
    "until": format_day,
    "least": lambda value: format_money(value, "EUR"),
    "most": lambda value: format_money(value, "EUR"),
    "lang": language_name,
}
# In the order in which they are said.
_SPOKEN = {
    "least": "of {} or more",
    "most": "of {} or less",
    "company": "against {}",
    "group": "against companies of {}",
    "regulator": "by {}",
    "country": "from {}",
    "provision": "under {}",
    "law": "under {}",
    "violation": "about {}",
    "sanction": "with the measure “{}”",
    "status": "that are {}",
    "year": "in {}",
    "since": "from {} on",
    "until": "until {}",
    "q": "with the words “{}”",
    "lang": "told in {}",
    "source": "told by {}",
}
# What each condition is called on a page.
CHIPS = {
    "q": "Words",
    "country": "Country",
    "regulator": "Regulator",
    "company": "Company",
    "group": "Group",
    "provision": "Provision",
    "law": "Law",
    "sanction": "Measure",
    "violation": "About",
    "status": "Status",
    "year": "Year",
    "since": "From",
    "until": "To",
    "least": "At least",
    "most": "At most",
    "lang": "Language",
    "source": "Source",
}
