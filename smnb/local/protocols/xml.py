"""What XML needs of any text, whoever writes it."""

from __future__ import annotations

import re
from html import escape
from typing import Final

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def text(value: str) -> str:
    r"""Return `value` as the text of an element.

    A character that XML 1.0 cannot hold, even escaped, becomes U+FFFD. A carriage
    return is written as a reference, since a parser would read it as a line feed.

    Examples
    --------
    >>> text("a < b\x00")
    'a &lt; b�'
    """
    return _NOT_XML.sub("�", escape(value, quote=False)).replace("\r", "&#13;")
