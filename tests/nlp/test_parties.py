"""Several parties or measures in one sentence or text: each matter is one action, with its own party, sum and authority."""

import pytest

from nlp.analyze import analyze_document
from nlp.models import Document


def read(text, lang):
    found = analyze_document(Document(text=text, lang=lang)).actions
    return [a for a in found if not a.background]


def told(text, lang):
    """Return the matters of a text as (respondents, sanctions, sum)."""
    return {(a.respondents, a.sanctions, int(a.amount) if a.amount else None) for a in read(text, lang)}


FINE, REPRIMAND = ("fine",), ("reprimand",)
# a second clause with a measure of its own
CLAUSES = [
    ("en", "The ICO fined Bruma Ltd £60,000, while Havgrim Ltd received a reprimand."),
    ("en", "The Danish DPA imposed a fine of £60,000 on Bruma Ltd and a reprimand on Havgrim Ltd."),
    (
        "fr",
        "La CNIL a infligé une amende de 60 000 euros à Bruma SAS, tandis que Havgrim SARL a reçu un rappel à l'ordre.",
    ),
    (
        "fr",
        "La CNIL a prononcé une amende de 60 000 euros à l'encontre de Bruma SAS et un rappel à l'ordre à "
        "l'encontre de Havgrim SARL.",
    ),
    (
        "de",
        "Gegen die Bruma GmbH verhängte der HmbBfDI ein Bußgeld von 60.000 Euro, während die Havgrim GmbH verwarnt wurde.",
    ),
    ("de", "Der HmbBfDI verhängte gegen die Bruma GmbH ein Bußgeld von 60.000 Euro und verwarnte die Havgrim GmbH."),
    (
        "it",
        "Il Garante ha sanzionato Bruma S.p.A. con una multa di 60.000 euro, mentre Havgrim S.r.l. ha "
        "ricevuto un ammonimento.",
    ),
    ("it", "Il Garante ha inflitto a Bruma S.p.A. una sanzione di 60.000 euro e ha ammonito Havgrim S.r.l."),
    ("es", "La AEPD multó a Bruma S.A. con 60.000 euros, mientras que Havgrim S.L. recibió un apercibimiento."),
    ("es", "La AEPD impuso una multa de 60.000 euros a Bruma S.A. y un apercibimiento a Havgrim S.L."),
    ("nl", "De AP legde Bruma B.V. een boete op van 60.000 euro, terwijl Havgrim B.V. een berisping kreeg."),
    ("nl", "De AP legde een boete van 60.000 euro op aan Bruma B.V. en een berisping aan Havgrim B.V."),
    ("pl", "Prezes UODO nałożył na Bruma S.A. karę 60 000 zł, natomiast Havgrim sp. z o.o. otrzymała upomnienie."),
    ("pl", "Prezes UODO ukarał Bruma S.A. kwotą 60 000 zł, a spółce Havgrim sp. z o.o. udzielił upomnienia."),
    ("pt", "A CNPD aplicou à Bruma S.A. uma coima de 60.000 euros, enquanto a Havgrim Lda. recebeu uma repreensão."),
    ("pt", "A CNPD aplicou uma coima de 60.000 euros à Bruma S.A. e uma repreensão à Havgrim Lda."),
]


def ids(rows):
    return [f"{lang}{i}" for i, (lang, *_) in enumerate(rows)]


@pytest.mark.parametrize(("lang", "text"), CLAUSES, ids=ids(CLAUSES))
def test_two_clauses_are_two_matters(lang, text):
    found = {(tuple(n.split()[0] for n in names), *rest) for names, *rest in told(text, lang)}
    assert found == {(("Bruma",), FINE, 60_000), (("Havgrim",), REPRIMAND, None)}


