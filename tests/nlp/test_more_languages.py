"""Regulators, provisions, amounts and actions in languages of Europe that have smaller lexicons; the facts are public.

Each row is (language, text, regulators, provisions with their roles, amounts), all of them exact.
"""

from decimal import Decimal

import pytest

from nlp.analyze import analyze_document
from nlp.gazetteer import load_lexicon
from nlp.models import Document

SWEDISH = [
    # a lone letter behind the paragraph, and "i" as a preposition behind a paragraph without one
    (
        "sv",
        "Integritetsskyddsmyndigheten ålade Trygg-Hansa en sanktionsavgift på 35 miljoner kronor. "
        "Bolaget hade brutit mot artikel 5.1 f och artikel 32.1 i dataskyddsförordningen.",
        {"se-imy"},
        {("GDPR:5(1)(f)", "violated"), ("GDPR:32(1)", "violated")},
        [("35000000", "SEK")],
    ),
    # a list of letters, "a" among them
    (
        "sv",
        "Skolans ansiktsigenkänning stred mot artikel 5.1 a, c och e i GDPR, enligt Datainspektionen.",
        {"se-imy"},
        {("GDPR:5(1)(a)", "violated"), ("GDPR:5(1)(c)", "violated"), ("GDPR:5(1)(e)", "violated")},
        [],
    ),
    (
        "sv",
        "Spotify ska betala 58 miljoner kronor för brott mot artikel 15.1 och 15.2 i GDPR, skriver IMY.",
        {"se-imy"},
        {("GDPR:15(1)", "violated"), ("GDPR:15(2)", "violated")},
        [("58000000", "SEK")],
    ),
    # descriptions by country
    (
        "sv",
        "Den irländska dataskyddsmyndigheten bötfällde Meta med 1,2 miljarder euro.",
        {"ie-dpc"},
        set(),
        [("1200000000", "EUR")],
    ),
    (
        "sv",
        "Både den norska tillsynsmyndigheten och den franska dataskyddsmyndigheten granskar tjänsten.",
        {"no-datatilsynet", "fr-cnil"},
        set(),
        [],
    ),
    # an article of a text the gazetteer does not hold
    ("sv", "Artikel 8 i EU-stadgan skyddar uppgifter; avgiften blev 200 000 kr.", set(), set(), [("200000", "SEK")]),
]

DANISH = [
    (
        "da",
        "Datatilsynet indstillede møbelkæden til en bøde på 1,5 mio. kr. for overtrædelse af artikel 5, stk. 1, "
        "litra e, i databeskyttelsesforordningen.",
        {"dk-datatilsynet"},
        {("GDPR:5(1)(e)", "alleged")},
        [("1500000", "DKK")],
    ),
    # the law before the article, and a full stop behind "stk"
    (
        "da",
        "Datatilsynet udtaler alvorlig kritik, da regionen ikke har levet op til databeskyttelsesforordningens "
        "artikel 32, stk. 1.",
        {"dk-datatilsynet"},
        {("GDPR:32(1)", "violated")},
        [],
    ),
    # paragraphs behind "stk." in a list, and a letter that is a word elsewhere
    (
        "da",
        "Behandlingen var i strid med artikel 6, stk. 1, litra a og e, jf. artikel 5, stk. 1 og 2.",
        set(),
        {
            ("GDPR:6(1)(a)", "violated"),
            ("GDPR:6(1)(e)", "violated"),
            ("GDPR:5(1)", "violated"),
            ("GDPR:5(2)", "violated"),
        },
        [],
    ),
    # the currency before the number, without ending the sentence
    ("da", "Hotelkæden Arp-Hansen fik en bøde på kr. 1.000.000,- i 2023.", set(), set(), [("1000000", "DKK")]),
    ("da", "Det irske datatilsyn gav TikTok en bøde på 345 millioner euro.", {"ie-dpc"}, set(), [("345000000", "EUR")]),
    (
        "da",
        "Kommunen overtrådte databeskyttelseslovens § 11.",
        set(),
        {("DK-DBL:11", "violated")},
        [],
    ),
]

