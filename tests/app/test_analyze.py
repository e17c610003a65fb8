"""`analyze`: texts in, the contract's JSON out, in order; nothing else on stdout."""

import gzip
import json
import subprocess
import sys

import pytest

TEXT = "The CNIL fined Example Shop SAS EUR 60,000 for a breach of Article 32 of the GDPR on 3 May 2021."
KEYS = [
    "id", "lang", "is_enforcement", "relevance", "regulators", "companies", "provisions", "amounts", "actions",
]  # fmt: skip


@pytest.fixture
def text_file(tmp_path):
    def write(name, text=TEXT):
        file = tmp_path / name
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(file)

    return write


def test_one_text_gives_one_object(dpawatch, text_file):
    path = text_file("a.txt")
    result = dpawatch("analyze", path, db=None)
    found = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert sorted(found) == sorted(KEYS)
    assert (found["id"], found["lang"]) == (path, "en")
    (action,) = found["actions"]
    assert (action["regulator"], action["amount"], action["currency"]) == ("fr-cnil", 60_000, "EUR")
    assert [TEXT[s:e] for s, e in found["regulators"][0]["spans"]] == ["CNIL"]


def test_several_texts_give_an_array_in_their_order(dpawatch, text_file):
    paths = [text_file("b.txt"), text_file("a.txt", "Nothing of interest happened today."), text_file("c.txt")]
    found = json.loads(dpawatch("analyze", *paths, db=None).stdout)
    assert [one["id"] for one in found] == paths
    assert [len(one["actions"]) for one in found] == [1, 0, 1]


def test_what_cannot_be_read_does_not_keep_the_rest_back(dpawatch, text_file):
    good, bad = text_file("a.txt"), text_file("b.txt", b"\xff\xff")
    result = dpawatch("analyze", bad, good, db=None)
    assert result.exit_code == 2
    assert [one["id"] for one in json.loads(result.stdout)] == [good]
    assert result.stderr.splitlines() == [f"Error: {bad}: is not UTF-8 text (byte 0)"]


def test_stdin_is_read_when_no_file_is_given(dpawatch):
    found = json.loads(dpawatch("analyze", db=None, stdin=TEXT).stdout)
    assert found["id"] is None
    assert len(found["actions"]) == 1


def test_a_byte_order_mark_is_no_part_of_the_text(dpawatch, text_file):
    found = json.loads(dpawatch("analyze", text_file("a.txt", b"\xef\xbb\xbf" + TEXT.encode()), db=None).stdout)
    assert [TEXT[s:e] for s, e in found["regulators"][0]["spans"]] == ["CNIL"]


IDS = ["one", 2, None, "ü", 2.5]


@pytest.mark.parametrize("packed", [False, True])
def test_lines_come_back_in_order_with_their_ids_as_given(dpawatch, tmp_path, packed):
    body = "".join(json.dumps({"id": key, "text": TEXT}) + "\n\n" for key in IDS).encode()
    file = tmp_path / "documents"
    file.write_bytes(gzip.compress(body) if packed else body)
    result = dpawatch("analyze", "--jsonl", str(file), db=None)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["id"] for one in found] == IDS
    assert all(sorted(one) == sorted(KEYS) for one in found)


def test_bad_lines_are_named_and_the_others_answered(dpawatch):
    lines = [{"id": "a", "text": TEXT}, {"id": "b"}, {"id": "c", "text": "", "title": None, "lang": "fr"}]
    result = dpawatch("analyze", "--jsonl", db=None, stdin="\n".join(json.dumps(line) for line in lines))
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["a", "c"]
    assert result.stderr == 'Error: stdin: line 2: "text" is missing or no text\n'
    assert result.exit_code == 2


def test_text_is_written_in_utf8_and_not_escaped(dpawatch):
    result = dpawatch("analyze", "--jsonl", db=None, stdin=json.dumps({"id": "é中", "text": TEXT}))
    assert '"é中"' in result.stdout


def test_a_short_text_imports_nothing_that_it_does_not_need(text_file):
    """A person waits for the first text: spaCy's command line alone takes as long as the rest of spaCy."""
    code = "import sys; from dpawatch.cli import main; main(sys.argv[1:], standalone_mode=False); print(*sys.modules)"
    path = text_file("a.txt", "On 3 May 2021 the CNIL ordered Example Shop SAS to comply with Article 32 of the GDPR.")
    shown = subprocess.run([sys.executable, "-c", code, "analyze", path], capture_output=True, text=True, check=True)
    *lines, modules = shown.stdout.splitlines()
    loaded = set(modules.split())
    assert json.loads("\n".join(lines))["actions"][0]["regulator"] == "fr-cnil"
    assert "spacy" in loaded
    unneeded = {
        "asyncio",
        "currency_converter",
        "datasette",
        "distributed",
        "httpx",
        "jinja2",
        "requests",
        "spacy.cli",
        "sqlite_utils",
        "trafilatura",
        "typer",
    }
    assert unneeded.isdisjoint(loaded)
