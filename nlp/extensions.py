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

They are written and read again with the `Doc`, in its bytes, a `DocBin` or between the processes of `nlp.pipe`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import partial
from typing import Any, Literal

import srsly
from spacy.language import Language
from spacy.tokens import Doc

from nlp.models import Action, CompanyRole, Happening, HappeningKind, ProvisionRole, Span

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
    does not have its name, but "the first" or the like. `by_frame`: only the words around it make it an organisation.
    """

    id: str
    name: str
    span: Span
    role: CompanyRole
    is_controller: bool = False
    kinds: frozenset[str] = frozenset()
    stands_for: bool = False
    by_frame: bool = False

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


_NO_CONTEXT = Context()
_CONTEXT_KEY = ("._.", "dpawatch_context", None, None)  # where spaCy keeps an attribute without a getter
_MENTIONS = ("regulators", "provisions", "amounts", "companies", "persons", "sanctions", "happenings", "actions")
_RECORDS: dict[str, Callable[..., Any]] = {
    kind.__name__: kind
    for kind in (
        Context,
        RegulatorMention,
        ProvisionMention,
        AmountMention,
        CompanyMention,
        PersonMention,
        SanctionCue,
        HappeningMention,
        Action,
        Happening,
        Decimal,
        frozenset,
    )
}
_KIND, _VALUES = "dpawatch", "values"


def pack_record(thing: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """Return one of our records as a table that msgpack can write; anything else as the next encoder has it."""
    kind = type(thing).__name__
    if _RECORDS.get(kind) is not type(thing):
        return chain(thing) if chain else thing
    if isinstance(thing, Decimal):
        return {_KIND: kind, _VALUES: [str(thing)]}
    values = [sorted(thing)] if isinstance(thing, frozenset) else [getattr(thing, f.name) for f in fields(thing)]
    return {_KIND: kind, _VALUES: values}


def unpack_record(table: dict[Any, Any], chain: Callable[[Any], Any] | None = None) -> Any:
    """Return the record that a table stands for; any other table as the next decoder has it."""
    if _KIND in table:
        return _RECORDS[table[_KIND]](*_as_tuple(table[_VALUES]))
    return chain(table) if chain else table


def _as_tuple(value: Any) -> Any:
    """Return lists as the tuples they were: msgpack knows only one of the two."""
    return tuple(map(_as_tuple, value)) if isinstance(value, (list, tuple)) else value


srsly.msgpack_encoders.register("dpawatch", func=pack_record)
srsly.msgpack_decoders.register("dpawatch", func=unpack_record)


def _set_mentions(name: str, doc: Doc, mentions: tuple[Any, ...]) -> None:
    doc.user_data[name] = mentions


def _get_mentions(name: str, doc: Doc) -> tuple[Any, ...]:
    return tuple(doc.user_data.get(name, ()))


for _name in (f"dpawatch_{mentions}" for mentions in _MENTIONS):
    Doc.set_extension(_name, getter=partial(_get_mentions, _name), setter=partial(_set_mentions, _name), force=True)
Doc.set_extension("dpawatch_context", default=_NO_CONTEXT, force=True)


def mentions_of(doc: Doc, name: str) -> tuple[Any, ...]:
    """Return the mentions of an attribute without its prefix, as `doc._` does in ten times the time: for loops over sentences."""
    mentions: tuple[Any, ...] = doc.user_data.get(f"dpawatch_{name}", ())
    return mentions


def context_of(doc: Doc) -> Context:
    """Return what is known beside the text of doc, as `doc._.dpawatch_context` does in ten times the time."""
    data: dict[Any, Any] = doc.user_data
    context: Context = data.get(_CONTEXT_KEY, _NO_CONTEXT)
    return context


def require_attributes(nlp: Language, factory: str) -> None:
    """Raise ValueError where a factory reads what no component of nlp sets; the message names what to add before it."""
    assigned = {attribute for name in nlp.component_names for attribute in nlp.get_pipe_meta(name).assigns}
    missing = [a.removeprefix("doc._.") for a in nlp.get_factory_meta(factory).requires if a not in assigned]
    if missing:
        raise ValueError(f"{factory} reads what {', '.join(missing)} find: add these components before it")
