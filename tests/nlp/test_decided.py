"""When a matter was decided: the date of the act, not of the breach, the complaint or the law."""

import pytest
from babel.dates import get_month_names

from nlp.analyze import analyze_document
from nlp.models import Document

# lang, text, published, date
DECIDED = [
    (
        "en",
        "With decision of 12 March 2024 the ICO fined Alder Ltd £60,000 over calls made in May 2022.",
        None,
        "2024-03-12",
    ),
    ("en", "On 12 March 2024, the ICO fined Alder Ltd £60,000 over a breach of 3 May 2022.", None, "2024-03-12"),
    ("en", "Following a breach on 3 May 2022, the ICO fined Alder Ltd £60,000 on 12 March 2024.", None, "2024-03-12"),
    (
        "en",
        "On 3 May 2022 a customer complained. The ICO fined Alder Ltd £60,000 on 12 March 2024.",
        None,
        "2024-03-12",
    ),
    ("en", "The ICO fined Alder Ltd £60,000. The decision of 12 March 2024 can be appealed.", None, "2024-03-12"),
    ("en", "The ICO fined Alder Ltd £60,000 on 12 March.", "2024-03-14", "2024-03-12"),
    ("en", "The ICO fined Alder Ltd £60,000 on 20 December.", "2024-01-05", "2023-12-20"),
    (
        "fr",
        "Par décision du 12 mars 2024, la CNIL a infligé 60 000 euros d'amende à la société Alder SAS pour "
        "une fuite de mai 2022.",
        None,
        "2024-03-12",
    ),
    (
        "fr",
        "À la suite d'une fuite survenue le 3 mai 2022, la CNIL a infligé le 12 mars 2024 une amende de 60 "
        "000 euros à la société Alder SAS.",
        None,
        "2024-03-12",
    ),
    (
        "fr",
        "La CNIL a infligé le 12 mars une amende de 60 000 euros à la société Alder SAS.",
        "2024-03-14",
        "2024-03-12",
    ),
    (
        "de",
        "Mit Bescheid vom 12. März 2024 verhängte der HmbBfDI gegen die Alder GmbH ein Bußgeld von 60.000 "
        "Euro wegen einer Panne im Mai 2022.",
        None,
        "2024-03-12",
    ),
    (
        "de",
        "Mit Bescheid vom 12.03.2024 verhängte der HmbBfDI gegen die Alder GmbH ein Bußgeld von 60.000 Euro.",
        None,
        "2024-03-12",
    ),
    (
        "de",
        "Nach einer Beschwerde vom 3. Mai 2022 verhängte der HmbBfDI am 12. März 2024 gegen die Alder GmbH "
        "ein Bußgeld von 60.000 Euro.",
        None,
        "2024-03-12",
    ),
    (
        "de",
        "Am 12. März verhängte der HmbBfDI gegen die Alder GmbH ein Bußgeld von 60.000 Euro.",
        "2024-03-14",
        "2024-03-12",
    ),
    (
        "es",
        "Por resolución de 12 de marzo de 2024, la AEPD multó a Alder S.L. con 60.000 euros por una brecha "
        "de mayo de 2022.",
        None,
        "2024-03-12",
    ),
    ("es", "La AEPD multó el 12/03/2024 a Alder S.L. con 60.000 euros.", None, "2024-03-12"),
    (
        "it",
        "Con provvedimento del 12 marzo 2024 il Garante privacy ha sanzionato Alder S.r.l. per 60.000 euro "
        "per una violazione del 3 maggio 2022.",
        None,
        "2024-03-12",
    ),
    (
        "it",
        "A seguito di un reclamo del 3 maggio 2022, il Garante privacy ha sanzionato Alder S.r.l. per 60.000 "
        "euro con provvedimento del 12 marzo 2024.",
        None,
        "2024-03-12",
    ),
    (
        "nl",
        "Bij besluit van 12 maart 2024 heeft de AP Alder BV een boete van 60.000 euro opgelegd vanwege een "
        "datalek in mei 2022.",
        None,
        "2024-03-12",
    ),
    (
        "nl",
        "Na een klacht van 3 mei 2022 legde de AP op 12 maart 2024 Alder BV een boete van 60.000 euro op.",
        None,
        "2024-03-12",
    ),
    (
        "pl",
        "Decyzją z 12 marca 2024 r. Prezes UODO nałożył na Alder sp. z o.o. karę 60 tys. złotych.",
        None,
        "2024-03-12",
    ),
    (
        "pl",
        "Po skardze z 3 maja 2022 r. Prezes UODO nałożył 12 marca 2024 r. na Alder sp. z o.o. karę 60 tys. złotych.",
        None,
        "2024-03-12",
    ),
    (
        "pt",
        "Por deliberação de 12 de março de 2024, a CNPD aplicou à Alder, Lda. uma coima de 60 mil euros.",
        None,
        "2024-03-12",
    ),
    (
        "pt",
        "Após uma queixa de 3 de maio de 2022, a CNPD aplicou em 12 de março de 2024 à Alder, Lda. uma coima "
        "de 60 mil euros.",
        None,
        "2024-03-12",
    ),
    ("en", "The ICO fined Alder Ltd £60,000 over calls made between 3 May 2022 and 4 June 2023.", None, None),
    (
        "fr",
        "La CNIL a infligé 60 000 euros d'amende à la société Alder SAS, en vertu de la loi du 6 janvier 1978.",
        None,
        None,
    ),
    (
        "es",
        "La AEPD multó con 60.000 euros a Alder S.L. por infringir la Ley Orgánica 3/2018, de 5 de diciembre de 2018.",
        None,
        None,
    ),
]


