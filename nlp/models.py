"""What reading a text gives: an `Analysis` of mentions and actions, each with the spans it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Span = tuple[int, int]
CompanyRole = Literal["respondent", "complainant", "processor", "mentioned", "publisher"]
ProvisionRole = Literal["violated", "alleged", "power", "cited"]
HappeningKind = Literal["complaint", "upheld", "paid"]
Status = Literal["investigation", "proposed", "decided", "settled", "appealed", "annulled", "closed"]


@dataclass(frozen=True, slots=True)
class Document:
    """A text to read. `title` helps to find who matters but carries no spans; `lang` None means: find out."""

    text: str
    id: str | None = None
    title: str | None = None
    lang: str | None = None
    published: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Regulator:
    """A regulator of the gazetteer that the text names or describes."""

    id: str
    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """An organisation of the text; `id` is a slug of its name without legal form. Never a natural person."""

    id: str
    name: str
    role: CompanyRole
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision as cited, `LAW:article(paragraph)(point)`, or a bare law."""

    id: str
    role: ProvisionRole
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money in main units, exact."""

    amount: Decimal
    currency: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Sanction:
    """A corrective power of the contract's list, as one or more phrases express it."""

    id: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A calendar date, ISO 8601 and as precise as the text ("2021", "2021-12", "2021-12-16")."""

    date: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """What befell a matter beside its measures; `span` is the sentence that says so, `date` as precise as it states it."""

    kind: HappeningKind
    date: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Action:
    """One act of one authority: `evidence` holds the sentences that state it, the most telling first."""

    regulator: str | None
    respondents: tuple[str, ...]
    provisions: tuple[str, ...]
    sanctions: tuple[str, ...]
    violations: tuple[str, ...]
    amount: Decimal | None
    currency: str | None
    amount_eur: Decimal | None
    fx_rate: Decimal | None
    fx_date: str | None
    status: Status
    decision_date: str | None
    background: bool
    evidence: tuple[Span, ...]
    confidence: float
    happenings: tuple[Happening, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the action as the contract writes it."""
        return {
            "regulator": self.regulator,
            "respondents": list(self.respondents),
            "provisions": list(self.provisions),
            "sanctions": list(self.sanctions),
            "violations": list(self.violations),
            "amount": json_number(self.amount),
            "currency": self.currency,
            "amount_eur": json_number(self.amount_eur),
            "status": self.status,
            "decision_date": self.decision_date,
            "background": self.background,
            "evidence": [list(span) for span in self.evidence],
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything read from one text; `pipeline` names the version that read it."""

    id: str | None
    lang: str
    is_enforcement: bool
    relevance: float
    regulators: tuple[Regulator, ...]
    companies: tuple[Company, ...]
    provisions: tuple[Provision, ...]
    amounts: tuple[Amount, ...]
    sanctions: tuple[Sanction, ...]
    dates: tuple[DateMention, ...]
    actions: tuple[Action, ...]
    pipeline: str

    def to_json(self) -> dict[str, Any]:
        """Return the analysis as the contract writes it."""
        return {
            "id": self.id,
            "lang": self.lang,
            "is_enforcement": self.is_enforcement,
            "relevance": self.relevance,
            "regulators": [{"id": r.id, "name": r.name, "spans": json_spans(r.spans)} for r in self.regulators],
            "companies": [
                {"id": c.id, "name": c.name, "role": c.role, "spans": json_spans(c.spans)} for c in self.companies
            ],
            "provisions": [{"id": p.id, "role": p.role, "spans": json_spans(p.spans)} for p in self.provisions],
            "amounts": [
                {"amount": json_number(a.amount), "currency": a.currency, "spans": json_spans(a.spans)}
                for a in self.amounts
            ],
            "actions": [action.to_json() for action in self.actions],
        }


def json_number(value: Decimal | None) -> int | float | None:
    """Return value as JSON's number: an int when it is whole, else a float; None stays None."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def json_spans(spans: tuple[Span, ...]) -> list[list[int]]:
    """Return spans as lists, which is how JSON has them."""
    return [list(span) for span in spans]
