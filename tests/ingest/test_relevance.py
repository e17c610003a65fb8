"""The gate lets through what may be about privacy, in every language it knows, and little else."""

import gzip
import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from ingest.relevance import is_about_privacy, is_relevant


@pytest.mark.parametrize(
    "title",
    [
        "Regulator fines grocer over loyalty cards",  # en
        "L'autorité inflige une amende à un hôpital",  # fr
        "Millionenbußgeld gegen Wohnungskonzern",  # de
        "Multa a una eléctrica por tratar datos personales",  # es
        "Sanzione del Garante a un operatore di call center",  # it
        "Coima aplicada a operador por proteção de dados",  # pt
        "Boete voor gemeente na datalek",  # nl
        "Kara dla banku za wyciek danych osobowych",  # pl
        "Pokuta za únik osobních údajů",  # cs
        "Sanktionsavgift mot skola efter kamerabevakning",  # sv
        "Bøde til kommune efter læk af personoplysninger",  # da
        "Overtredelsesgebyr til treningskjede",  # no
        "Seuraamusmaksu matkatoimistolle",  # fi
        "Πρόστιμο σε εταιρεία για διαρροή",  # el
        "Bírság egy biztosítónak",  # hu
        "Amendă pentru o bancă",  # ro
        "Глоба за оператор заради лични данни",  # bg
        "Kazna zbog obrade osobnih podataka",  # hr
        "Isikuandmete leke haiglas",  # et
        "Штраф за утечку персональных данных",  # ru
        "Şirkete kişisel veri ihlali nedeniyle ceza",  # tr
        "個人情報の漏えいで行政指導",  # ja
        "개인정보 유출에 과징금",  # ko
        "某公司因违反个人信息保护法被罚款",  # zh
        "DATENSCHUTZ: VERWARNUNG FÜR VERLAG",  # capitals
        "Données personnelles : une mise en demeure",
        "Autorite\u0301 de contro\u0302le : sanction",  # decomposed accents
        "GDPR decision annulled",  # the bare name of a law
    ],
)
def test_passes(title):
    assert is_relevant(title, "")


@pytest.mark.parametrize(
    "title",
    [
        "New phone has a bigger screen",
        "Streaming service raises its prices",
        "Neues Betriebssystem für Notebooks erschienen",
        "Le nouveau processeur est plus rapide",
        "Nuevo récord en la carrera espacial",
        "Il nuovo processore arriva in primavera",
        "Nieuwe laptop krijgt snellere chip",
        "新型ノートパソコンを発売",
        "",
    ],
)
def test_stops(title):
    assert not is_relevant(title, "")


def test_summary_counts():
    assert not is_relevant("A busy week", "The shop opens on Monday.")
    assert is_relevant("A busy week", "The shop lost its customers' personal data.")


def test_whole_words_and_stems():
    assert is_relevant("a fine", "")  # "fine$"
    assert not is_relevant("a finely made table", "")
    assert is_relevant("user's data sold", "")  # "user* data"
    assert is_relevant("Rekordbußgeld", "")  # "*bußgeld"
    assert not is_relevant("the nongdprish word", "")  # stems begin a word


