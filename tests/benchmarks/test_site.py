"""The benchmark of the site: its made-up database is sound, the same for the same seed, and every page of it answers."""

from itertools import accumulate

import pytest

from benchmarks import site_data
from benchmarks.site import main, make_paths
from benchmarks.site_data import make_database


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    db = make_database(tmp_path_factory.mktemp("site") / "made.db", articles=300, cases=120)
    yield db
    db.close()


def test_the_made_up_database_is_sound_and_summed_up(made):
    assert made.execute("pragma foreign_key_check").fetchall() == []
    assert (made["articles"].count, made["cases"].count) == (300, 120)
    kinds = {kind for (kind,) in made.execute("select distinct kind from case_totals")}
    assert {"regulator", "company", "group", "provision", "violation", "language"} <= kinds
    assert made["delays"].count > 0
    assert made.execute("select count(*) from cases where title like '<script>%'").fetchone()[0] > 0


def test_many_different_pages_of_each_type_are_asked_for(made):
    types = make_paths(made, "made", 40)
    assert all(paths for paths in types.values())
    assert {"home", "case", "company", "search", "query largest-fines"} <= types.keys()
    assert len(set(types["case"])) == len(set(types["article"])) == 40
    assert types == make_paths(made, "made", 40)


def test_weights_are_made_once_for_a_list(monkeypatch):
    """Or two hundred thousand cases take half an hour."""
    made = []
    monkeypatch.setattr(site_data, "accumulate", lambda weights: made.append(1) or accumulate(weights))
    draw = site_data._Draw(1)
    assert [draw.zipf("abc") for _ in range(9)] != [draw.zipf("abc", 20) for _ in range(9)]
    assert len(made) == 2


def test_every_page_answers(capsys):
    main(["--quick", "--only", "case."])
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "failed" in line] == []
    assert len(lines) >= 4
