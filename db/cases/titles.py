"""One line that says what happened in a case: "CNIL orders Clearview AI to erase data (2021)"."""

from __future__ import annotations

from collections.abc import Collection, Sequence

# The first sanction of a case that stands here gives its title: with a known regulator, and without one.
_PHRASES = {
    "fine": ("{who} fines {whom}{amount}", "{whom} fined{amount}"),
    "settlement": ("{who} settles with {whom}{for_amount}", "{whom} settles{for_amount}"),
    "penalty-payment": ("{who} imposes a penalty payment on {whom}", "{whom} ordered to make a penalty payment"),
    "algorithm-deletion": ("{who} orders {whom} to delete algorithms", "{whom} ordered to delete algorithms"),
    "erasure-order": ("{who} orders {whom} to erase data", "{whom} ordered to erase data"),
    "processing-ban": ("{who} bans processing by {whom}", "Processing by {whom} banned"),
    "transfer-suspension": ("{who} suspends transfers by {whom}", "Transfers by {whom} suspended"),
    "certification-withdrawal": ("{who} withdraws a certification of {whom}", "Certification of {whom} withdrawn"),
    "rights-order": ("{who} orders {whom} to honour people's rights", "{whom} ordered to honour people's rights"),
    "breach-notice-order": ("{who} orders {whom} to report a breach", "{whom} ordered to report a breach"),
    "compliance-order": ("{who} orders {whom} to comply", "{whom} ordered to comply"),
    "fine-reduced": ("Fine of {who} against {whom} reduced{to_amount}", "Fine of {whom} reduced{to_amount}"),
    "fine-annulled": ("Fine of {who} against {whom} annulled", "Fine of {whom} annulled"),
    "reprimand": ("{who} reprimands {whom}", "{whom} reprimanded"),
    "formal-notice": ("{who} puts {whom} on notice", "{whom} put on notice"),
    "warning": ("{who} warns {whom}", "{whom} warned"),
    "intent-to-fine": ("{who} intends to fine {whom}{amount}", "{whom} may be fined{amount}"),
    "case-closed": ("{who} closes its case against {whom}", "Case against {whom} closed"),
    "investigation": ("{who} investigates {whom}", "{whom} under investigation"),
}
_PROPOSED = ("{who} proposes to act against {whom}", "Action against {whom} proposed")
_OTHER = ("{who} acts against {whom}", "Action against {whom}")
_ENDINGS = {"appealed": "under appeal", "annulled": "annulled", "closed": "closed"}
_UNNAMED = "an unnamed organisation"  # the one name that is capitalised at the start of a line


def case_title(
    regulator: str | None,
    respondents: Sequence[str],
    sanctions: Collection[str],
    amount: str | None,
    status: str,
    year: str | None,
    before: str | None = None,
) -> str:
    """Return the title of a case.

    Args:
        regulator: its abbreviation or name, None when it is not known.
        respondents: names, the main one first; after two the rest are counted.
        amount: as format_amount writes it. before: the sum before it was reduced, written likewise.
    """
    with_regulator, without = _phrase(sanctions, status)
    said = {
        "who": regulator or "",
        "whom": _list_names(respondents),
        "amount": f" {amount}" if amount else "",
        "for_amount": f" for {amount}" if amount else "",
        "to_amount": f" to {amount}" if amount else "",
    }
    line = (with_regulator if regulator else without).format(**said)
    reduced = f"{before} before" if before else None
    notes = [note for note in (year, reduced, _ENDINGS.get(status)) if note and not line.endswith(f" {note}")]
    if line.startswith(_UNNAMED):
        line = line[0].upper() + line[1:]
    return line + (f" ({', '.join(notes)})" if notes else "")


def format_amount(amount: int | float, currency: str | None) -> str:
    """Return a sum as titles show it: "EUR 50,000,000", "GBP 1,234.50"."""
    number = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
    return f"{currency} {number}" if currency else number


def _phrase(sanctions: Collection[str], status: str) -> tuple[str, str]:
    known = [sanction for sanction in _PHRASES if sanction in sanctions]
    if status == "proposed":
        proposed = {"fine", "intent-to-fine"}.intersection(known)
        return _PHRASES["intent-to-fine"] if proposed else _PROPOSED
    if status == "investigation":
        return _PHRASES["investigation"]
    return _PHRASES[known[0]] if known else _OTHER


def _list_names(names: Sequence[str]) -> str:
    if len(names) > 2:
        return f"{names[0]} and {len(names) - 1} others"
    return " and ".join(names) if names else _UNNAMED