# the second verb is left out, or sums and parties stand in two lists
ELIDED = [
    ("en", "The ICO fined Bruma £60,000 and Havgrim £40,000."),
    ("en", "Bruma Ltd was fined £60,000 in May, Havgrim £40,000."),
    ("en", "The Irish DPC fined Bruma Ltd and Havgrim Ltd €60,000 and €40,000 respectively."),
    ("fr", "La CNIL a condamné Bruma à 60 000 euros d'amende et Havgrim à 40 000."),
    ("fr", "La société Bruma écope d'une amende de 60 000 euros et sa rivale Havgrim de 40 000 euros."),
    ("fr", "La CNIL a infligé à Bruma SAS et Havgrim SAS des amendes de 60 000 et 40 000 euros respectivement."),
    ("de", "Die Bruma GmbH muss ein Bußgeld von 60.000 Euro zahlen, die Havgrim GmbH 40.000 Euro."),
    (
        "de",
        "Die irische DPC verhängte gegen die Bruma GmbH und die Havgrim GmbH Bußgelder von 60.000 Euro "
        "beziehungsweise 40.000 Euro.",
    ),
    ("it", "Il Garante ha multato Bruma per 60.000 euro e Havgrim per 40.000."),
    ("it", "Il Garante ha inflitto a Bruma S.p.A. e Havgrim S.r.l. sanzioni rispettivamente di 60.000 e 40.000 euro."),
    ("es", "La AEPD multó a Bruma con 60.000 euros y a Havgrim con 40.000."),
    ("es", "La AEPD sancionó a Bruma S.A. y Havgrim S.L. con multas de 60.000 y 40.000 euros, respectivamente."),
    ("nl", "De AP legt Bruma een boete op van 60.000 euro en Havgrim een van 40.000 euro."),
    ("nl", "De AP heeft Bruma B.V. en Havgrim B.V. beboet met respectievelijk 60.000 en 40.000 euro."),
    ("pl", "Prezes UODO nałożył na Bruma S.A. karę 60 000 zł, a na Havgrim S.A. 40 000 zł."),
    ("pl", "Prezes UODO nałożył na Bruma S.A. i Havgrim S.A. kary odpowiednio 60 000 zł i 40 000 zł."),
    ("pt", "A CNPD multou a Bruma em 60.000 euros e a Havgrim em 40.000."),
    ("pt", "A CNPD multou a Bruma S.A. e a Havgrim Lda. em 60.000 e 40.000 euros, respetivamente."),
]


@pytest.mark.parametrize(("lang", "text"), ELIDED, ids=ids(ELIDED))
def test_a_verb_left_out_still_gives_each_party_its_sum(lang, text):
    found = {(tuple(n.split()[0] for n in names), *rest) for names, *rest in told(text, lang)}
    assert found == {(("Bruma",), FINE, 60_000), (("Havgrim",), FINE, 40_000)}


# one party, or one common fine
ONE = [
    (
        "en",
        "The ICO fined Bruma Ltd £60,000, reprimanded it and ordered it to delete the data.",
        ("erasure-order", "fine", "reprimand"),
    ),
    (
        "en",
        "Bruma Ltd was reprimanded and, for failings that Havgrim Ltd had reported, fined £60,000.",
        ("fine", "reprimand"),
    ),
    (
        "en",
        "The Irish DPC fined Bruma Ltd €60,000, of which €40,000 are for the missing notice and €20,000 for the cookies.",
        FINE,
    ),
    (
        "fr",
        "La CNIL a infligé à Bruma SAS une amende de 60 000 euros et lui a adressé un rappel à l'ordre.",
        ("fine", "reprimand"),
    ),
    (
        "de",
        "Der HmbBfDI verhängte gegen die Bruma GmbH ein Bußgeld von 60.000 Euro und verwarnte sie.",
        ("fine", "reprimand"),
    ),
    ("it", "Il Garante ha inflitto a Bruma S.p.A. una sanzione di 60.000 euro e l'ha ammonita.", ("fine", "reprimand")),
    ("es", "La AEPD impuso a Bruma S.A. una multa de 60.000 euros y la apercibió.", ("fine", "reprimand")),
    ("nl", "De AP legde Bruma B.V. een boete op van 60.000 euro en berispte het bedrijf.", ("fine", "reprimand")),
    ("pl", "Prezes UODO nałożył na Bruma S.A. karę 60 000 zł i udzielił jej upomnienia.", ("fine", "reprimand")),
    ("pt", "A CNPD aplicou à Bruma S.A. uma coima de 60.000 euros e uma repreensão.", ("fine", "reprimand")),
]