NORWEGIAN = [
    # "nr." is a paragraph, and "nb" is found under its other code
    (
        "no",
        "Datatilsynet ila Grindr et gebyr på 65 millioner kroner for brudd på personvernforordningen artikkel 6 nr. 1 "
        "bokstav a og artikkel 9 nr. 1.",
        {"no-datatilsynet"},
        {("GDPR:6(1)(a)", "violated"), ("GDPR:9(1)", "violated")},
        [("65000000", "NOK")],
    ),
    # the second number is a paragraph too
    (
        "nb",
        "Nav brøt personvernforordningen artikkel 32 nr. 1 og 2 og må betale 20 mill. kr.",
        set(),
        {("GDPR:32(1)", "violated"), ("GDPR:32(2)", "violated")},
        [("20000000", "NOK")],
    ),
    (
        "nb",
        "Personvernnemnda stadfestet at utleveringen var i strid med personvernforordningen artikkel 6 nr. 1 bokstav f.",
        {"no-personvernnemnda"},
        {("GDPR:6(1)(f)", "violated")},
        [],
    ),
    (
        "nn",
        "Kommunen fekk eit brotsgebyr på kr 250 000 frå Datatilsynet.",
        {"no-datatilsynet"},
        set(),
        [("250000", "NOK")],
    ),
    (
        "nb",
        "Det svenske datatilsynet ga Google et gebyr på 75 millioner svenske kroner.",
        {"se-imy"},
        set(),
        [("75000000", "SEK")],
    ),
    # a chatbot is no fine
    ("nb", "Det italienske datatilsynet stanset chatboten Replika.", {"it-garante"}, set(), []),
]

FINNISH = [
    # every word stands behind its number, and a letter is no Czech "and"
    (
        "fi",
        "Seuraamuskollegio määräsi Postille 2,4 miljoonan euron seuraamusmaksun. Yhtiö rikkoi yleisen "
        "tietosuoja-asetuksen 5 artiklan 1 kohdan a alakohtaa ja 25 artiklaa.",
        {"fi-tietosuoja"},
        {("GDPR:5(1)(a)", "violated"), ("GDPR:25", "violated")},
        [("2400000", "EUR")],
    ),
    # two articles share a word
    (
        "fi",
        "Vastaamo sai 608 000 euron seuraamusmaksun, sillä se laiminlöi tietosuoja-asetuksen 5 artiklan 1 kohdan f "
        "alakohdan sekä 32 ja 33 artiklan velvoitteita.",
        set(),
        {("GDPR:5(1)(f)", "violated"), ("GDPR:32", "violated"), ("GDPR:33", "violated")},
        [("608000", "EUR")],
    ),
    # a list of paragraphs
    (
        "fi",
        "Menettely oli vastoin yleisen tietosuoja-asetuksen 12 artiklan 1, 2 ja 4 kohtaa.",
        set(),
        {("GDPR:12(1)", "violated"), ("GDPR:12(2)", "violated"), ("GDPR:12(4)", "violated")},
        [],
    ),
    # ranges, of articles and of letters
    (
        "fi",
        "Tietosuojavaltuutettu tutki 12–14 artiklan ja 9 artiklan 2 kohdan a–c alakohdan soveltamista.",
        {"fi-tietosuoja"},
        {(f"GDPR:{p}", "cited") for p in ("12", "13", "14", "9(2)(a)", "9(2)(b)", "9(2)(c)")},
        [],
    ),
    # a section of the national act, and the provision the authority acts on
    (
        "fi",
        "Tietosuojalain 24 §:n 1 momentti täydentää tietosuoja-asetuksen 58 artiklan 2 kohtaa.",
        set(),
        {("FI-TSL:24(1)", "cited"), ("GDPR:58(2)", "power")},
        [],
    ),
    (
        "fi",
        "Irlannin tietosuojaviranomainen määräsi TikTokille 345 miljoonan euron sakon.",
        {"ie-dpc"},
        set(),
        [("345000000", "EUR")],
    ),
    # an article of a text the gazetteer does not hold
    ("fi", "Ratkaisu nojaa perusoikeuskirjan 8 artiklaan.", set(), set(), []),
]

