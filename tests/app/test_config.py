"""Settings: a flag before the environment, that before the file, that before the default; a wrong one is one line."""

import json
from pathlib import Path

import click
import pytest

from db.schema import open_database
from dpawatch.cli import main
from dpawatch.configuring import list_settings, name_type


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file of settings and returns its path."""

    def write_settings(text, name="dpawatch.toml"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write_settings


@pytest.fixture
def shown(dpawatch):
    """Return a function that returns the settings as `config --json` shows them: value and origin by name."""

    def show(*words):
        result = dpawatch("config", "--json", *words)
        assert result.exit_code == 0, result.stderr
        return {row["setting"]: (row["value"], row["origin"]) for row in json.loads(result.stdout)}

    return show


def test_each_place_comes_before_the_next(shown, write, monkeypatch):
    assert shown()["delay"] == (1.0, "default")
    file = write("delay = 2\narchive = false\nmax_minutes = 25")
    assert shown()["delay"] == (2.0, str(file))
    monkeypatch.setenv("DPAWATCH_DELAY", "3")
    assert shown()["delay"] == (3.0, "environment variable DPAWATCH_DELAY")
    found = shown("--delay", "4")
    assert found["delay"] == (4.0, "flag")
    assert found["archive"] == (False, str(file))
    assert found["max_minutes"] == (25.0, str(file))
    assert found["contact"] == (None, "default")


def test_a_file_may_be_named_by_a_flag_or_the_environment(shown, write, monkeypatch):
    write("delay = 2")
    other, third = write("delay = 5", "other.toml"), write("delay = 6", "third.toml")
    monkeypatch.setenv("DPAWATCH_CONFIG", str(other))
    assert shown()["delay"] == (5.0, str(other))
    assert shown("--config", str(third))["delay"] == (6.0, str(third))


def test_the_database_may_be_named_in_the_file_and_paths_are_from_its_folder(dpawatch, write, tmp_path, monkeypatch):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    file = write('db = "mine.db"\nsources = "own/registry.toml"')
    monkeypatch.chdir(folder)
    result = dpawatch("config", "--json", "--config", f"../{file.name}", db=None)
    found = {row["setting"]: row["value"] for row in json.loads(result.stdout)}
    assert Path(found["db"]).resolve() == tmp_path / "mine.db"
    assert Path(found["sources"]).resolve() == tmp_path / "own/registry.toml"
    monkeypatch.chdir(tmp_path)
    rows = json.loads(dpawatch("config", "--json", db=None).stdout)
    assert next(row for row in rows if row["setting"] == "db") == {
        "setting": "db", "value": str(tmp_path / "mine.db"), "origin": "dpawatch.toml",
    }  # fmt: skip


def test_the_file_sets_what_commands_do(dpawatch, registry, write, tmp_path):
    write(
        f'sources = "{registry("/feed")}"\nallow_private_hosts = true\ndelay = 0\narchive = false\nlog_format = "json"'
    )
    result = dpawatch("run")
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(result.stderr.splitlines()[-1])["new_articles"] == 3
    assert not (tmp_path / "test.db-archive").exists()
    # one without these settings reads the file too, and does what it does
    assert dpawatch("cases", "--rebuild").exit_code == 0
    assert dpawatch("status").stdout


def test_targets_of_alerts_stand_in_the_same_file(dpawatch, write, shown, db_path):
    file = write('delay = 3\n[targets]\noffice = "json://127.0.0.1:9/"', "other.toml")
    assert shown("--config", str(file))["delay"][0] == 3.0
    open_database(db_path).close()
    added = dpawatch("follow", "add", "--regulator", "fr-cnil", "--to", "office", "--config", str(file))
    assert added.exit_code == 0, added.stderr
    assert (
        "no target is called 'office'" in dpawatch("follow", "add", "--regulator", "fr-cnil", "--to", "office").stderr
    )


def test_targets_are_shown_by_their_kind_and_where_they_are_named(shown, dpawatch, write, monkeypatch):
    file = write('[targets]\noffice = "json://user:secret@127.0.0.1:9/"')
    monkeypatch.setenv("DPAWATCH_TARGET_NIGHT_DESK", "xml://other-secret@127.0.0.1:9/")
    found = shown()
    assert found["targets.office"] == ("json://…", str(file))
    assert found["targets.night-desk"] == ("xml://…", "environment variable DPAWATCH_TARGET_NIGHT_DESK")
    assert "secret" not in dpawatch("config").stdout


WRONG_TARGETS = [
    ('desk = "slck://a/b/c"', "targets.desk is no target that Apprise knows (slck://…)"),
    ('desk = "xoxb-secret"', "targets.desk is no target that Apprise knows (no kind:// at its beginning)"),
    ("desk = 5", "targets.desk: must be a text, the URL"),
    ('"Night Desk" = "json://127.0.0.1:9/"', "targets.Night Desk: a name has small letters, digits and hyphens"),
]


@pytest.mark.parametrize(("text", "said"), WRONG_TARGETS)
def test_a_wrong_target_is_one_line_that_names_file_and_key(dpawatch, write, text, said):
    file = write(f"[targets]\n{text}")
    result = dpawatch("config")
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: {file}: {said}")


WRONG = [
    ("dely = 2", "there is no setting 'dely'; did you mean 'delay'?"),
    ("allow-private-hosts = true", "there is no setting 'allow-private-hosts'; did you mean 'allow_private_hosts'?"),
    ("xyz = 2", "there is no setting 'xyz'; there are allow_private_hosts, archive,"),
    ('delay = "much"', "delay: 'much' is not allowed; give a number, at least 0"),
    ("delay = -1", "give a number, at least 0"),
    ("delay = nan", "delay: nan is no number; give a number, at least 0"),
    # what a program would take for 1
    ("delay = true", "delay: True is not allowed; give a number, at least 0"),
    ("archive = 1", "archive: 1 is not allowed; give true or false"),
    ('archive = "no"', "archive: 'no' is not allowed; give true or false"),
    ("archive_days = 1.5", "archive_days: 1.5 is not allowed; give a whole number, at least 0"),
    ("archive_days = 99999999", "give a whole number, at least 0, at most 36500"),
    ('log_format = "xml"', 'give "human" or "json"'),
    ("contact = 5", "contact: 5 is not allowed; give a text"),
    ('contact = "us@example.org\\nCookie: x"', "contact: give one line of ASCII, a URL or a mail address"),
    ('contact = "Büro"', "contact: give one line of ASCII"),
    ("contact = []", "contact: [] is not allowed; give a text"),
    ("[run]\ndelay = 1", "there is no setting 'run'; "),
    ("delay = ", "is no TOML: "),
    ("delay = 1\ndelay = 2", "is no TOML: "),
    ("delay = " + "[" * 100_000, "is no TOML: "),
    ("delay = " + "1" * 10_000, "is no TOML: "),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
@pytest.mark.parametrize("command", ["config", "status"])
def test_a_wrong_setting_is_one_line_that_names_file_and_key(dpawatch, write, command, text, said):
    file = write(text)
    result = dpawatch(command)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: {file}: ")
    assert said in line


def test_a_file_that_cannot_be_read_is_one_line(dpawatch, write, tmp_path):
    for file, said in ((tmp_path / "none.toml", "No such file"), (tmp_path, "directory")):
        result = dpawatch("status", "--config", str(file))
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
        assert said in result.stderr
    (tmp_path / "dpawatch.toml").mkdir()
    assert "directory" in dpawatch("status").stderr
    (tmp_path / "dpawatch.toml").rmdir()
    write("").write_bytes(b"contact = '\xff'")
    assert "is not UTF-8 (byte 11)" in dpawatch("status").stderr


def test_what_is_wrong_in_the_environment_names_the_variable(dpawatch, monkeypatch):
    monkeypatch.setenv("DPAWATCH_DELAY", "much")
    result = dpawatch("config")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "DPAWATCH_DELAY" in result.stderr


def test_settings_as_people_read_them(dpawatch, write):
    write('contact = "https://example.org/robot"')
    shown = dpawatch("config").stdout
    assert "https://example.org/robot" in shown
    assert "dpawatch.toml" in shown
    assert [line.split()[:2] for line in shown.splitlines() if line.startswith("archive ")] == [["archive", "true"]]


SETTINGS = list_settings(main)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_declared_alike_wherever_it_is(name):
    """Its variable is named after it, and what several commands take means the same in each."""
    option = SETTINGS[name]
    assert str(option.envvar).startswith(f"DPAWATCH_{name.upper()}")
    assert name_type(option)
    context = click.Context(main)
    others = [settings[name] for command in leaves(main) if name in (settings := list_settings(command))]
    assert {(o.help, o.envvar, o.get_default(context)) for o in others} == {
        (option.help, option.envvar, option.get_default(context))
    }


def leaves(command):
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from leaves(child)
    else:
        yield command