@pytest.mark.parametrize(("lang", "text", "sanctions"), ONE, ids=ids(ONE))
def test_measures_against_one_party_are_one_action(lang, text, sanctions):
    (action,) = read(text, lang)
    assert [n.split()[0] for n in action.respondents] == ["Bruma"]
    assert (action.sanctions, action.amount) == (sanctions, 60_000)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The ICO fined Bruma Ltd and Havgrim Ltd £60,000."),
        ("fr", "La CNIL a infligé une amende de 60 000 euros à Bruma SAS et Havgrim SARL."),
        ("de", "Gegen die Bruma GmbH und die Havgrim GmbH wurde ein Bußgeld von 60.000 Euro verhängt."),
        ("it", "Il Garante ha inflitto a Bruma S.p.A. e Havgrim S.r.l. una sanzione di 60.000 euro."),
        ("es", "La AEPD impuso una multa de 60.000 euros a Bruma S.A. y Havgrim S.L."),
        ("nl", "De AP legde een boete van 60.000 euro op aan Bruma B.V. en Havgrim B.V."),
        ("pl", "Prezes UODO nałożył na Bruma S.A. i Havgrim S.A. karę 60 000 zł."),
        ("pt", "A CNPD aplicou uma coima de 60.000 euros à Bruma S.A. e à Havgrim Lda."),
    ],
)
def test_a_common_fine_is_one_action_of_both(lang, text):
    (action,) = read(text, lang)
    assert ({n.split()[0] for n in action.respondents}, action.amount) == ({"Bruma", "Havgrim"}, 60_000)


# each authority with its own measure
AUTHORITIES = [
    (
        "en",
        "Norway's Datatilsynet fined Bruma AS €60,000, Sweden's IMY reprimanded Havgrim AB and the Dutch "
        "AP fined Volta B.V. €5,000.",
    ),
    (
        "fr",
        "La CNIL a infligé une amende de 60 000 euros à Bruma AS, l'IMY suédoise a adressé un rappel à "
        "l'ordre à Havgrim AB et l'AP néerlandaise a infligé une amende de 5 000 euros à Volta B.V.",
    ),
    (
        "de",
        "Die französische CNIL verhängte gegen Bruma AS ein Bußgeld von 60.000 Euro, die schwedische IMY "
        "verwarnte Havgrim AB, und die niederländische AP verhängte gegen Volta B.V. ein Bußgeld von "
        "5.000 Euro.",
    ),
    (
        "it",
        "La CNIL francese ha multato Bruma AS per 60.000 euro, l'IMY svedese ha ammonito Havgrim AB e "
        "l'AP olandese ha multato Volta B.V. per 5.000 euro.",
    ),
    (
        "es",
        "La CNIL francesa multó a Bruma AS con 60.000 euros, la IMY sueca apercibió a Havgrim AB y la AP "
        "neerlandesa multó a Volta B.V. con 5.000 euros.",
    ),
    (
        "nl",
        "De Franse CNIL beboette Bruma AS met 60.000 euro, de Zweedse IMY berispte Havgrim AB en de AP "
        "beboette Volta B.V. met 5.000 euro.",
    ),
    (
        "pl",
        "Francuska CNIL nałożyła na Bruma AS karę 60 000 euro, szwedzka IMY udzieliła upomnienia Havgrim "
        "AB, a holenderska AP nałożyła na Volta B.V. karę 5 000 euro.",
    ),
    (
        "pt",
        "A CNIL francesa multou a Bruma AS em 60.000 euros, a IMY sueca repreendeu a Havgrim AB e a AP "
        "neerlandesa multou a Volta B.V. em 5.000 euros.",
    ),
]


