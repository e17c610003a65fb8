"""Euro amounts at the reference rates of the European Central Bank, which the currencyconverter package carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from currency_converter import CurrencyConverter, RateNotFoundError


@dataclass(frozen=True, slots=True)
class EuroAmount:
    """An amount in euro, the rate (units of the currency for one euro) and the day it stands for."""

    amount: Decimal
    rate: Decimal
    day: str


@cache
def _converter() -> CurrencyConverter:
    return CurrencyConverter(decimal=True, fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known")


def convert_to_euro(amount: Decimal, currency: str, day: str | None) -> EuroAmount | None:
    """Return amount in euro, or None when the ECB gives no rate for the currency on the day.

    Args:
        day: ISO 8601, as precise as it is known; the first day of a month or year stands for the whole.
            Without any day nothing is converted, since no rate would be the right one.
    """
    if currency == "EUR":
        return EuroAmount(amount, Decimal(1), day[:10] if day else "")
    if day is None:
        return None
    when = date.fromisoformat((day + "-01-01")[:10] if len(day) < 7 else (day + "-01")[:10])
    converter = _converter()
    bounds = converter.bounds.get(currency)
    if bounds is None or not bounds.first_date <= when <= bounds.last_date:
        return None
    try:
        rate = Decimal(1) / converter.convert(Decimal(1), currency, "EUR", when)
    except RateNotFoundError:
        return None
    euro = (amount / rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return EuroAmount(euro, rate.quantize(Decimal("0.0001")), when.isoformat())
