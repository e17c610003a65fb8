"""The page on following holds: its commands, run in its order on the demo's articles, print what it shows."""

import json
import re
import shlex
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from click.testing import CliRunner

from db.follow_tables import MATTERS
from dpawatch.cli import main
from dpawatch.demo.articles import load_articles
from dpawatch.targets import Targets

PAGE = (Path(__file__).parents[2] / "docs" / "follow.md").read_text(encoding="utf-8")
GAP = "…"


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def sessions():
    """Yield each command of the page with the lines it is said to print."""
    for block in blocks("console"):
        for session in block.removeprefix("$ ").split("\n$ "):
            command, *said = session.strip("\n").split("\n")
            yield shlex.split(command)[1:], said


def has_lines(found, said):
    """Tell whether lines are as a page shows them, where a gap stands for any lines."""
    pattern = "".join(r"(?:.*\n)*?" if line == GAP else re.escape(line.rstrip()) + "\n" for line in said)
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in found)) is not None


@pytest.fixture
def taken(serve_handler):
    """Return what a webhook took; its address is under the key "url"."""
    messages = {"url": "", "all": []}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            messages["all"].append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    messages["url"] = f"json://127.0.0.1:{serve_handler(Handler)}/"
    return messages


def test_the_commands_print_what_the_page_shows(taken, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DPAWATCH_DB", raising=False)
    (settings,) = blocks("toml")
    Path("dpawatch.toml").write_text(settings, encoding="utf-8")
    monkeypatch.setenv("DPAWATCH_TARGET_NEWSROOM", taken["url"])
    records = [
        {"url": f"https://news.example{a.path}", "title": a.title, "text": "\n\n".join(a.paragraphs), "lang": a.lang,
         "published": a.published.isoformat(), "publisher": a.publication.id}
        for a in load_articles() if "Clearview" in " ".join([a.title, *a.paragraphs])
    ]  # fmt: skip
    Path("demo.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    for words in (["import", "demo.jsonl"], ["tag"], ["cases"]):
        assert CliRunner().invoke(main, words).exit_code == 0
    for words, said in sessions():
        result = CliRunner().invoke(main, words)
        assert (result.exit_code, result.stderr if result.exit_code else "") == (0, "")
        assert has_lines(result.stdout.split("\n")[:-1], said), (words, result.stdout)
    (message,) = taken["all"]
    (shown,) = blocks("alert")
    assert has_lines([message["title"], "", *message["message"].split("\n")], shown.rstrip("\n").split("\n"))


def test_a_gap_is_any_lines_and_nothing_else_is():
    assert has_lines(["a", "b", "c"], ["a", GAP, "c"])
    assert not has_lines(["a", "b", "c"], ["a", "c"])
    assert not has_lines(["a", "b", "c"], ["a", "b"])


def test_the_targets_of_the_page_are_as_the_program_takes_them(tmp_path):
    (tmp_path / "dpawatch.toml").write_text(blocks("toml")[0], encoding="utf-8")
    targets = Targets(tmp_path / "dpawatch.db", {"DPAWATCH_TARGET_NEWS_DESK": "json://desk.example"})
    assert [targets.name(name) for name in ("newsroom", "news-desk")] == ["newsroom", "news-desk"]


def test_what_is_told_is_all_that_matters():
    (told,) = re.findall(r"became known, or that its (.*?) is another\s+one", PAGE, re.DOTALL)
    assert len(re.split(r", | or ", " ".join(told.split()))) == len(MATTERS)


def test_every_option_of_the_page_exists():
    options = {o for command in main.commands["follow"].commands.values() for p in command.params for o in p.opts}
    options |= {o for name in ("alert", "digest") for p in main.commands[name].params for o in p.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", re.sub(r"demo --no-serve", "", PAGE))) <= options