@pytest.mark.parametrize(("lang", "text"), AUTHORITIES, ids=ids(AUTHORITIES))
def test_each_authority_keeps_its_own_measure(lang, text):
    found = {(a.regulator, a.respondents, a.sanctions, int(a.amount) if a.amount else None) for a in read(text, lang)}
    first = "no-datatilsynet" if lang == "en" else "fr-cnil"
    assert found == {
        (first, ("Bruma AS",), FINE, 60_000),
        ("se-imy", ("Havgrim AB",), REPRIMAND, None),
        ("nl-ap", ("Volta B.V.",), FINE, 5_000),
    }


# somebody without a name pays another sum than the one who is named
STRANGERS = [
    ("en", "The Irish DPC fined Bruma Ltd €60,000. A doctor was fined €2,000 over a camera."),
    (
        "fr",
        "La CNIL a infligé une amende de 60 000 euros à Bruma SAS. Un médecin devra payer une amende de 2 000 euros.",
    ),
    (
        "de",
        "Der HmbBfDI verhängte gegen die Bruma GmbH ein Bußgeld von 60.000 Euro. Ein Gastwirt zahlt 2.000 Euro Bußgeld.",
    ),
    ("it", "Il Garante ha multato Bruma S.p.A. per 60.000 euro. Un medico paga una multa di 2.000 euro."),
    ("es", "La AEPD multó a Bruma S.A. con 60.000 euros y con 2.000 a una gestoría."),
    ("nl", "De AP legde Bruma B.V. een boete op van 60.000 euro. Een huisarts moet 2.000 euro boete betalen."),
    ("pt", "A CNPD multou a Bruma S.A. em 60.000 euros. Um médico foi multado em 2.000 euros."),
]


@pytest.mark.parametrize(("lang", "text"), STRANGERS, ids=ids(STRANGERS))
def test_who_is_not_named_is_not_the_one_who_is(lang, text):
    found = {(tuple(n.split()[0] for n in a.respondents), a.amount) for a in read(text, lang)}
    assert found == {(("Bruma",), 60_000), ((), 2_000)}


def test_two_without_a_name_pay_two_sums():
    text = "Un avocat et une société de conseil ont été sanctionnés par la CNIL, à hauteur de 3 000 et 9 000 euros."
    assert {(a.respondents, a.amount) for a in read(text, "fr")} == {((), 3_000), ((), 9_000)}


# told on the way: it is another's
ELSEWHERE = [
    ("en", "The ICO fined Bruma Ltd £60,000. In another case it imposed a fine of £9,000."),
    (
        "fr",
        "La CNIL a infligé une amende de 60 000 euros à Bruma SAS. Dans une autre affaire, elle a "
        "prononcé une amende de 9 000 euros.",
    ),
    (
        "de",
        "Der HmbBfDI verhängte gegen die Bruma GmbH ein Bußgeld von 60.000 Euro. In einem anderen Fall "
        "betrug das Bußgeld 9.000 Euro.",
    ),
    ("it", "Il Garante ha multato Bruma S.p.A. per 60.000 euro. In un altro caso la sanzione è stata di 9.000 euro."),
    ("es", "La AEPD multó a Bruma S.A. con 60.000 euros. En otro caso impuso una multa de 9.000 euros."),
    ("nl", "De AP legde Bruma B.V. een boete op van 60.000 euro. In een andere zaak was de boete 9.000 euro."),
    ("pl", "Prezes UODO nałożył na Bruma S.A. karę 60 000 zł. W innej sprawie kara wyniosła 9 000 zł."),
    ("pt", "A CNPD multou a Bruma S.A. em 60.000 euros. Noutro caso, aplicou uma coima de 9.000 euros."),
]


@pytest.mark.parametrize(("lang", "text"), ELSEWHERE, ids=ids(ELSEWHERE))
def test_another_case_is_not_that_of_the_party_named(lang, text):
    found = {(tuple(n.split()[0] for n in a.respondents), a.amount) for a in read(text, lang)}
    assert found == {(("Bruma",), 60_000), ((), 9_000)}


