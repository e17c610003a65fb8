"""The page on security and privacy names tests, settings, files and numbers that are there."""

import re
from pathlib import Path

import pytest

from db.excerpts import MAX_CHARACTERS
from db.public import PUBLIC, SEARCHED, WORKING
from dpawatch.cli import main
from dpawatch.configuring import list_settings
from dpawatch.serve import _SETTINGS
from dpawatch.web.limits import MOST_BYTES
from ingest.bodies import MAX_BYTES
from ingest.entries import MAX_ENTRIES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def rows(section):
    table = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines() if line.startswith("| ")
    ][1:]


THREATS = rows("Who might mean harm")


@pytest.mark.parametrize("threat", THREATS, ids=[row[0][:50] for row in THREATS])
def test_what_is_done_about_a_threat_is_tested(threat):
    files = re.findall(r"`(tests/[\w/]+\.py)`", threat[2])
    assert files
    assert all((ROOT / file).is_file() for file in files)


def test_numbers_are_those_of_the_program():
    assert f"{MAX_BYTES // 10**6} MB" in PAGE
    assert f"{MAX_ENTRIES:,} entries" in PAGE
    assert f"{MOST_BYTES // 10**6} MB" in PAGE
    assert f"{MAX_CHARACTERS} characters" in PAGE
    assert ("three seconds" in PAGE) is (_SETTINGS["sql_time_limit_ms"] == "3000")


def test_terms_are_those_of_the_settings():
    settings = list_settings(main)
    stated = {row[2].strip("` "): row[1] for row in rows("For how long") if row[2].startswith("`")}
    assert stated == {name: f"{settings[name].default} days" for name in settings if name.endswith("_days")}


def test_tables_are_public_or_not_as_the_page_says():
    known = PUBLIC | SEARCHED | WORKING
    for _, where, public in rows("What is kept about people"):
        tables = {name for name in re.findall(r"`(\w+)`", where) if name in known}
        assert tables <= (WORKING if public == "no" else known)
        assert public != "yes" or (tables and tables <= PUBLIC)


def test_each_dependency_comes_at_one_version_with_its_hash():
    for name in ("requirements.lock", "requirements-dev.lock"):
        entries = re.split(r"\n(?=[\w.-]+(?: |=))", (ROOT / name).read_text(encoding="utf-8"))
        assert len(entries) > 100
        assert [
            e for e in entries if not re.match(r"(?:#.*\n)*[\w.-]+==\S+.* \\\n +--hash=sha256:[0-9a-f]{64}", e)
        ] == []
