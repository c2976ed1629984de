"""Values of any shape of a service model, as hypothesis strategies."""

from datetime import datetime, timezone

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, StructureShape
from hypothesis import strategies as st

LOADER = Loader()
_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=9
)
_SCALARS = {
    "string": _TEXT,
    "character": _TEXT,
    "boolean": st.booleans(),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**53), 2**53),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "blob": st.binary(max_size=9),
    "timestamp": st.integers(0, 2**32).map(
        lambda seconds: datetime.fromtimestamp(seconds, timezone.utc)
    ),
}


def operation(api, name):
    """Return the model of one operation."""
    return ServiceModel(LOADER.load_service_model(api, "service-2")).operation_model(
        name
    )


def values(shape):
    """Return a strategy for values of `shape`, without empty structures or maps."""
    if isinstance(shape, StructureShape):
        members = {name: values(member) for name, member in shape.members.items()}
        chosen = st.fixed_dictionaries({}, optional=members)
        return chosen.filter(bool) if members else chosen
    if isinstance(shape, ListShape):
        return st.lists(values(shape.member), min_size=1, max_size=2)
    if isinstance(shape, MapShape):
        return st.dictionaries(
            values(shape.key), values(shape.value), min_size=1, max_size=2
        )
    return _SCALARS[shape.type_name]