MORE = [
    # the party of the second clause comes long before its verb
    (
        "en",
        "The ICO fined Bruma Ltd £60,000, whereas the printer Havgrim Ltd, whose staff found the files, got a reprimand.",
        {(("Bruma Ltd",), FINE, 60_000), (("Havgrim Ltd",), REPRIMAND, None)},
    ),
    # in brackets
    (
        "en",
        "The ICO fined three firms: Bruma Ltd (£60,000), Havgrim Ltd (£40,000) and Volta Ltd (£5,000).",
        {(("Bruma Ltd",), FINE, 60_000), (("Havgrim Ltd",), FINE, 40_000), (("Volta Ltd",), FINE, 5_000)},
    ),
    # a sum that another sum names the currency of, parties first
    (
        "es",
        "Multas de la AEPD.\n\nBruma S.A., 60.000 euros; Havgrim S.L., 40.000, y Volta S.L., 5.000.",
        {(("Bruma S.A.",), FINE, 60_000), (("Havgrim S.L.",), FINE, 40_000), (("Volta S.L.",), FINE, 5_000)},
    ),
    # one that was not fined is no party
    (
        "en",
        "The ICO fined Bruma Ltd £60,000 but imposed no fine on Havgrim Ltd.",
        {(("Bruma Ltd",), FINE, 60_000)},
    ),
    # whose case was closed paid nothing
    (
        "en",
        "The ICO imposed a fine of £60,000. It closed the case against Havgrim Ltd.",
        {((), FINE, 60_000), (("Havgrim Ltd",), ("case-closed",), None)},
    ),
]


@pytest.mark.parametrize(("lang", "text", "expected"), MORE)
def test_each_party_has_its_own(lang, text, expected):
    assert told(text, lang) == expected


def test_a_list_has_one_fine_a_line():
    text = "Fines of the week:\n- Bruma Ltd: £60,000 (ICO)\n- Havgrim S.L.: €40,000 (AEPD)"
    found = {(a.regulator, a.respondents, a.amount) for a in read(text, "en")}
    assert found == {("gb-ico", ("Bruma Ltd",), 60_000), ("es-aepd", ("Havgrim S.L.",), 40_000)}


def test_an_investigation_of_another_authority_is_another_matter():
    text = "The Dutch AP fined Uber €10 million, while the Irish DPC is still investigating Meta."
    found = {(a.regulator, a.respondents, a.status) for a in read(text, "en")}
    assert found == {("nl-ap", ("Uber",), "decided"), ("ie-dpc", ("Meta",), "investigation")}


def test_each_has_the_provisions_and_the_words_of_its_clause():
    text = (
        "The Irish DPC fined Bruma Ltd €60,000 for infringing Article 32 GDPR, and Havgrim Ltd €40,000 "
        "for infringing Article 13 GDPR."
    )
    first, second = sorted(read(text, "en"), key=lambda a: a.respondents)
    assert (first.provisions, second.provisions) == (("GDPR:32",), ("GDPR:13",))
    assert [text[slice(*s)] for s in first.evidence] == [text[: text.index(", and")]]
    # "and Havgrim Ltd €40,000" proves no fine without the verb before it
    assert [text[slice(*s)] for s in second.evidence] == [text]


def test_what_is_said_behind_all_sums_holds_for_each():
    text = "The Irish DPC fined Bruma Ltd €60,000 and Havgrim Ltd €40,000 for infringing Article 32 GDPR."
    assert [a.provisions for a in read(text, "en")] == [("GDPR:32",), ("GDPR:32",)]


