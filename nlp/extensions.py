"""The attributes that the components set on a spaCy `Doc`; each is a tuple of mentions in order of the text.

| attribute | set by | holds |
|---|---|---|
| `doc._.dpawatch_regulators` | dpawatch_regulators | `RegulatorMention` |
| `doc._.dpawatch_provisions` | dpawatch_provisions | `ProvisionMention` |
| `doc._.dpawatch_amounts` | dpawatch_amounts | `AmountMention` |
| `doc._.dpawatch_companies` | dpawatch_companies | `CompanyMention` |
| `doc._.dpawatch_persons` | dpawatch_companies | `PersonMention`, of those hit by a measure |
| `doc._.dpawatch_sanctions` | dpawatch_sanctions | `SanctionCue` |
| `doc._.dpawatch_happenings` | dpawatch_happenings | `HappeningMention` |
| `doc._.dpawatch_actions` | dpawatch_actions | `nlp.models.Action` |
| `doc._.dpawatch_context` | the caller, before the pipeline | `Context`: what is known beside the text |
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from spacy.tokens import Doc

from nlp.models import CompanyRole, HappeningKind, ProvisionRole, Span

Use = Literal["open", "maximum", "other", "conversion", "daily", "rebate"]
Modality = Literal["imposed", "negated", "hedged", "requested", "intended"]


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a text beside itself. `title_end`: how much of the doc's text is a title put before it."""

    published: str | None = None
    publisher: str | None = None
    title_end: int = 0


@dataclass(frozen=True, slots=True)
class RegulatorMention:
    """A regulator where the text names it; `sure` is False for a name that others bear too."""

    id: str
    span: Span
    sure: bool = True


@dataclass(frozen=True, slots=True)
class ProvisionMention:
    """A provision where the text cites it."""

    id: str
    role: ProvisionRole
    span: Span


@dataclass(frozen=True, slots=True)
class AmountMention:
    """A sum of money; `use` is what the words around it say it is, `rough` whether it may be rounded: in a title, or "nearly"."""

    amount: Decimal
    currency: str
    span: Span
    use: Use
    rough: bool = False


@dataclass(frozen=True, slots=True)
class CompanyMention:
    """An organisation where the text names it, with the role that this place gives it.

    `is_controller`: in so many words. `kinds`: the nouns by which the text says what it is, lower case. `stands_for`: the place
    does not have its name, but "the first" or the like.
    """

    id: str
    name: str
    span: Span
    role: CompanyRole
    is_controller: bool = False
    kinds: frozenset[str] = frozenset()
    stands_for: bool = False

    @property
    def is_introduced(self) -> bool:
        """Whether the text says what kind of organisation it is."""
        return bool(self.kinds)


@dataclass(frozen=True, slots=True)
class PersonMention:
    """A natural person against whom a measure is directed, by name or not: "a nurse", "Mario Ferri"."""

    span: Span


@dataclass(frozen=True, slots=True)
class SanctionCue:
    """A phrase that names a sanction, and whether the sentence says it was imposed."""

    id: str
    span: Span
    modality: Modality


@dataclass(frozen=True, slots=True)
class HappeningMention:
    """A phrase that says what befell a matter, in its sentence, with the date that this states for it."""

    kind: HappeningKind
    span: Span
    sentence: Span
    date: str | None


for _name in ("regulators", "provisions", "amounts", "companies", "persons", "sanctions", "happenings", "actions"):
    Doc.set_extension(f"dpawatch_{_name}", default=(), force=True)
Doc.set_extension("dpawatch_context", default=Context(), force=True)
