"""Documents: the response that an entry led to in, what it says of itself out, whether it is a page or a PDF."""

from __future__ import annotations

from ingest.models import Response
from ingest.pages import Page, read_page
from ingest.pdfs import is_pdf, read_pdf


def read_document(response: Response) -> Page:
    """Return the content of a response, told by its first bytes: servers mislabel.

    A PDF has no title and no date: those that its makers' programs write into it are the names of templates and the
    days of conversions.
    Raises: NotHtml, UnreadablePdf: it will never be read. ArticleError: no text is left.
    """
    if is_pdf(response.body):
        return Page("", read_pdf(response.body), None)
    return read_page(response.body, response.header("Content-Type") or "", response.final_url)
