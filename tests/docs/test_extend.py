"""The page on regulators, laws and languages holds: with its blocks in a copy of the data, its sentences read as it shows."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extend.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n# (at the end of )?(\S+)\n(.*?)```", PAGE, re.DOTALL)
SHOWN = re.findall(r"```console\n\$ echo \"([^\"]+)\" \| dpawatch analyze --explain\n(.*?)```", PAGE, re.DOTALL)
READ = """
import json, sys
from click.testing import CliRunner
from dpawatch.cli import main
from ingest.registry import load_sources
texts = [CliRunner().invoke(main, ["analyze", "--explain"], input=text + "\\n") for text in json.load(sys.stdin)]
print(json.dumps({"said": [r.output for r in texts], "sources": [s.id for s in load_sources()]}))
"""


def read_with(folder):
    """Return what the program says of the page's sentences, and its sources, with the rooms that are in a folder."""
    command = [sys.executable, "-c", READ]
    told = subprocess.run(
        command, input=json.dumps([text for text, _ in SHOWN]), capture_output=True, text=True, check=True, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONWARNINGS": ""},
    )  # fmt: skip
    return json.loads(told.stdout)


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    folder = tmp_path_factory.mktemp("extended")
    for room in ("ingest", "nlp", "db", "dpawatch"):
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    for added, path, text in BLOCKS:
        file = folder / path
        assert file.exists() is bool(added)
        with file.open("a", encoding="utf-8") as old:
            old.write(f"\n{text}")
    return read_with(folder)


def test_there_is_a_sentence_for_each_section():
    assert [len(BLOCKS), len(SHOWN), PAGE.count("\n## ")] == [5, 3, 3]


@pytest.mark.parametrize("number", range(len(SHOWN)))
def test_each_sentence_is_read_as_the_page_shows(extended, number):
    assert extended["said"][number].strip() == SHOWN[number][1].strip()


def test_the_source_joins_the_registry(extended):
    assert "aq-adpo-news" in extended["sources"]


def test_nothing_of_it_is_read_without_the_blocks():
    plain = read_with(ROOT)
    assert "aq-adpo-news" not in plain["sources"]
    for said, (_, shown) in zip(plain["said"], SHOWN, strict=True):
        assert said.strip() != shown.strip()
        assert "aq-adpo" not in said
        assert "violated" not in said


@pytest.mark.parametrize(
    ("section", "record"),
    [
        ("A regulator", "nlp.gazetteer.RegulatorEntry"),
        ("A law", "nlp.gazetteer.Law"),
        ("A language", "nlp.gazetteer.Lexicon"),
    ],
)
def test_every_key_that_a_table_explains_exists(section, record):
    module, _, name = record.rpartition(".")
    table = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    heads = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", table, re.MULTILINE)
    keys = {key for head in heads for key in re.findall(r"`(\w+)`", head)}
    assert len(keys) >= 7
    assert keys <= set(getattr(import_module(module), name).__dataclass_fields__)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:nlp|ingest|benchmarks)/[\w/]+\.(?:toml|py))`", PAGE))))
def test_every_file_that_it_names_exists(path):
    assert (ROOT / path).is_file() or path in {path for _, path, _ in BLOCKS}
