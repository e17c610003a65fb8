"""Euro amounts at the reference rates of the European Central Bank, which the currencyconverter package carries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from currency_converter import CurrencyConverter, RateNotFoundError

from nlp.dates import first_day

_CLOSED_DAYS = 5  # the longest the market is closed: a weekend and the holidays of Easter or Christmas around it


@dataclass(frozen=True, slots=True)
class EuroAmount:
    """An amount in euro, the rate (units of the currency for one euro) and the day it stands for."""

    amount: Decimal
    rate: Decimal
    day: str


class _OneCurrency(CurrencyConverter):  # type: ignore[misc]
    """The rates of one currency: those of all forty take a sixth of a second, for a text that names one or two."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        super().__init__(decimal=True)

    def load_lines(self, lines: Iterable[str]) -> None:
        """Take the column of the currency; raises ValueError where the ECB never quoted it."""
        super().load_lines(self._narrow(lines))

    def _narrow(self, lines: Iterable[str]) -> Iterator[str]:
        rows = (line.split(",") for line in lines)
        header = next(rows)
        column = header.index(self._currency)
        yield f"{header[0]},{self._currency}"
        for row in rows:
            yield f"{row[0]},{row[column]}"


@cache
def _rates_of(currency: str) -> CurrencyConverter | None:
    """Return the rates of a currency, or None where the ECB never quoted it."""
    try:
        return _OneCurrency(currency)
    except ValueError:
        return None


def convert_to_euro(amount: Decimal, currency: str, day: str | None) -> EuroAmount | None:
    """Return amount in euro, or None when the ECB gives no rate for the currency on the day.

    A day without trade takes the rate of the last business day before it, which is the day that comes back. There is
    none before the ECB quoted a currency, after it stopped, in a gap between (ISK, 2008 to 2018), or in the future.

    Args:
        day: ISO 8601, as precise as it is known; the first day of a month or year stands for the whole.
            Without any day nothing is converted, since no rate would be the right one.
    """
    if currency == "EUR":
        return EuroAmount(amount, Decimal(1), day[:10] if day else "")
    when = first_day(day) if day else None
    found = _find_rate(currency, when) if when else None
    if found is None:
        return None
    rate, quoted = found
    euro = (amount / rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return EuroAmount(euro, rate.quantize(Decimal("0.0001")), quoted.isoformat())


def _find_rate(currency: str, when: date) -> tuple[Decimal, date] | None:
    """Return the units of a currency for one euro on a day or the last business day before it, and that day."""
    rates = _rates_of(currency)
    if rates is None or not rates.bounds[currency].first_date <= when <= rates.bounds[currency].last_date:
        return None
    for quoted in (when - timedelta(days) for days in range(_CLOSED_DAYS + 1)):
        try:
            return Decimal(1) / rates.convert(Decimal(1), currency, "EUR", quoted), quoted
        except RateNotFoundError:
            continue
    return None
