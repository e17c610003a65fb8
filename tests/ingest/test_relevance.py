"""The gate lets through what may be about privacy, in every language it knows, and little else."""

import tomllib
from importlib.resources import files

import pytest

from ingest.relevance import is_relevant


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


def test_data_file_covers_twelve_languages():
    tables = tomllib.loads(files("ingest").joinpath("relevance.toml").read_text(encoding="utf-8"))
    assert set(tables) == {"stems", "anywhere"}
    languages = set(tables["stems"]) - {"names"} | set(tables["anywhere"])
    assert len(languages) >= 12
    assert all(words == [w for w in words if w.strip("$* ")] for table in tables.values() for words in table.values())
