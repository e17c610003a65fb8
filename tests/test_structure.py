"""How the rooms stand to each other: who imports whom, what is installed under which name, what no file may hold."""

import ast
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("ingest", "nlp", "db", "dpawatch")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
# the rooms a room may import, and of which only the models
ALLOWED = {"ingest": {"ingest"}, "nlp": {"nlp"}, "db": {"db", "ingest.models", "nlp.models"}, "dpawatch": set(ROOMS)}


def imports_of(path):
    """Return the names of the modules of ours that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_line(path):
    room = path.relative_to(ROOT).parts[0]
    ours = {name for name in imports_of(path) if name.split(".")[0] in ROOMS}
    assert {n for n in ours if n not in ALLOWED[room] and n.split(".")[0] not in ALLOWED[room]} == set()


def test_only_db_writes_sql_and_only_fetch_opens_connections():
    for path in MODULES:
        names = set(imports_of(path))
        room = path.relative_to(ROOT).parts[0]
        assert room != "nlp" or not names & {"sqlite3", "sqlite_utils", "httpx"}, path
        assert room != "ingest" or not names & {"sqlite3", "sqlite_utils"}, path
        assert "httpx" not in names or path.name in ("fetch.py", "bodies.py", "addresses.py", "errors.py"), path


@pytest.mark.parametrize("name", ["ingest", "nlp", "db"])
def test_nobody_else_installs_a_package_of_our_name(name):
    assert set(packages_distributions().get(name, [])) <= {"dpawatch"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_and_stays_small(path):
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert text.count("\n") <= 400


def test_no_folder_of_tests_is_a_package():
    assert list((ROOT / "tests").rglob("__init__.py")) == []
