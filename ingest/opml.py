"""OPML, the lists of feeds that feed readers exchange: bytes in, `Outline`s out, and back again.

Source: OPML 2.0 (opml.org/spec2.opml), outlines of type "rss". Ours carry the source's id as `text`, its publisher as
`title`, its kind and topics as tags in `category`; others carry a title and an address at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from ingest.errors import BadOpml
from ingest.models import Source
from ingest.text import clean_line

MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list, as it is written there; what is missing is ""."""

    url: str
    text: str = ""
    title: str = ""
    homepage: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()


def read_opml(body: bytes) -> tuple[Outline, ...]:
    """Return the feeds of an OPML document in its order, whatever folders they are in; raises BadOpml."""
    if len(body) > MAX_BYTES:
        raise BadOpml(f"is larger than {MAX_BYTES:,} bytes")
    # entities are neither declared by honest lists nor resolved here, and nothing is loaded from elsewhere
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise BadOpml(f"is not well-formed XML: {clean_line(error.msg or 'it is empty')[:200]}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadOpml("declares entities of its own, which lists of feeds have no use for")
    if etree.QName(root).localname.lower() != "opml":
        raise BadOpml(f"is not OPML: its root is <{etree.QName(root).localname}>")
    outlines = (_read_outline(element) for element in root.iter("outline"))
    return tuple(outline for outline in outlines if outline.url)


def _read_outline(element: etree._Element) -> Outline:
    values = {str(name).lower(): clean_line(str(value)) for name, value in element.attrib.items()}
    tags = (tag.strip(" /") for tag in values.get("category", "").split(","))
    return Outline(
        url=values.get("xmlurl", ""),
        text=values.get("text", ""),
        title=values.get("title", ""),
        homepage=values.get("htmlurl", ""),
        language=values.get("language", ""),
        tags=tuple(tag for tag in tags if tag),
    )


def write_opml(sources: Iterable[Source]) -> bytes:
    """Return an OPML document of the feeds among the sources, in a folder for each kind; readers know no listings."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "dpawatch sources"
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for source in sources:
        if source.format != "feed":
            continue
        if source.kind not in folders:
            folders[source.kind] = etree.SubElement(body, "outline", text=source.kind)
        etree.SubElement(
            folders[source.kind],
            "outline",
            type="rss",
            text=source.id,
            title=source.publisher,
            xmlUrl=source.url,
            htmlUrl=source.homepage,
            language=source.language,
            category=f"{source.kind},{source.topics}",
        )
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return document