@pytest.mark.parametrize(
    ("title", "text", "is_about"),
    [
        ("Regulator fines retailer", "The retailer had agreed on prices with its rivals. The fine is a record.", False),
        ("Regulator fines retailer", "The retailer had kept personal data of former customers.", True),
        ("Privacy watchdog acts", "The decision is to be published.", True),  # the title counts
        ("Bußgeld gegen Händler", "Die Behörde wirft ihm Preisabsprachen vor und verhängt eine Strafe.", False),
        ("Bußgeld gegen Händler", "Er hatte Kundendaten ungeschützt ins Netz gestellt.", True),
        ("Amende pour un distributeur", "L'autorité lui reproche une entente sur les prix.", False),
        ("Amende pour un distributeur", "La CNIL lui reproche d'avoir conservé des fichiers.", True),
        ("Multa a una cadena", "La autoridad la acusa de pactar precios.", False),
        ("Multa a una cadena", "Publicó datos personales de sus clientes.", True),
        ("Multa a una catena", "L'autorità contesta un'intesa sui prezzi.", False),
        ("Multa a una catena", "Il Garante contesta la mancata informativa.", True),
        ("Boete voor keten", "De toezichthouder verwijt de keten prijsafspraken.", False),
        ("Boete voor keten", "Persoonsgegevens lagen op straat.", True),
        ("Kara dla sieci", "Urząd zarzuca jej zmowę cenową.", False),
        ("Kara dla sieci", "Sieć ujawniła dane osobowe klientów.", True),
        ("Coima a uma cadeia", "A autoridade acusa-a de combinar preços.", False),
        ("Coima a uma cadeia", "A cadeia expôs dados pessoais.", True),
        ("Böter för kedja", "Kedjan anklagas för priskartell.", False),
        ("Böter för kedja", "Kedjan lämnade ut personuppgifter.", True),
        ("Bøde til kæde", "Kæden aftalte priser med andre.", False),
        ("Bøde til kæde", "Kæden lækkede personoplysninger.", True),
        ("Gebyr til kjede", "Kjeden samarbeidet om priser.", False),
        ("Gebyr til kjede", "Kjeden delte personopplysninger.", True),
        ("Sakko ketjulle", "Ketju sopi hinnoista.", False),
        ("Sakko ketjulle", "Ketju luovutti henkilötietoja.", True),
        ("企業に課徴金", "価格カルテルを認定した。", False),
        ("企業に課徴金", "個人情報を第三者に提供した。", True),
    ],
)
def test_a_text_needs_a_word_of_the_subject(title, text, is_about):
    assert is_relevant(title, "")
    assert is_about_privacy(title, text) is is_about


CORPUS = Path(__file__).parents[3] / "shared/corpus/news.jsonl.gz"


@pytest.mark.skipif(not CORPUS.is_file(), reason="no corpus beside the checkout")
def test_recall_on_known_enforcement_news():
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    counts = {
        wanted: count_passed([r for r in records if r["gold"]["is_enforcement"] is wanted]) for wanted in (True, False)
    }
    for wanted, (number, gate, brief, kept) in counts.items():
        print(
            f"of {number} items {'of' if wanted else 'without'} enforcement pass: by title and {SUMMARY} characters {gate}, "
            f"by title and first sentence {brief}, by their text {kept}"
        )
    number, *passed = counts[True]
    assert number >= 50
    assert min(passed) >= 0.98 * number


SUMMARY = 300


def count_passed(records):
    """Return how many there are, and how many pass by a feed's summary, by a brief one and by the whole text."""
    titles = [(r["title"] or "", r["text"]) for r in records]
    return (
        len(titles),
        sum(is_relevant(title, text[:SUMMARY]) for title, text in titles),
        sum(is_relevant(title, re.split(r"(?<=[.!?])\s", text)[0]) for title, text in titles),
        sum(is_about_privacy(title, text) for title, text in titles),
    )


def test_data_file_covers_twelve_languages():
    tables = tomllib.loads(files("ingest").joinpath("relevance.toml").read_text(encoding="utf-8"))
    assert set(tables) == {"stems", "anywhere", "acts"}
    languages = set(tables["stems"]) - {"names"} | set(tables["anywhere"])
    assert {"en", "fr", "de", "it", "es", "nl", "pl", "pt", "sv", "da", "no", "fi"} <= languages
    assert all(words == [w for w in words if w.strip("$* ")] for table in tables.values() for words in table.values())


def test_acts_are_some_of_the_words_of_their_language():
    tables = tomllib.loads(files("ingest").joinpath("relevance.toml").read_text(encoding="utf-8"))
    words = {**tables["stems"], **tables["anywhere"]}
    assert {lang: set(acts) - set(words[lang]) for lang, acts in tables["acts"].items()} == {
        lang: set() for lang in tables["acts"]
    }
    assert all(len(acts) < len(words[lang]) for lang, acts in tables["acts"].items())
