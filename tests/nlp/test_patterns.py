"""The small language of the lexicons."""

import pytest

from nlp.masking import mask_sentence
from nlp.patterns import compile_frames, compile_phrases, find_phrases

PHRASES = [
    ("order* ... (delete|erase)", "the body ordered the firm to erase it", True),
    ("order* ... (delete|erase)", "the body ordered the firm: delete it", False),
    ("(data)? processing", "processing", True),
    ("fail* to comply", "FAILED to  comply", True),
    ("fine", "refined", False),
    ("minors?", "a minor", True),
    ("(the|a)* app", "the a app", True),
    ("d'une amende", "d’une amende", True),
]


@pytest.mark.parametrize(("phrase", "text", "found"), PHRASES)
def test_phrases(phrase, text, found):
    assert bool(find_phrases(compile_phrases((phrase,)), text)) is found


def test_masked_sentence_leads_back_to_the_text():
    text = "Yesterday the CNIL fined Acme Ltd for good."
    company, regulator = (25, 33), (14, 18)
    assert (text[slice(*company)], text[slice(*regulator)]) == ("Acme Ltd", "CNIL")
    masked = mask_sentence(text, (0, len(text)), [(7, company)], [regulator])
    (pattern,) = compile_frames(("fined {c}",))
    match = pattern.pattern.search(masked.text)
    assert masked.company_at(match.start("c")) == 7
    assert text[masked.origin(match.start()) : masked.origin(match.end())] == "fined Acme Ltd"
