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


class Stock:
    """Notes what it is given, as the stock pipeline would read it: one by one or in batches."""

    def __init__(self, read):
        self.read = read

    def __call__(self, text):
        self.read.append(f"stock {text}")

    def pipe(self, texts):
        self.read.append(f"stock {'+'.join(texts)}")
        return iter(texts)


def test_both_sides_read_every_text_in_turns_alone_and_in_batches(monkeypatch):
    read = []
    monkeypatch.setattr(analyze, "read_with_ours", lambda text: read.append(f"ours {text}"))
    monkeypatch.setattr(analyze, "read_batch_with_ours", lambda texts: read.append(f"ours {'+'.join(texts)}"))
    monkeypatch.setattr(analyze, "load_articles", list)
    monkeypatch.setattr(analyze, "TURN", 2)
    alone, together = analyze.compare(Stock(read), ["a", "b", "c"])
    first = ["stock a", "stock b", "ours a", "ours b", "stock a+b", "ours a+b"]
    assert read == [*first, "stock c", "ours c", "stock c", "ours c"]
    assert alone.ratio > 0 and together.ratio > 0


def test_batches_are_read_as_tag_reads_them(monkeypatch):
    given = []
    monkeypatch.setattr(
        analyze, "analyze_documents", lambda documents, batch_size: given.append((list(documents), batch_size)) or []
    )
    analyze.read_batch_with_ours(["a", "b"])
    ((documents, batch_size),) = given
    assert ([d.text for d in documents], batch_size) == (["a", "b"], analyze.TURN)
