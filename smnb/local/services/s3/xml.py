"""S3's XML: documents from nested pairs, and elements from a request's body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Union
from xml.etree import ElementTree as ET

from smnb.local.errors import ServiceError
from smnb.local.protocols import xml

Content = Union[str, int, None, "Tree"]
"""A boolean is written in lower case; None leaves the element out."""
Tree = Sequence[tuple[str, Content]]

_NAMESPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/"


def document(root: str, content: Content) -> bytes:
    r"""Return an XML document.

    Examples
    --------
    >>> document("A", [("B", "<"), ("C", [("D", True), ("E", None)])]).split(b"\n")[1]
    b'<A xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><B>&lt;</B><C><D>true</D></C></A>'
    """
    return (
        f'{xml.DECLARATION}<{root} xmlns="{_NAMESPACE}">{_inner(content)}</{root}>'
    ).encode()


def _inner(content: Content) -> str:
    if content is None:
        return ""
    if isinstance(content, bool):
        return str(content).lower()
    if isinstance(content, (str, int)):
        return xml.text(str(content))
    return "".join(
        f"<{name}>{_inner(child)}</{name}>"
        for name, child in content
        if child is not None
    )


def parse(body: bytes) -> ET.Element:
    """Return the root of a request's document.

    Raises
    ------
    ServiceError
        It is not well-formed, or has a document type, which could declare entities.
    """
    if b"<!DOCTYPE" in body:
        raise malformed()
    try:
        return ET.fromstring(body)  # noqa: S314 - without a document type it expands nothing
    except ET.ParseError:
        raise malformed() from None


def text(element: ET.Element, name: str) -> str | None:
    """Return the text of a child in whatever namespace, None if it is not there."""
    return element.findtext(f"{{*}}{name}")


def malformed() -> ServiceError:
    """Return the error for a document that is not what the operation takes."""
    return ServiceError(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our "
        "published schema",
    )