ROMANIAN = [
    (
        "ro",
        "ANSPDCP a amendat banca cu 130.000 euro pentru încălcarea art. 25 alin. (1) și art. 5 alin. (1) lit. c) din "
        "RGPD.",
        {"ro-anspdcp"},
        {("GDPR:25(1)", "violated"), ("GDPR:5(1)(c)", "violated")},
        [("130000", "EUR")],
    ),
    # the same sum in another currency, and paragraphs that repeat their word
    (
        "ro",
        "Amenda de 712.000 lei (echivalentul a 150.000 EUR) sancționează încălcarea art. 32 alin. (4) coroborat cu "
        "art. 32 alin. (1) și alin. (2) din Regulamentul (UE) 2016/679.",
        set(),
        {("GDPR:32(4)", "violated"), ("GDPR:32(1)", "violated"), ("GDPR:32(2)", "violated")},
        [("712000", "RON"), ("150000", "EUR")],
    ),
    # the letters with a cedilla below
    (
        "ro",
        "Operatorul nu a respectat art. 5 alin. (1) lit. a), c) şi f) din RGPD.",
        set(),
        {("GDPR:5(1)(a)", "violated"), ("GDPR:5(1)(c)", "violated"), ("GDPR:5(1)(f)", "violated")},
        [],
    ),
    # "de" on either side of the multiplier
    (
        "ro",
        "Autoritatea irlandeză pentru protecția datelor a amendat TikTok cu 530 de milioane de euro.",
        {"ie-dpc"},
        set(),
        [("530000000", "EUR")],
    ),
    (
        "ro",
        "Autoritatea pentru protecția datelor din Italia a amendat Enel Energia cu 79 mil. euro.",
        {"it-garante"},
        set(),
        [("79000000", "EUR")],
    ),
    ("ro", "Potrivit art. 26 din Constituția României, viața intimă este ocrotită.", set(), set(), []),
    (
        "ro",
        "Amenda a fost de 49 de mii de lei, iar apoi de 50.000 lei.",
        set(),
        set(),
        [("49000", "RON"), ("50000", "RON")],
    ),
]

CZECH = [
    (
        "cs",
        "Úřad pro ochranu osobních údajů uložil společnosti Avast pokutu 351 milionů korun za porušení čl. 6 odst. 1 a "
        "čl. 13 odst. 1 písm. c) GDPR.",
        {"cz-uoou"},
        {("GDPR:6(1)", "violated"), ("GDPR:13(1)(c)", "violated")},
        [("351000000", "CZK")],
    ),
    # "a" between letters and between articles
    (
        "cs",
        "ÚOOÚ uložil pokutu 3 mil. Kč za porušení čl. 5 odst. 1 písm. a) a f) a čl. 32 obecného nařízení o ochraně "
        "osobních údajů.",
        {"cz-uoou"},
        {("GDPR:5(1)(a)", "violated"), ("GDPR:5(1)(f)", "violated"), ("GDPR:32", "violated")},
        [("3000000", "CZK")],
    ),
    # the currency in words, and a section of the national act
    (
        "cs",
        "Za porušení § 7 zákona č. 480/2004 Sb. zaplatil prodejce 6 milionů Kč, později ještě 150 tis. korun.",
        set(),
        {("CZ-480:7", "violated")},
        [("6000000", "CZK"), ("150000", "CZK")],
    ),
    (
        "cs",
        "Postup byl v rozporu s články 12 až 14 GDPR.",
        set(),
        {("GDPR:12", "violated"), ("GDPR:13", "violated"), ("GDPR:14", "violated")},
        [],
    ),
    # descriptions in their cases
    (
        "cs",
        "Podle irského úřadu pro ochranu osobních údajů a francouzského dozorového úřadu má Meta platit 1,2 miliardy eur.",
        {"ie-dpc", "fr-cnil"},
        set(),
        [("1200000000", "EUR")],
    ),
    ("cs", "Podle čl. 10 Listiny má každý právo na soukromí.", set(), set(), []),
]

GREEK = [
    # points are Greek letters, "στ" the sixth of them
    (
        "el",
        "Η Αρχή Προστασίας Δεδομένων επέβαλε στην Cosmote πρόστιμο 6.000.000 ευρώ για παράβαση του άρθρου 5 παρ. 1 "
        "στοιχ. στ) και των άρθρων 32 και 35 παρ. 7 του ΓΚΠΔ.",
        {"gr-hdpa"},
        {("GDPR:5(1)(f)", "violated"), ("GDPR:32", "violated"), ("GDPR:35(7)", "violated")},
        [("6000000", "EUR")],
    ),
    # the numeral mark, and another article behind the letters
    (
        "el",
        "Διαπιστώθηκε παραβίαση των άρθρων 5 παρ. 1 στοιχ. α', γ' και ε' και 6 παρ. 1 του Κανονισμού (ΕΕ) 2016/679.",
        set(),
        {
            ("GDPR:5(1)(a)", "violated"),
            ("GDPR:5(1)(c)", "violated"),
            ("GDPR:5(1)(e)", "violated"),
            ("GDPR:6(1)", "violated"),
        },
        [],
    ),
    # letters without any mark, and in brackets
    (
        "el",
        "Παραβιάστηκαν το άρθρο 6(1)(στ) και το άρθρο 9 παρ. 2 στοιχ. α, ζ και θ του ΓΚΠΔ.",
        set(),
        {(f"GDPR:{p}", "violated") for p in ("6(1)(f)", "9(2)(a)", "9(2)(g)", "9(2)(i)")},
        [],
    ),
    (
        "el",
        "Η ιρλανδική Αρχή Προστασίας Δεδομένων επέβαλε στην TikTok πρόστιμο 530 εκατομμυρίων ευρώ.",
        {"ie-dpc"},
        set(),
        [("530000000", "EUR")],
    ),
    # the Cypriot commissioner, with the sign before the number
    (
        "el",
        "Ο Επίτροπος Προστασίας Δεδομένων Προσωπικού Χαρακτήρα επέβαλε πρόστιμο €70.000 σε τρεις εταιρείες.",
        {"cy-dpc"},
        set(),
        [("70000", "EUR")],
    ),
    # a national law, and an abbreviation that ends no sentence
    (
        "el",
        "Πρόστιμο 20 εκατ. ευρώ και παράβαση του άρθρου 11 του ν. 3471/2006 αναφέρει η ΑΠΔΠΧ.",
        {"gr-hdpa"},
        {("GR-3471:11", "violated")},
        [("20000000", "EUR")],
    ),
    ("el", "Το άρθρο 8 του Χάρτη προστατεύει τα προσωπικά δεδομένα.", set(), set(), []),
]

