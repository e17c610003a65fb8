"""What short texts tell as a whole: whom a measure hits, which one it is, its sum, and how the matter stands."""

from decimal import Decimal

import pytest

from nlp.analyze import analyze_document
from nlp.models import Document

MATTERS = [
    # what denies a fine in general is no matter of those it speaks of
    (
        "de",
        "Die Landesbeauftragte für Datenschutz Niedersachsen hat die Stadt Emmerbach beanstandet. "
        "Ein Bußgeld kommt gegen Behörden nicht in Betracht.",
        ("Stadt Emmerbach",),
        {"reprimand"},
        None,
        "decided",
    ),
    # a sum by the week is no fine, and neither is the most that it may come to
    (
        "nl",
        "De AP legt de gemeente Alderdam een last onder dwangsom op: per week dat de camera's blijven hangen, kost dat "
        "10.000 euro, met een maximum van 100.000 euro.",
        ("gemeente Alderdam",),
        {"compliance-order", "penalty-payment"},
        None,
        "decided",
    ),
    (
        "pt",
        "A ANPD determinou que a empresa Alder suspenda o tratamento de dados, sob pena de multa diária de R$ 50 mil.",
        ("Alder",),
        {"processing-ban", "penalty-payment"},
        50000,
        "decided",
    ),
    (
        "fr",
        "La CNIL a infligé à la société Alder SAS une amende de 80 000 euros, avec une astreinte de 500 euros par semaine.",
        ("Alder SAS",),
        {"fine", "penalty-payment"},
        80000,
        "decided",
    ),
    # the condition of a penalty payment does not deny it
    (
        "nl",
        "De gemeente Alderdam moet van de AP de camera's uitzetten. Doet ze dat niet, dan verbeurt zij een dwangsom van "
        "5.000 euro per week.",
        ("gemeente Alderdam",),
        {"compliance-order", "penalty-payment"},
        5000,
        "decided",
    ),
    # "rappeler à l'ordre" names no professional order
    (
        "fr",
        "La CNIL rappelle à l'ordre la commune de Fontval pour avoir publié des données.",
        ("commune de Fontval",),
        {"reprimand"},
        None,
        "decided",
    ),
    (
        "de",
        "Der EDÖB hat verfügt, dass die Alder AG die Bearbeitung der Daten einstellt.",
        ("Alder AG",),
        {"processing-ban"},
        None,
        "decided",
    ),
    (
        "en",
        "The Australian Information Commissioner has commenced civil penalty proceedings against Alder Pty Ltd.",
        ("Alder Pty Ltd",),
        {"investigation"},
        None,
        "investigation",
    ),
    # what was proposed, and what became of it
    (
        "fr",
        "Le rapporteur a proposé une amende de 3 millions d'euros contre la société Alder SAS. La formation restreinte de "
        "la CNIL a finalement retenu 1,8 million d'euros.",
        ("Alder SAS",),
        {"fine", "intent-to-fine"},
        1800000,
        "decided",
    ),
    (
        "it",
        "Il Garante dispone la comunicazione agli interessati della violazione da parte di Alder S.p.A.",
        ("Alder S.p.A.",),
        {"breach-notice-order"},
        None,
        "decided",
    ),
    (
        "pt",
        "A CNPD multou a empresa Alder em 5000 euros e obrigou-a a fazer uma avaliação de impacto.",
        ("Alder",),
        {"fine", "compliance-order"},
        5000,
        "decided",
    ),
    # what somebody will appeal is not appealed yet
    (
        "pl",
        "Prezes UODO nałożył na Alder sp. z o.o. karę 20 tys. zł. Spółka odwoła się do sądu.",
        ("Alder sp. z o.o.",),
        {"fine"},
        20000,
        "decided",
    ),
    # an appeal that a later sentence tells of, and none that could follow, did not, or is another's
    (
        "de",
        "Die Landesbeauftragte für Datenschutz Niedersachsen hat gegen die Alder GmbH ein Bußgeld von 12.000 Euro verhängt. "
        "Es ging um Kameras. Das Unternehmen hat Einspruch eingelegt.",
        ("Alder GmbH",),
        {"fine"},
        12000,
        "appealed",
    ),
    (
        "nl",
        "De AP heeft Alder B.V. een boete van 50.000 euro opgelegd. Alder heeft bezwaar gemaakt.",
        ("Alder B.V.",),
        {"fine"},
        50000,
        "appealed",
    ),
    (
        "en",
        "The ICO fined Alder Ltd £50,000. The firm has not appealed. In June, Bruma Ltd had lodged an appeal to the tribunal.",
        ("Alder Ltd",),
        {"fine"},
        50000,
        "decided",
    ),
]


@pytest.mark.parametrize(("lang", "text", "respondents", "sanctions", "amount", "status"), MATTERS)
def test_one_matter(lang, text, respondents, sanctions, amount, status):
    (action,) = analyze_document(Document(text, lang=lang)).actions
    expected = (respondents, sanctions, amount and Decimal(amount), status)
    assert (action.respondents, set(action.sanctions), action.amount, action.status) == expected


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        # money put by is no fine, and "set aside" no annulment of it
        (
            "en",
            "Alder shares fell after the lender said it had set aside €35 million for a possible data protection penalty.",
        ),
        # what a prosecutor asks of a criminal court
        ("fr", "Le procureur a requis 50 000 euros d'amende contre Jean Dupont. La CNIL avait signalé les faits."),
        (
            "de",
            "Die Staatsanwaltschaft hatte eine Geldstrafe von 12.000 Euro gefordert. Die Datenschutzbehörde sah zu.",
        ),
    ],
)
def test_no_matter(lang, text):
    assert analyze_document(Document(text, lang=lang)).actions == ()


def test_what_is_set_aside_is_annulled():
    (action,) = analyze_document(
        Document("The tribunal set aside the £50,000 penalty that the ICO had imposed on Alder Ltd.", lang="en")
    ).actions
    assert (action.status, action.amount) == ("annulled", 50000)
