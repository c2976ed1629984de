"""The query protocol: what botocore writes we read, what we write it reads."""

from contextlib import suppress
from urllib.parse import urlencode
from xml.parsers import expat

import pytest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import given
from hypothesis import strategies as st
from modelled_values import operation, values

from smnb.local.errors import ServiceError
from smnb.local.protocols import query, xml

IDENTITY = operation("sts", "GetCallerIdentity")
ROLE = operation("iam", "GetRole")
ASSUME = operation("sts", "AssumeRole")
PUT = operation("cloudwatch", "PutMetricData")
STATISTICS = operation("cloudwatch", "GetMetricStatistics")
WRITER = create_serializer("query", include_validation=False)
PARTS = [
    *PUT.input_shape.members,
    "member",
    "entry",
    "key",
    "value",
    "1",
    "01",
    "x",
    "",
]

keys = st.lists(st.sampled_from(PARTS)).map(".".join)


def read(model, body):
    """Return the result as botocore's client reads it."""
    answer = {"status_code": 200, "headers": {}, "body": body}
    return create_parser("query").parse(answer, model.output_shape)


@pytest.mark.parametrize("model", [ASSUME, PUT], ids=lambda model: model.name)
@given(data=st.data())
def test_parse_returns_the_parameters_that_botocore_sends(model, data):
    params = data.draw(values(model.input_shape))
    form = WRITER.serialize_to_request(params, model)["body"]

    sent = query.read_form(urlencode(form).encode())

    assert sent["Action"] == model.name
    assert query.parse(model.input_shape, sent) == params


@pytest.mark.parametrize("model", [ROLE, STATISTICS], ids=lambda model: model.name)
@given(data=st.data())
def test_render_writes_the_result_that_botocore_reads(model, data):
    result = data.draw(values(model.output_shape))

    answer = read(model, query.render(model, result, "id-1"))

    assert answer.pop("ResponseMetadata")["RequestId"] == "id-1"
    assert answer == result


def test_render_leaves_out_none_and_empty_structures():
    body = query.render(ROLE, {"Role": {"Path": None, "RoleLastUsed": {}}}, "id-1")

    assert b"<Role></Role>" in body


def test_render_without_output_is_the_envelope_alone():
    assert b"Result>" not in query.render(operation("iam", "DeleteRole"), {}, "id-1")


@given(st.dictionaries(keys, st.text()))
def test_parse_of_any_form_returns_or_refuses(form):
    with suppress(ServiceError):
        params = query.parse(PUT.input_shape, form)

        assert set(params) <= set(PUT.input_shape.members)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("MetricData.member.1.Value", id="number"),
        pytest.param("MetricData.member.1.Timestamp", id="timestamp"),
        pytest.param(
            "EntityMetricData.member.1.Entity.Attributes.entry.1.key", id="map"
        ),
    ],
)
def test_parse_refuses_what_it_cannot_read(key):
    with pytest.raises(ServiceError) as caught:
        query.parse(PUT.input_shape, {key: "x"})

    assert caught.value.code == "MalformedInput"


def test_read_form_refuses_bytes_that_are_not_text():
    with pytest.raises(ServiceError, match="MalformedInput"):
        query.read_form(b"Action=\xff")


@given(st.text())
def test_text_is_always_well_formed(value):
    read = []
    parser = expat.ParserCreate()
    parser.CharacterDataHandler = read.append
    parser.Parse(f"<a>{xml.text(value)}</a>", True)

    assert len("".join(read)) == len(value)
