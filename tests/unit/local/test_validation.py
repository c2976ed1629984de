"""Constraints of the service models, in the words that AWS answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelled_values import operation, values

from smnb.local.errors import ServiceError
from smnb.local.protocols import validation

CREATE_MODEL = operation("sagemaker", "CreateModel").input_shape
CREATE_CONFIG = operation("sagemaker", "CreateEndpointConfig").input_shape
CREATE_ENDPOINT = operation("sagemaker", "CreateEndpoint").input_shape
ADD_TAGS = operation("sagemaker", "AddTags").input_shape
INVOKE_ASYNC = operation("sagemaker-runtime", "InvokeEndpointAsync").input_shape
ROLE = "arn:aws:iam::000000000000:role/smnb"


def refusal(shape, params):
    """Return the message of the error that `params` raise."""
    with pytest.raises(ServiceError) as caught:
        validation.check(shape, params, code="ValidationException")

    assert caught.value.code == "ValidationException"
    return caught.value.message


def variant(**changed):
    """Return the parameters of a configuration with one serverless variant."""
    variant = {"VariantName": "a", "ModelName": "m", **changed}
    return {"EndpointConfigName": "c", "ProductionVariants": [variant]}


def model(**container):
    """Return the parameters of a model with one container."""
    return {
        "ModelName": "m",
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"Image": "i", **container},
    }


@pytest.mark.parametrize(
    ("shape", "params"),
    [
        pytest.param(None, {}, id="no-input"),
        pytest.param(CREATE_CONFIG, variant(), id="config"),
        pytest.param(CREATE_MODEL, model(Environment={"A": ""}), id="model"),
        pytest.param(
            ADD_TAGS,
            {
                "ResourceArn": "arn:aws:sagemaker:us-east-1:000000000000:model/m",
                "Tags": [{"Key": "smnb:größe", "Value": "a b/c+d@e"}],
            },
            id="tags-in-unicode",
        ),
        pytest.param(
            INVOKE_ASYNC, {"EndpointName": "e", "InferenceId": "a 1"}, id="java-classes"
        ),
    ],
)
def test_check_takes_what_the_model_allows(shape, params):
    validation.check(shape, params, code="ValidationException")


def test_check_says_that_a_required_member_is_null():
    assert refusal(CREATE_ENDPOINT, {"EndpointName": "e"}) == (
        "1 validation error detected: Value null at 'endpointConfigName' failed to "
        "satisfy constraint: Member must not be null"
    )


def test_check_says_pattern_and_length_of_a_name_that_is_too_long():
    name = "a" * 64

    assert refusal(
        CREATE_ENDPOINT, {"EndpointName": name, "EndpointConfigName": "c"}
    ) == (
        f"2 validation errors detected: Value '{name}' at 'endpointName' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: "
        "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}; "
        f"Value '{name}' at 'endpointName' failed to satisfy constraint: "
        "Member must have length less than or equal to 63"
    )


@pytest.mark.parametrize(
    ("shape", "params", "constraint"),
    [
        pytest.param(
            CREATE_CONFIG,
            variant(ServerlessConfig={"MemorySizeInMB": 512, "MaxConcurrency": 1}),
            "Value '512' at 'productionVariants.1.member.serverlessConfig.memorySizeInMB' "
            "failed to satisfy constraint: "
            "Member must have value greater than or equal to 1024",
            id="minimum-in-a-nested-structure",
        ),
        pytest.param(
            CREATE_CONFIG,
            variant(ServerlessConfig={"MemorySizeInMB": 1024, "MaxConcurrency": 201}),
            "'productionVariants.1.member.serverlessConfig.maxConcurrency' failed to "
            "satisfy constraint: Member must have value less than or equal to 200",
            id="maximum",
        ),
        pytest.param(
            CREATE_CONFIG,
            {"EndpointConfigName": "c", "ProductionVariants": []},
            "Value '[]' at 'productionVariants' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
            id="empty-list",
        ),
        pytest.param(
            CREATE_CONFIG,
            variant(RoutingConfig={"RoutingStrategy": "BEST"}),
            "Value 'BEST' at "
            "'productionVariants.1.member.routingConfig.routingStrategy' failed to "
            "satisfy constraint: Member must satisfy enum value set: "
            "[LEAST_OUTSTANDING_REQUESTS, RANDOM",
            id="enum",
        ),
        pytest.param(
            CREATE_MODEL,
            model(Environment={"A-B": "c"}),
            "Value '{A-B=c}' at 'primaryContainer.environment' failed to satisfy "
            "constraint: Map keys must satisfy constraint: "
            "[Member must satisfy regular expression pattern: [a-zA-Z_][a-zA-Z0-9_]*, "
            "Member must have length less than or equal to 1024",
            id="map-keys",
        ),
        pytest.param(
            CREATE_MODEL,
            model(Environment={"A": "x" * 1025}),
            "Map value must satisfy constraint: ["
            "Member must satisfy regular expression pattern: [\\S\\s]*, "
            "Member must have length less than or equal to 1024",
            id="map-values",
        ),
        pytest.param(
            CREATE_MODEL,
            {**model(), "VpcConfig": {"SecurityGroupIds": ["!"], "Subnets": ["s"]}},
            "Value '[!]' at 'vpcConfig.securityGroupIds' failed to satisfy constraint: "
            "Member must satisfy constraint: "
            "[Member must satisfy regular expression pattern: [-0-9a-zA-Z]+, "
            "Member must have length less than or equal to 32",
            id="scalars-in-a-list",
        ),
        pytest.param(
            ADD_TAGS,
            {
                "ResourceArn": "arn:aws:sagemaker:x",
                "Tags": [{"Key": "a!", "Value": ""}],
            },
            "Value 'a!' at 'tags.1.member.key' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: ",
            id="java-classes",
        ),
        pytest.param(
            INVOKE_ASYNC,
            {"EndpointName": "e", "InferenceId": " a"},
            "Value ' a' at 'inferenceId' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: ",
            id="java-anchors",
        ),
    ],
)
def test_check_names_value_path_and_constraint(shape, params, constraint):
    assert constraint in refusal(shape, params)


@given(st.data())
def test_check_of_any_value_returns_or_refuses(data):
    shape = operation("sagemaker", "AddTags").input_shape
    params = data.draw(values(shape))
    try:
        validation.check(shape, params, code="ValidationException")
    except ServiceError as error:
        message = error.message
    else:
        message = ""

    assert not message or "failed to satisfy constraint" in message
