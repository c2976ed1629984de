"""The JSON protocols: what botocore writes we read, what we write it reads."""

from contextlib import suppress
from datetime import datetime, timedelta, timezone

import orjson
import pytest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import given
from hypothesis import strategies as st
from modelled_values import operation, values

from smnb.local.errors import ServiceError
from smnb.local.protocols import json

CREATE = operation("sagemaker", "CreateEndpointConfig")
DESCRIBE = operation("sagemaker", "DescribeEndpoint")
LIST = operation("sagemaker", "ListEndpoints")
WEIGHTS = operation("sagemaker", "UpdateEndpointWeightsAndCapacities")
FILTER = operation("logs", "FilterLogEvents")
WRITER = create_serializer("json", include_validation=False)


def read(shape, body):
    """Return the result as botocore's client reads it."""
    answer = {"status_code": 200, "headers": {}, "body": body}
    result = create_parser("json").parse(answer, shape)
    result.pop("ResponseMetadata")
    return result


@pytest.mark.parametrize("model", [WEIGHTS, FILTER], ids=lambda model: model.name)
@given(data=st.data())
def test_parse_returns_the_parameters_that_botocore_sends(model, data):
    params = data.draw(values(model.input_shape))
    sent = WRITER.serialize_to_request(params, model)

    assert json.parse(model.input_shape, sent["body"]) == params


@pytest.mark.parametrize("model", [LIST, FILTER], ids=lambda model: model.name)
@given(data=st.data())
def test_render_writes_the_result_that_botocore_reads(model, data):
    result = data.draw(values(model.output_shape))

    assert read(model.output_shape, json.render(model.output_shape, result)) == result


@given(st.binary())
def test_parse_of_any_bytes_returns_or_refuses(body):
    with suppress(ServiceError):
        params = json.parse(CREATE.input_shape, body)

        assert set(params) <= set(CREATE.input_shape.members)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(b"[]", "The request body is not of type structure.", id="body"),
        pytest.param(
            b'{"ProductionVariants": {}}',
            "Value at 'productionVariants' is not of type list.",
            id="list",
        ),
        pytest.param(
            b'{"ProductionVariants": [{"InitialInstanceCount": "2"}]}',
            "Value at 'productionVariants.1.member.initialInstanceCount' is not of type "
            "integer.",
            id="integer",
        ),
        pytest.param(
            b'{"EnableNetworkIsolation": 1}',
            "Value at 'enableNetworkIsolation' is not of type boolean.",
            id="boolean",
        ),
        pytest.param(
            b'{"EndpointConfigName": true}',
            "Value at 'endpointConfigName' is not of type string.",
            id="string",
        ),
    ],
)
def test_parse_names_the_value_of_the_wrong_type(body, message):
    with pytest.raises(ServiceError) as caught:
        json.parse(CREATE.input_shape, body)

    assert (caught.value.code, caught.value.message) == (
        "SerializationException",
        message,
    )


def test_parse_refuses_a_timestamp_out_of_range():
    with pytest.raises(ServiceError, match="creationTimeAfter"):
        json.parse(
            LIST.input_shape,
            b'{"CreationTimeAfter": 1e300}',
        )


def test_parse_leaves_out_null_and_what_the_model_does_not_know():
    body = b'{"EndpointConfigName": "a", "KmsKeyId": null, "New": 1}'

    assert json.parse(CREATE.input_shape, body) == {"EndpointConfigName": "a"}


def test_parse_takes_an_empty_body_as_no_parameters():
    assert json.parse(CREATE.input_shape, b"") == {}


def test_render_leaves_out_none_and_empty_structures():
    result = {"EndpointName": "a", "FailureReason": None, "DataCaptureConfig": {}}

    body = json.render(DESCRIBE.output_shape, result)

    assert orjson.loads(body) == {"EndpointName": "a"}


def test_render_keeps_empty_lists():
    assert json.render(LIST.output_shape, {"Endpoints": []}) == b'{"Endpoints":[]}'


def test_render_writes_time_as_seconds_with_milliseconds():
    moment = datetime(2026, 11, 22, 10, 0, 0, 123456, timezone(timedelta(hours=2)))

    body = json.render(DESCRIBE.output_shape, {"CreationTime": moment})

    assert body == b'{"CreationTime":1795334400.123}'


def test_render_refuses_a_member_that_the_model_does_not_know():
    with pytest.raises(KeyError, match="EndpointNam"):
        json.render(DESCRIBE.output_shape, {"EndpointNam": "a"})


def test_render_of_no_output_is_an_empty_body():
    shape = operation("sagemaker", "DeleteEndpoint").output_shape

    assert json.render(shape, {}) == b""