# the second sum follows the first, or an ordinal, or is that of each; told in one sentence, two, or a list
SHARED_OUT = [
    ("en", "The ICO fined Bruma Ltd and Havgrim Ltd. The first must pay £60,000, the second £40,000.", 40000),
    ("en", "The ICO fined Bruma Ltd and Havgrim Ltd; the former was fined £60,000 and the latter £40,000.", 40000),
    (
        "fr",
        "La CNIL a sanctionné Bruma SAS et Havgrim SAS. La première écope d'une amende de 60 000 euros, la seconde de 40 000 euros.",
        40000,
    ),
    (
        "de",
        "Der HmbBfDI bestrafte die Bruma GmbH und die Havgrim GmbH. Die erste zahlt 60.000 Euro, die zweite 40.000 Euro.",
        40000,
    ),
    (
        "it",
        "Il Garante ha sanzionato Bruma S.p.A. e Havgrim S.r.l.: la prima dovrà pagare 60.000 euro, la seconda 40.000 euro.",
        40000,
    ),
    (
        "es",
        "La AEPD ha sancionado a Bruma S.A. y Havgrim S.L. La primera deberá pagar 60.000 euros y la segunda 40.000 euros.",
        40000,
    ),
    (
        "nl",
        "De AP heeft Bruma B.V. en Havgrim B.V. beboet. De eerste moet 60.000 euro betalen, de tweede 40.000 euro.",
        40000,
    ),
    ("pl", "Prezes UODO ukarał Bruma S.A. i Havgrim S.A. Pierwsza zapłaci 60 000 zł, druga 40 000 zł.", 40000),
    (
        "pt",
        "A CNPD multou a Bruma S.A. e a Havgrim Lda. A primeira terá de pagar 60.000 euros, a segunda 40.000 euros.",
        40000,
    ),
    ("en", "Bruma Ltd and Havgrim Ltd were fined £60,000 and £40,000 respectively by the ICO.", 40000),
    ("en", "The ICO issued fines of £60,000 and £40,000 to Bruma Ltd and Havgrim Ltd, respectively.", 40000),
    (
        "fr",
        "Bruma SAS et Havgrim SAS ont été condamnées par la CNIL à 60 000 et 40 000 euros d'amende respectivement.",
        40000,
    ),
    ("de", "Die Bruma GmbH und die Havgrim GmbH müssen laut HmbBfDI 60.000 bzw. 40.000 Euro Bußgeld zahlen.", 40000),
    (
        "nl",
        "De AP heeft boetes opgelegd aan verzekeraar Bruma en aan callcenter Havgrim, van respectievelijk 60.000 en 40.000 euro.",
        40000,
    ),
    (
        "es",
        "Bruma S.A. y Havgrim S.L. deberán pagar multas de 60.000 y 40.000 euros, respectivamente, según la AEPD.",
        40000,
    ),
    ("pt", "A CNPD aplicou coimas de 60.000 e 40.000 euros à Bruma S.A. e à Havgrim Lda., respetivamente.", 40000),
    (
        "it",
        "Bruma S.p.A. e Havgrim S.r.l. sono state multate dal Garante rispettivamente di 60.000 e 40.000 euro.",
        40000,
    ),
    (
        "pl",
        "Na Bruma S.A. i Havgrim S.A. Prezes UODO nałożył kary w wysokości odpowiednio 60 000 zł i 40 000 zł.",
        40000,
    ),
    ("en", "The ICO fined Bruma Ltd and Havgrim Ltd £60,000 each.", 60000),
    ("fr", "La CNIL a infligé à Bruma SAS et Havgrim SAS une amende de 60 000 euros chacune.", 60000),
    ("de", "Die Bruma GmbH und die Havgrim GmbH müssen laut HmbBfDI jeweils 60.000 Euro Bußgeld zahlen.", 60000),
    ("it", "Il Garante ha sanzionato Bruma S.p.A. e Havgrim S.r.l. con 60.000 euro ciascuna.", 60000),
    ("es", "La AEPD multó a Bruma S.A. y Havgrim S.L. con 60.000 euros cada una.", 60000),
    ("nl", "De AP beboette Bruma B.V. en Havgrim B.V. met elk 60.000 euro.", 60000),
    ("pl", "Prezes UODO nałożył na Bruma S.A. i Havgrim S.A. kary po 60 000 zł.", 60000),
    ("pt", "A CNPD multou a Bruma S.A. e a Havgrim Lda. em 60.000 euros cada.", 60000),
    (
        "en",
        "The ICO has issued these fines:\n• Bruma Ltd – £60,000 for nuisance calls\n• Havgrim Ltd – £40,000 for spam texts",
        40000,
    ),
    (
        "de",
        "Der HmbBfDI verhängte folgende Bußgelder:\n- 60.000 Euro gegen die Bruma GmbH\n- 40.000 Euro gegen die Havgrim GmbH",
        40000,
    ),
    ("fr", "La CNIL a prononcé deux amendes : 60 000 euros contre Bruma SAS ; 40 000 euros contre Havgrim SAS.", 40000),
    ("it", "Le sanzioni del Garante: Bruma S.p.A., 60.000 euro; Havgrim S.r.l., 40.000 euro.", 40000),
    ("pl", "Kary Prezesa UODO:\n* Bruma S.A. – 60 000 zł\n* Havgrim S.A. – 40 000 zł", 40000),
    ("sv", "IMY har påfört Bruma AB och Havgrim AB sanktionsavgifter på 60 000 respektive 40 000 kronor.", 40000),
    ("da", "Datatilsynet indstiller Bruma A/S og Havgrim A/S til bøder på henholdsvis 60.000 og 40.000 kroner.", 40000),
    ("nb", "Datatilsynet har ilagt Bruma AS og Havgrim AS gebyrer på henholdsvis 60 000 og 40 000 kroner.", 40000),
    (
        "fi",
        "Tietosuojavaltuutettu määräsi Bruma Oy:lle ja Havgrim Oy:lle 60 000 ja 40 000 euron seuraamusmaksut.",
        40000,
    ),
    ("ro", "ANSPDCP a sancționat Bruma SRL și Havgrim SRL cu amenzi de 60.000, respectiv 40.000 de lei.", 40000),
    (
        "el",
        "Η Αρχή Προστασίας Δεδομένων επέβαλε στη Bruma Α.Ε. και στη Havgrim Α.Ε. πρόστιμα 60.000 και 40.000 ευρώ αντίστοιχα.",
        40000,
    ),
    ("hu", "A NAIH a Bruma Kft.-re és a Havgrim Kft.-re 60 000, illetve 40 000 forint bírságot szabott ki.", 40000),
    ("cs", "ÚOOÚ uložil společnostem Bruma s.r.o. a Havgrim s.r.o. pokuty 60 000 a 40 000 korun.", 40000),
]