@pytest.mark.parametrize(("lang", "text", "published", "date"), DECIDED)
def test_decision_dates(lang, text, published, date):
    (action,) = analyze_document(Document(text=text, lang=lang, published=published)).actions
    assert action.decision_date == date


def test_the_sentence_behind_a_headline_dates_the_act():
    text = "On 17 January 2024, the ICO fined Alder Ltd £320,000 for nuisance calls."
    document = Document(text=text, title="ICO fines Alder", lang="en")
    (action,) = analyze_document(document).actions
    assert action.decision_date == "2024-01-17"


# A month may be spelt as a word of doubt ("may"), and names stand beside dates.
BY_MONTH = {
    "en": "On 14 {} 2025 the CNIL fined Alder SAS EUR 20,000 for a breach of the GDPR.",
    "fr": "Le 14 {} 2025, la CNIL a infligé à la société Alder SAS une amende de 20 000 euros.",
    "de": "Am 14. {} 2025 verhängte die CNIL gegen die Alder GmbH ein Bußgeld von 20.000 Euro.",
    "es": "El 14 de {} de 2025, la AEPD multó a la empresa Alder SL con 20.000 euros.",
    "it": "Il 14 {} 2025 il Garante ha inflitto ad Alder SpA una sanzione di 20.000 euro.",
    "nl": "Op 14 {} 2025 heeft de Autoriteit Persoonsgegevens aan Alder BV een boete van 20.000 euro opgelegd.",
    "pt": "Em 14 de {} de 2025, a CNPD aplicou à empresa Alder Lda uma coima de 20.000 euros.",
}
MONTHS = [(lang, month) for lang in BY_MONTH for month in get_month_names("wide", "format", lang).values()]


@pytest.mark.parametrize(("lang", "month"), MONTHS)
def test_a_fine_of_any_month_is_a_fine(lang, month):
    number = [m for code, m in MONTHS if code == lang].index(month) + 1
    (action,) = analyze_document(Document(text=BY_MONTH[lang].format(month), lang=lang)).actions
    assert (action.amount, action.status, action.decision_date) == (20_000, "decided", f"2025-{number:02}-14")


@pytest.mark.parametrize("text", ["The CNIL may fine Alder SAS EUR 20,000.", "CNIL May Fine Alder SAS EUR 20,000"])
def test_what_may_be_is_none(text):
    assert analyze_document(Document(text=text, lang="en")).actions == ()