HUNGARIAN = [
    # every word stands behind its number
    (
        "hu",
        "A Nemzeti Adatvédelmi és Információszabadság Hatóság 250 millió forint bírságot szabott ki, mert a bank "
        "megsértette a GDPR 5. cikk (1) bekezdés a) pontját és 6. cikk (1) bekezdését.",
        {"hu-naih"},
        {("GDPR:5(1)(a)", "violated"), ("GDPR:6(1)", "violated")},
        [("250000000", "HUF")],
    ),
    # two points share a word
    (
        "hu",
        "A NAIH 100 millió forintra bírságolta a céget, amely megsértette az általános adatvédelmi rendelet 5. cikk (1) "
        "bekezdés b) és e) pontját, valamint 32. cikkét.",
        {"hu-naih"},
        {("GDPR:5(1)(b)", "violated"), ("GDPR:5(1)(e)", "violated"), ("GDPR:32", "violated")},
        [("100000000", "HUF")],
    ),
    # ranges, of paragraphs and of articles
    (
        "hu",
        "A társaság megsértette a GDPR 12. cikk (1)–(3) bekezdését és 13–15. cikkét.",
        set(),
        {(f"GDPR:{p}", "violated") for p in ("12(1)", "12(2)", "12(3)", "13", "14", "15")},
        [],
    ),
    # a section of the national act, and a symbol with a case ending
    (
        "hu",
        "Az Infotv. 5. § (1) bekezdése szerint döntött, és 80.000.000 Ft-os bírságot szabott ki.",
        set(),
        {("HU-Infotv:5(1)", "cited")},
        [("80000000", "HUF")],
    ),
    (
        "hu",
        "Az ír adatvédelmi hatóság 1,2 milliárd eurós bírságot szabott ki a Facebook anyacégére.",
        {"ie-dpc"},
        set(),
        [("1200000000", "EUR")],
    ),
    # articles of a newspaper, and of the constitution
    ("hu", "Az Alaptörvény 6. cikke védi a magánéletet, amiről 15 cikkben írtak.", set(), set(), []),
]

ROWS = [*SWEDISH, *DANISH, *NORWEGIAN, *FINNISH, *ROMANIAN, *CZECH, *GREEK, *HUNGARIAN]


@pytest.mark.parametrize(("lang", "text", "regulators", "provisions", "amounts"), ROWS)
def test_what_a_sentence_tells(lang, text, regulators, provisions, amounts):
    analysis = analyze_document(Document(text=text, lang=lang))
    assert {r.id for r in analysis.regulators} == regulators
    assert {(p.id, p.role) for p in analysis.provisions} == provisions
    assert [(a.amount, a.currency) for a in analysis.amounts] == [(Decimal(a), c) for a, c in amounts]


