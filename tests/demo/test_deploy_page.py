"""The commands of docs/deploy.md say on the demo what the page says that they say."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from dpawatch.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n\$ dpawatch ([^\n]+)\n(.*?)```", PAGE, re.DOTALL)


def without_numbers(text):
    return re.sub(r"\d[\d.,]*", "N", text)


@pytest.mark.parametrize(("words", "said"), BLOCKS, ids=[words for words, _ in BLOCKS])
def test_each_command_says_what_the_page_says(built, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(built.path, "dpawatch.db")
    result = CliRunner().invoke(main, words.split())
    assert result.exit_code in (0, 1), result.stderr
    assert without_numbers(result.stdout).startswith(without_numbers(said))


def test_files_of_the_recipes_are_all_named():
    folder = Path(__file__).parents[2] / "docs" / "deploy"
    unnamed = {path.name for path in folder.iterdir()} - set(re.findall(r"docs/deploy/([\w.*-]+)", PAGE))
    assert {name for name in unnamed if not re.fullmatch(r"dpawatch-\w+\.(service|timer)", name)} == set()
