"""Encode Python values for a request to an endpoint.

Class names, attributes and methods are those of `sagemaker.serializers` in version 2 of the
sagemaker SDK, so that code written for it works when the import is changed. Own serializers
derive from `SimpleBaseSerializer`, or are any object with CONTENT_TYPE and serialize.
"""

from smnb.serializers._arrays import (
    NumpySerializer,
    SparseMatrixSerializer,
    TorchTensorSerializer,
)
from smnb.serializers._base import BaseSerializer, SimpleBaseSerializer
from smnb.serializers._choice import for_value
from smnb.serializers._content import (
    DataSerializer,
    IdentitySerializer,
    LibSVMSerializer,
    StringSerializer,
)
from smnb.serializers._csv import CSVSerializer
from smnb.serializers._image import ImageSerializer
from smnb.serializers._json import JSONLinesSerializer, JSONSerializer
from smnb.serializers._record import RecordSerializer
from smnb.serializers._video import VideoSerializer

__all__ = [
    "BaseSerializer",
    "CSVSerializer",
    "DataSerializer",
    "IdentitySerializer",
    "ImageSerializer",
    "JSONLinesSerializer",
    "JSONSerializer",
    "LibSVMSerializer",
    "NumpySerializer",
    "RecordSerializer",
    "SimpleBaseSerializer",
    "SparseMatrixSerializer",
    "StringSerializer",
    "TorchTensorSerializer",
    "VideoSerializer",
    "for_value",
]
