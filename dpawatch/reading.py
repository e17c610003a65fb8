"""Documents in, their analyses out: in batches, in this process or in others, and one that breaks costs only itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nlp.models import Analysis, Document

Batch = list[Document]
# each document with its analysis, or with what went wrong in words, which travel where an error may not
Readings = list[tuple[Document, Analysis | str]]
# documents that the statistical model reads together; more win no time
_TOGETHER = 50
Read = Callable[[Iterator[Batch]], Iterator[Readings]]


def read_here(batches: Iterator[Batch]) -> Iterator[Readings]:
    """Yield the readings of each batch, made in this process."""
    return map(read_batch, batches)


def read_batch(batch: Batch) -> Readings:
    """Return each document with its analysis, or with what went wrong when it was read."""
    from nlp.analyze import analyze_documents

    try:
        return list(zip(batch, analyze_documents(batch, batch_size=_TOGETHER), strict=True))
    except Exception:  # the boundary of articles: which one it was is found by reading them one by one
        return [(document, _read_alone(document)) for document in batch]


def _read_alone(document: Document) -> Analysis | str:
    from nlp.analyze import analyze_documents

    try:
        return next(iter(analyze_documents([document])))
    except Exception as error:  # the boundary of articles: recorded with the article
        return f"{type(error).__name__}: {error}"
