"""Citations in the forms people write, whatever the language of the text around them."""

import pytest

from nlp.citations import iter_paths, parse_chains
from nlp.words import WordIndex

CHAINS = [
    # a list with points, then other articles, then a range
    ("Articles 5(1)(a), (b) and 6(1) and 12 to 14 GDPR", ["5(1)(a)", "5(1)(b)", "6(1)", "12", "13", "14"]),
    # a bracket that only closes, then a second paragraph
    ("Art. 5 (1) f), (2) GDPR", ["5(1)(f)", "5(2)"]),
    ("Art. 6 Abs. 1 lit. f DSGVO", ["6(1)(f)"]),
    # several letters behind one "lit."
    ("Art. 5 Abs. 1 lit. a, c und f DSGVO", ["5(1)(a)", "5(1)(c)", "5(1)(f)"]),
    # the sentence number inside a German paragraph is no part of the id
    ("Art. 83 Abs. 5 Satz 1 DSGVO", ["83(5)"]),
    ("article 5, paragraphe 1, point f), du RGPD", ["5(1)(f)"]),
    # Italian plural; "e" is a conjunction here and not a point
    ("artt. 5, par. 1, lett. a), e 6 del Regolamento", ["5(1)(a)", "6"]),
    ("art. 58, par. 2, lett. b) e i), del Regolamento", ["58(2)(b)", "58(2)(i)"]),
    # Spanish writes the paragraph behind a full stop
    ("artículo 5.1.f) RGPD", ["5(1)(f)"]),
    # Polish "ust. 1 i 2" are two paragraphs of one article
    ("art. 32 ust. 1 i 2 RODO", ["32(1)", "32(2)"]),
    ("art. 6 ust. 1 lit. f RODO", ["6(1)(f)"]),
    ("artikel 6, lid 1, onder f, AVG", ["6(1)(f)"]),
    # the Portuguese ordinal mark
    ("artigo 5.º, n.º 1, alínea f), do RGPD", ["5(1)(f)"]),
    # a range of points
    ("Articles 5(1)(a)-(c) GDPR", ["5(1)(a)", "5(1)(b)", "5(1)(c)"]),
    # a letter glued to the bracket
    ("Art. 32(1)a GDPR", ["32(1)(a)"]),
    # sections whose number has a full stop of its own
    ("Cal. Civ. Code § 1798.100", ["1798.100"]),
    ("section 15(b) of BIPA", ["15(b)"]),
    # a French code article with a letter and a hyphen
    ("article L. 34-5 du CPCE", ["L.34-5"]),
    # what follows the law is a number of people
    ("Article 13 GDPR, 5 employees", ["13"]),
    # every member of the list repeats its word
    ("Article 5(1)(f), Article 24(1) and Article 32 GDPR", ["5(1)(f)", "24(1)", "32"]),
]


@pytest.mark.parametrize(("text", "expected"), CHAINS)
def test_chain_is_read_to_the_letter(text, expected):
    chains = parse_chains(WordIndex(text))
    assert len(chains) == 1
    assert [path for path, _ in iter_paths(chains[0])] == expected


@pytest.mark.parametrize("text", ["the article of 5 May", "part 32", "smart 5G", "Articles of association", "article"])
def test_words_that_only_look_like_a_citation(text):
    assert parse_chains(WordIndex(text)) == []


def test_spans_lie_in_order_and_cover_the_numbers():
    text = "breach of Articles 5(1)(a), 6 and 13 to 15 of the GDPR"
    (chain,) = parse_chains(WordIndex(text))
    spans = [span for _, span in iter_paths(chain)]
    assert spans == sorted(spans)
    assert text[slice(*spans[0])] == "Articles 5(1)(a)"
    assert text[slice(*spans[1])] == "6"


def test_a_long_list_of_brackets_ends():
    text = "Article 5" + "(1)" * 5000
    assert parse_chains(WordIndex(text))[0].items[0].path[0] == "5"
