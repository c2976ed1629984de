"""Decode what an endpoint answers into Python values.

Class names, attributes and methods are those of `sagemaker.deserializers` in version 2 of the
sagemaker SDK, so that code written for it works when the import is changed. Own deserializers
derive from `SimpleBaseDeserializer`, or are any object with ACCEPT and deserialize.
"""

from smnb._recordio import Record
from smnb.deserializers._arrays import (
    NumpyDeserializer,
    PandasDeserializer,
    TorchTensorDeserializer,
)
from smnb.deserializers._base import BaseDeserializer, SimpleBaseDeserializer
from smnb.deserializers._choice import for_content_type
from smnb.deserializers._media import ImageDeserializer, RecordDeserializer
from smnb.deserializers._text import (
    BytesDeserializer,
    CSVDeserializer,
    JSONDeserializer,
    JSONLinesDeserializer,
    StreamDeserializer,
    StringDeserializer,
)

__all__ = [
    "BaseDeserializer",
    "BytesDeserializer",
    "CSVDeserializer",
    "ImageDeserializer",
    "JSONDeserializer",
    "JSONLinesDeserializer",
    "NumpyDeserializer",
    "PandasDeserializer",
    "Record",
    "RecordDeserializer",
    "SimpleBaseDeserializer",
    "StreamDeserializer",
    "StringDeserializer",
    "TorchTensorDeserializer",
    "for_content_type",
]
