"""The benchmark of reading: which texts it takes, and that both sides read all of them."""

import gzip
import json

import pytest

from benchmarks import analyze


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "texts.jsonl.gz"
    rows = [{"text": f"Text {number}.", "lang": "en" if number % 2 else "de"} for number in range(100)]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    return path


def test_only_english_texts_are_read(corpus):
    assert analyze.load_texts(corpus, None) == [f"Text {number}." for number in range(1, 100, 2)]


def test_a_limit_takes_texts_from_the_whole_file(corpus):
    assert analyze.load_texts(corpus, 5) == ["Text 1.", "Text 21.", "Text 41.", "Text 61.", "Text 81."]


def test_both_sides_read_every_text_in_turns(monkeypatch):
    read = []
    monkeypatch.setattr(analyze, "read_with_ours", lambda text: read.append(("ours", text)))
    monkeypatch.setattr(analyze, "WARM_UP", 0)
    monkeypatch.setattr(analyze, "TURN", 2)
    analyze.compare(lambda text: read.append(("stock", text)), ["a", "b", "c"])
    assert [f"{side} {text}" for side, text in read] == ["stock a", "stock b", "ours a", "ours b", "stock c", "ours c"]
