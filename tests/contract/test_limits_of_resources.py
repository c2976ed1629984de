"""Each limit of models, endpoints, tags and lists: what is just taken, and what is not."""

from uuid import uuid4

import pytest

KIB = 1024


@pytest.fixture(scope="module")
def unchecked(backend):
    """Return boto3's control plane client without its own checks."""
    return backend.client("sagemaker", parameter_validation=False)


@pytest.fixture(scope="module")
def model(module_hosting):
    return module_hosting.create_model("echo")


PATH = "s3://contract/"


def variables(count, length=1):
    """Return variables whose names and values have `length` characters each."""
    return {f"{number:x}".rjust(length, "_"): "v" * length for number in range(count)}


def of_container(**members):
    return {"PrimaryContainer": {"Image": "image", **members}}


# Sixteen times 1,024 for the names and as much for the values.
FULL = variables(16, KIB)
LONG_URL = PATH.ljust(KIB - len(".tar.gz"), "m") + ".tar.gz"


@pytest.fixture(scope="module")
def long_object(module_hosting):
    """Put model data where the longest URL points."""
    key = LONG_URL.removeprefix(PATH)
    module_hosting.s3.put_object(Bucket="contract", Key=key, Body=b"")


@pytest.fixture
def create(unchecked):
    """Return a function that creates a model."""

    def create(name=None, **params):
        return unchecked.create_model(
            ModelName=name or f"limits-{uuid4().hex[:8]}",
            ExecutionRoleArn="arn:aws:iam::000000000000:role/smnb",
            **params,
        )

    return create


@pytest.mark.parametrize(
    "params",
    [
        pytest.param(of_container(Image="i" * 255), id="image"),
        pytest.param(
            of_container(Environment={f"_{n}": "" for n in range(100)}), id="entries"
        ),
        pytest.param(of_container(Environment=FULL), id="environment"),
        pytest.param({"Containers": [{"Image": "image"}] * 15}, id="containers"),
        pytest.param({"name": "n" * 63} | of_container(), id="name"),
        pytest.param(of_container(ContainerHostname="h" * 63), id="hostname"),
        pytest.param(of_container(ModelDataUrl=LONG_URL), id="model-data-url"),
    ],
)
def test_model_at_its_limit_is_taken(create, unchecked, long_object, params):
    arn = create(**params)["ModelArn"]
    unchecked.delete_model(ModelName=arn.rpartition("/")[2])

    assert arn


@pytest.mark.parametrize(
    ("params", "words"),
    [
        pytest.param(of_container(Image="i" * 256), "equal to 255", id="image"),
        pytest.param(
            of_container(Environment={f"_{n}": "" for n in range(101)}),
            "equal to 100",
            id="entries",
        ),
        pytest.param(
            of_container(Environment={"K" * 1025: ""}), "equal to 1024", id="key"
        ),
        pytest.param(
            of_container(Environment={"K": "v" * 1025}), "equal to 1024", id="value"
        ),
        pytest.param(
            of_container(Environment=FULL | {"K": ""}),
            "are 32769 bytes; they can be at most 32768",
            id="environment",
        ),
        pytest.param(
            {"Containers": [{"Image": "image"}] * 16}, "equal to 15", id="containers"
        ),
        pytest.param(
            of_container(ModelDataUrl="m".join([PATH, LONG_URL.removeprefix(PATH)])),
            "equal to 1024",
            id="model-data-url",
        ),
        pytest.param(
            of_container(ContainerHostname="h" * 64), "equal to 63", id="hostname"
        ),
        pytest.param({"name": "n" * 64} | of_container(), "equal to 63", id="name"),
    ],
)
def test_model_beyond_its_limit_is_refused(create, refused, params, words):
    error = refused(create, **params)

    assert error["Code"] == "ValidationException"
    assert words in error["Message"]


@pytest.fixture
def tag(unchecked, model):
    """Return a function that tags a model, whose tags go in the end."""
    arn = unchecked.describe_model(ModelName=model)["ModelArn"]

    def tag(tags):
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        return unchecked.add_tags(ResourceArn=arn, Tags=pairs)

    yield tag
    keys = [tag["Key"] for tag in unchecked.list_tags(ResourceArn=arn)["Tags"]]
    if keys:
        unchecked.delete_tags(ResourceArn=arn, TagKeys=keys)


@pytest.mark.parametrize(
    "tags",
    [
        pytest.param({str(number): "" for number in range(50)}, id="count"),
        pytest.param({"k" * 128: "v" * 256}, id="length"),
    ],
)
def test_tags_at_their_limit_are_taken(tag, tags):
    assert len(tag(tags)["Tags"]) == len(tags)


@pytest.mark.parametrize(
    "tags",
    [
        pytest.param({"k" * 129: ""}, id="key"),
        pytest.param({"": ""}, id="no-key"),
        pytest.param({"k": "v" * 257}, id="value"),
        pytest.param({"#": ""}, id="character"),
    ],
)
def test_tag_beyond_its_limit_is_refused(tag, refused, tags):
    assert refused(tag, tags=tags)["Code"] == "ValidationException"


def test_resource_has_fifty_tags_at_most(tag, refused):
    tag({str(number): "" for number in range(50)})
    error = refused(tag, tags={"one more": ""})

    assert error["Code"] == "ResourceLimitExceeded"


def test_name_of_an_endpoint_may_have_63_characters(hosting):
    name = "e" * 63
    config = hosting.create_config(hosting.create_model("echo"))
    hosting.start_endpoint(name, config)

    assert hosting.settled(name)["EndpointStatus"] == "InService"


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"MaxResults": 1}, id="page-least"),
        pytest.param({"MaxResults": 100}, id="page-most"),
        pytest.param({"NameContains": "n" * 63}, id="name"),
    ],
)
@pytest.mark.parametrize("noun", ["endpoints", "endpoint_configs", "models"])
def test_list_at_its_limit_is_given(unchecked, noun, params):
    listed = getattr(unchecked, f"list_{noun}")(**params)

    assert listed["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(
    ("params", "words"),
    [
        pytest.param({"MaxResults": 0}, "equal to 1", id="page-below"),
        pytest.param({"MaxResults": 101}, "equal to 100", id="page-above"),
        pytest.param({"NameContains": "n" * 64}, "equal to 63", id="name"),
    ],
)
@pytest.mark.parametrize("noun", ["endpoints", "endpoint_configs", "models"])
def test_list_beyond_its_limit_is_refused(unchecked, refused, noun, params, words):
    error = refused(getattr(unchecked, f"list_{noun}"), **params)

    assert error["Code"] == "ValidationException"
    assert words in error["Message"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param([], "equal to 1", id="none"),
        pytest.param([{"DesiredWeight": -1}], "equal to 0", id="weight"),
        pytest.param([{"DesiredInstanceCount": -1}], "equal to 0", id="instances"),
        pytest.param(
            [{"ServerlessUpdateConfig": {"MaxConcurrency": 201}}],
            "equal to 200",
            id="concurrency",
        ),
    ],
)
def test_capacity_beyond_its_limit_is_refused(unchecked, refused, changes, words):
    error = refused(
        unchecked.update_endpoint_weights_and_capacities,
        EndpointName="any",
        DesiredWeightsAndCapacities=[{"VariantName": "v"} | one for one in changes],
    )

    assert error["Code"] == "ValidationException"
    assert words in error["Message"]