# (language, text, regulator, respondents, sanctions, amount, status): one matter each
MATTERS = [
    (
        "sv",
        "IMY ger Bonnier News en sanktionsavgift på 13 miljoner kronor för brott mot artikel 6 i GDPR.",
        "se-imy", ("Bonnier News",), ("fine",), "13000000", "decided",
    ),
    ("sv", "Integritetsskyddsmyndigheten ger Klarna en reprimand.", "se-imy", ("Klarna",), ("reprimand",), None, "decided"),
    (
        "da",
        "Datatilsynet har indstillet IDdesign til en bøde på 1,5 mio. kr. for manglende sletning.",
        "dk-datatilsynet", ("IDdesign",), ("intent-to-fine",), "1500000", "proposed",
    ),
    (
        "da",
        "Datatilsynet giver Helsingør Kommune forbud mod at bruge Google Workspace.",
        "dk-datatilsynet", ("Helsingør Kommune",), ("processing-ban",), None, "decided",
    ),
    (
        "nb",
        "Datatilsynet har ilagt Grindr et overtredelsesgebyr på 65 millioner kroner.",
        "no-datatilsynet", ("Grindr",), ("fine",), "65000000", "decided",
    ),
    (
        "nb",
        "Datatilsynet varsler et gebyr på 25 millioner kroner til Disqus.",
        "no-datatilsynet", ("Disqus",), ("intent-to-fine",), "25000000", "proposed",
    ),
    (
        "fi",
        "Psykoterapiakeskus Vastaamo sai tietosuojavaltuutetun toimistolta 608 000 euron seuraamusmaksun.",
        "fi-tietosuoja", ("Psykoterapiakeskus Vastaamo",), ("fine",), "608000", "decided",
    ),
    (
        "ro",
        "ANSPDCP a sancționat operatorul Raiffeisen Bank S.A. cu amendă în cuantum de 712.000 lei.",
        "ro-anspdcp", ("Raiffeisen Bank S.A.",), ("fine",), "712000", "decided",
    ),
    (
        "cs",
        "Úřad pro ochranu osobních údajů uložil společnosti Avast Software pokutu 351 milionů Kč.",
        "cz-uoou", ("Avast Software",), ("fine",), "351000000", "decided",
    ),
    (
        "cs",
        "Francouzský dozorový úřad pokutoval Google částkou 50 milionů eur.",
        "fr-cnil", ("Google",), ("fine",), "50000000", "decided",
    ),
    (
        "el",
        "Η Αρχή Προστασίας Δεδομένων Προσωπικού Χαρακτήρα επέβαλε πρόστιμο 20 εκατ. ευρώ στην Clearview AI.",
        "gr-hdpa", ("Clearview AI",), ("fine",), "20000000", "decided",
    ),
    (
        "el",
        "Η ΑΠΔΠΧ απηύθυνε επίπληξη στην Τράπεζα Πειραιώς.",
        "gr-hdpa", ("Τράπεζα Πειραιώς",), ("reprimand",), None, "decided",
    ),
    (
        "hu",
        "A NAIH 100 millió forintra bírságolta a Digi Távközlési Kft.-t.",
        "hu-naih", ("Digi Távközlési Kft.",), ("fine",), "100000000", "decided",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "regulator", "respondents", "sanctions", "amount", "status"), MATTERS)
def test_what_was_decided(lang, text, regulator, respondents, sanctions, amount, status):
    (action,) = analyze_document(Document(text=text, lang=lang)).actions
    assert (action.regulator, action.respondents, action.sanctions) == (regulator, respondents, sanctions)
    assert (action.amount, action.status) == (Decimal(amount) if amount else None, status)


# what an authority may do, or did not do
NOTHING = [
    ("sv", "Integritetsskyddsmyndigheten kan besluta om sanktionsavgifter på upp till 20 miljoner euro och förbjuda behandlingen."),
    ("da", "Datatilsynet kan indstille virksomheder til bøder på op til 20 millioner euro, udtale kritik og give påbud."),
    ("nb", "Datatilsynet kan ilegge overtredelsesgebyr på inntil 20 millioner euro og gi pålegg om sletting."),
    ("fi", "Seuraamuskollegio ei määrännyt yritykselle seuraamusmaksua, joka voi olla enintään 20 miljoonaa euroa."),
    ("ro", "ANSPDCP poate aplica amenzi de până la 20 de milioane de euro, dar nu a aplicat nicio amendă operatorului."),
    ("cs", "Úřad pro ochranu osobních údajů může uložit pokutu až do výše 20 milionů eur a nařídit výmaz údajů."),
    ("el", "Η Αρχή Προστασίας Δεδομένων μπορεί να επιβάλει πρόστιμο έως 20 εκατ. ευρώ και να δώσει εντολή συμμόρφωσης."),
    ("hu", "A NAIH legfeljebb 20 millió eurós bírságot szabhat ki, és utasíthatja az adatkezelőt az adatok törlésére."),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text"), NOTHING)
def test_a_power_is_no_measure(lang, text):
    assert analyze_document(Document(text=text, lang=lang)).actions == ()


def test_norwegian_is_found_under_each_of_its_codes():
    assert load_lexicon("no").citation == load_lexicon("nn").citation == load_lexicon("nb").citation
    assert load_lexicon("nb").lang == "nb"
