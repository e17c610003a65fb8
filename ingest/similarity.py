"""How near two texts are: a text in, its MinHash signature out; the share of equal places in two is their similarity.

Similarity is that of the sets of all runs of three words (Jaccard), of five characters where words have no spaces
between them. Source: Broder, "On the resemblance and containment of documents" (1997), by datasketch.
"""

from __future__ import annotations

import re

PLACES = 100
RUN_OF_WORDS = 3
RUN_OF_CHARACTERS = 5
WITHOUT_SPACES = frozenset({"ja", "zh", "th", "lo", "km", "my"})
WORD = re.compile(r"\w+")
# a brief of fifty words has enough; of fewer, a sentence that everybody uses is too great a part
FEWEST_RUNS = 40
# the rest of a long decision says nothing more about whose text it is
LONGEST = 100_000


def make_signature(text: str, lang: str) -> tuple[int, ...]:
    """Return the signature of a cleaned text, 100 numbers of 32 bits, the same on every machine; () for a short text."""
    # it loads SciPy, which takes a second: not before an article is there
    from datasketch import MinHash

    runs = list_runs(text[:LONGEST], lang)
    if len(runs) < FEWEST_RUNS:
        return ()
    signature = MinHash(num_perm=PLACES, seed=1)
    signature.update_batch([run.encode("utf-8") for run in runs])
    return tuple(map(int, signature.hashvalues))


def list_runs(text: str, lang: str) -> set[str]:
    """Return the runs of words, or of characters, that a text consists of, whatever its case and punctuation."""
    words = WORD.findall(text.casefold())
    if lang in WITHOUT_SPACES:
        characters = "".join(words)
        return {characters[n : n + RUN_OF_CHARACTERS] for n in range(len(characters) - RUN_OF_CHARACTERS + 1)}
    return {" ".join(words[n : n + RUN_OF_WORDS]) for n in range(len(words) - RUN_OF_WORDS + 1)}
