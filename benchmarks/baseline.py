"""The obvious solution, to compare with: spaCy's stock pipeline and regular expressions, in the JSON of the contract.

Organisations that the stock model names are the respondents, regulators come from a list of abbreviations, provisions,
amounts and kinds of sanction from one expression each. This is what a capable programmer writes in an afternoon; of the
choices left open (which amount, which organisations, whether a regulator must be named) those that score best were taken.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import spacy
from spacy.language import Language

from nlp.pipeline import model_of

REGULATORS = {
    "AEPD": "es-aepd",
    "Agencia Española de Protección de Datos": "es-aepd",
    "APD": "be-apd",
    "ANPD": "br-anpd",
    "ANSPDCP": "ro-anspdcp",
    "AP": "nl-ap",
    "Autoriteit Persoonsgegevens": "nl-ap",
    "BayLDA": "de-baylda",
    "BfDI": "de-bfdi",
    "CNIL": "fr-cnil",
    "CNPD": "pt-cnpd",
    "Comissão Nacional de Proteção de Dados": "pt-cnpd",
    "CPPA": "us-cppa",
    "Datatilsynet": "dk-datatilsynet",
    "Data Protection Commission": "ie-dpc",
    "DPC": "ie-dpc",
    "DSB": "at-dsb",
    "EDPS": "eu-edps",
    "FCC": "us-fcc",
    "FTC": "us-ftc",
    "Federal Trade Commission": "us-ftc",
    "GBA": "be-apd",
    "Garante": "it-garante",
    "HBDI": "de-hbdi",
    "HmbBfDI": "de-hmbbfdi",
    "ICO": "gb-ico",
    "Information Commissioner": "gb-ico",
    "IMY": "se-imy",
    "LfDI Baden-Württemberg": "de-lfdi-bw",
    "NAIH": "hu-naih",
    "OAIC": "au-oaic",
    "OCR": "us-hhs-ocr",
    "PDPC": "sg-pdpc",
    "UODO": "pl-uodo",
}
BY_NAME = {name.lower(): regulator for name, regulator in REGULATORS.items()}
SANCTIONS = {
    "fine": r"\bfine[sd]?\b|penalty|amende|bußgeld|geldbuße|multa|sanción|sanzion|boete|kar[aęy]\b|coima",
    "reprimand": r"reprimand|rappel à l'ordre|verwarn|apercib|ammoni|berisp|upomnie|repreens",
    "investigation": r"investigat|enquête|untersuch|investiga|indagin|onderzoek|postępowani",
    "processing-ban": r"\bban\b|banned|interdi|untersag|prohíb|vieta|verbied|zakaz|proíb",
    "erasure-order": r"\bdelete|erase|effac|lösch|borrar|cancell|verwijder|usunię|apagar",
    "compliance-order": r"\bcompl(?:y|iance)\b|mise en conformité|\banweis|cumpl|conform",
}
PROVISION = re.compile(
    r"\bArt(?:icles?|ikel|ículos?|icolo|icoli|igos?|s|t)?\.? ?(\d+)(?:\((\d+)\))?(?:\(([a-z])\))?", re.IGNORECASE
)
AMOUNT = re.compile(
    r"(?P<before>(?:€|EUR|£|GBP|\$|USD) ?)?(?P<number>\d[\d.,  ]*)"
    r"(?P<unit>(?:milli|millo|milló|mili|milj|milh|mln|mio)\w*\.? ?|m\b ?)?"
    r"(?:d'|de |di )?(?P<after>€|EUR|£|GBP|pound|\$|USD|dollar|zł|PLN)?",
    re.IGNORECASE,
)
CURRENCIES = {"€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP", "pound": "GBP", "zł": "PLN", "pln": "PLN"}


@cache
def load_stock(lang: str) -> Language:
    """Return the stock French pipeline for French, and the English one for every other language."""
    model = model_of("fr" if lang == "fr" else "en")
    assert model, "no stock model is installed"
    return spacy.load(model)


def analyze_text(text: str, lang: str) -> dict[str, Any]:
    """Return the analysis of a text (its title in front): one action at most, always decided, never background."""
    regulator = next(iter(find_regulators(text)), None)
    sanctions = [kind for kind, pattern in SANCTIONS.items() if re.search(pattern, text, re.IGNORECASE)]
    respondents = find_organisations(text, lang)
    amount, currency = find_amount(text)
    named = bool(regulator and sanctions)
    action = {
        "regulator": regulator,
        "respondents": respondents,
        "sanctions": sanctions,
        "amount": amount,
        "currency": currency,
        "status": "decided",
        "background": False,
    }
    return {
        "is_enforcement": named,
        "companies": [{"name": name, "role": "respondent"} for name in respondents],
        "provisions": [{"id": provision, "role": "violated"} for provision in find_provisions(text)],
        "actions": [action] if named else [],
    }


def find_regulators(text: str) -> list[str]:
    """Return the regulators that are named, in their order."""
    names = "|".join(sorted(map(re.escape, REGULATORS), key=len, reverse=True))
    return [BY_NAME[name.lower()] for name in re.findall(rf"\b(?:{names})\b", text, re.IGNORECASE)]


def find_organisations(text: str, lang: str) -> list[str]:
    """Return what the stock model takes for an organisation, without the regulators."""
    found = dict.fromkeys(e.text for e in load_stock(lang)(text).ents if e.label_ == "ORG")
    return [name for name in found if not find_regulators(name)]


def find_provisions(text: str) -> list[str]:
    """Return the articles that are cited, all of them as of the GDPR, or of the UK GDPR where that is named."""
    law = "UKGDPR" if "UK GDPR" in text else "GDPR"
    found = (
        f"{law}:{number}" + "".join(f"({part})" for part in parts if part) for number, *parts in PROVISION.findall(text)
    )
    return list(dict.fromkeys(found))


def find_amount(text: str) -> tuple[float | None, str | None]:
    """Return the first sum of money and its currency."""
    for match in AMOUNT.finditer(text):
        sign = (match["before"] or match["after"] or "").strip().lower()
        if sign:
            value = parse_number(match["number"], bool(match["unit"]))
            return value, CURRENCIES.get(sign, "USD")
    return None, None


def parse_number(digits: str, millions: bool) -> float:
    """Return a number: marks in front of three digits are of thousands, any other is the decimal one."""
    plain = re.sub(r"[., ](?=\d{3}\b)", "", digits.strip(" .,")).replace(",", ".").replace(" ", "")
    try:
        return round(float(plain) * (1_000_000 if millions else 1), 2)
    except ValueError:
        return 0.0
