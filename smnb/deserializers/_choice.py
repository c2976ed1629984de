"""Choose the deserializer for an answer by its content type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smnb.deserializers._arrays import NumpyDeserializer, TorchTensorDeserializer
from smnb.deserializers._base import media_type_of
from smnb.deserializers._media import ImageDeserializer, RecordDeserializer
from smnb.deserializers._text import (
    BytesDeserializer,
    CSVDeserializer,
    JSONDeserializer,
    JSONLinesDeserializer,
    StringDeserializer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb.deserializers._base import SimpleBaseDeserializer

_READERS: Final[dict[str, Callable[[], SimpleBaseDeserializer]]] = {
    "application/json": JSONDeserializer,
    "application/jsonlines": JSONLinesDeserializer,
    "application/jsonl": JSONLinesDeserializer,
    "application/x-jsonlines": JSONLinesDeserializer,
    "application/x-ndjson": JSONLinesDeserializer,
    "application/x-npy": NumpyDeserializer,
    "application/x-npz": NumpyDeserializer,
    "application/x-recordio-protobuf": RecordDeserializer,
    "tensor/pt": TorchTensorDeserializer,
}


def for_content_type(content_type: str) -> SimpleBaseDeserializer:
    """Return the deserializer that `invoke` uses for an answer of this type.

    ==========================================  =================================
    content type                                value
    ==========================================  =================================
    application/json, and types in +json        what the JSON says
    application/jsonlines, -x-ndjson            list of these
    text/csv                                    list of rows of strings
    application/x-npy                           numpy array
    application/x-npz                           mapping of name to numpy array
    application/x-recordio-protobuf             list of records
    tensor/pt                                   torch tensor
    image/*                                     PIL image
    text/*, application/xml, types in +xml      str
    anything else                               bytes
    ==========================================  =================================

    The charset of a text type is respected; without one it is UTF-8.

    Examples
    --------
    >>> import io
    >>> for_content_type("application/json").deserialize(io.BytesIO(b"[1]"), "")
    [1]
    """
    media_type = media_type_of(content_type)
    if media_type in _READERS:
        return _READERS[media_type]()
    if media_type.endswith("+json"):
        return JSONDeserializer()
    if media_type == "text/csv":
        return CSVDeserializer(_charset(content_type))
    if media_type.startswith("text/") or media_type.endswith(("/xml", "+xml")):
        return StringDeserializer(_charset(content_type), accept=media_type)
    return (
        ImageDeserializer() if media_type.startswith("image/") else BytesDeserializer()
    )


def _charset(content_type: str) -> str:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')
    return "utf-8"