@pytest.mark.parametrize(("lang", "text", "second"), SHARED_OUT, ids=ids(SHARED_OUT))
def test_each_party_gets_the_sum_that_is_its_own(lang, text, second):
    found = {(tuple(n.split()[0] for n in a.respondents), a.amount) for a in read(text, lang)}
    assert found == {(("Bruma",), 60_000), (("Havgrim",), second)}


def test_an_ordinal_of_something_else_is_no_party():
    text = (
        "The ICO fined Bruma Ltd and Havgrim Ltd £60,000. The first complaint came in May, the second report in June."
    )
    (action,) = read(text, "en")
    assert {n.split()[0] for n in action.respondents} == {"Bruma", "Havgrim"}


def test_an_ordinal_is_no_mention_of_the_name():
    text = "The ICO fined Bruma plc and Havgrim plc: the first must pay £60,000, the second £40,000."
    companies = analyze_document(Document(text=text, lang="en")).companies
    assert {text[s:e] for company in companies for s, e in company.spans} == {"Bruma plc", "Havgrim plc"}


def test_whose_a_firm_is_makes_no_second_party():
    (action,) = read("Il Garante ha multato Bruma S.p.A., gruppo Havgrim, per 60.000 euro.", "it")
    assert action.respondents == ("Bruma S.p.A.",)
