"""Records of the control plane: names, lists, tags, and rules that botocore lacks."""

import asyncio
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smnb.local.errors import ServiceError
from smnb.local.request import Context
from smnb.local.services.sagemaker.endpoint_configs import EndpointConfigs
from smnb.local.services.sagemaker.models import Models
from smnb.local.services.sagemaker.resources import ResourceTable
from smnb.local.services.sagemaker.tags import Tags
from smnb.local.state import State

CONTEXT = Context("us-east-1", "000000000000", "r", "/usr/bin/python3")
ELSEWHERE = Context("eu-west-1", "000000000000", "r", None)
ARN = "arn:aws:sagemaker:us-east-1:000000000000"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/sklearn:1.5"


class OneObject:
    """A store in which only s3://models/model.tar.gz is there."""

    def head(self, bucket, key):
        if (bucket, key) != ("models", "model.tar.gz"):
            raise ServiceError("NoSuchKey", "The specified key does not exist.", 404)


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path)
    yield state
    state.close()


@pytest.fixture
def tags(state):
    return Tags(state)


@pytest.fixture
def models(state, tags):
    return Models(state, OneObject(), tags)


@pytest.fixture
def configs(state, models, tags):
    return EndpointConfigs(state, models.table, tags)


def model(name="faces", **members):
    container = {"Image": IMAGE, "ModelDataUrl": "s3://models/model.tar.gz"}
    return {"ModelName": name, "PrimaryContainer": container, **members}


def serverless(memory_mb=2048, max_concurrency=5, **members):
    sizes = {"MemorySizeInMB": memory_mb, "MaxConcurrency": max_concurrency, **members}
    return {
        "VariantName": "AllTraffic",
        "ModelName": "faces",
        "ServerlessConfig": sizes,
    }


def on_instance(name="AllTraffic", **members):
    sizes = {"InstanceType": "ml.m5.xlarge", "InitialInstanceCount": 1}
    return {"VariantName": name, "ModelName": "faces"} | sizes | members


def config(*variants, name="faces", **members):
    return {"EndpointConfigName": name, "ProductionVariants": list(variants), **members}


def run(coroutine):
    return asyncio.run(coroutine)


def test_model_is_described_as_created_with_the_default_mode(models):
    run(models.create_model(CONTEXT, model()))

    described = run(models.describe_model(CONTEXT, {"ModelName": "faces"}))

    assert described["ModelArn"] == f"{ARN}:model/faces"
    assert described["PrimaryContainer"] == {
        "Image": IMAGE,
        "ModelDataUrl": "s3://models/model.tar.gz",
        "Mode": "SingleModel",
    }
    assert described["EnableNetworkIsolation"] is False


def test_model_keeps_the_python_that_created_it(models):
    run(models.create_model(CONTEXT, model()))

    assert models.table.get(CONTEXT, "faces").document["python"] == "/usr/bin/python3"


def test_arn_has_the_name_in_lower_case_and_describe_as_given(models):
    created = run(models.create_model(CONTEXT, model("Faces")))
    described = run(models.describe_model(CONTEXT, {"ModelName": "faces"}))

    assert created["ModelArn"] == f"{ARN}:model/faces"
    assert described["ModelName"] == "Faces"


@pytest.mark.parametrize("name", ["faces", "FACES"])
def test_second_model_of_a_name_is_refused_whatever_its_case(models, name):
    run(models.create_model(CONTEXT, model("faces")))

    with pytest.raises(ServiceError) as caught:
        run(models.create_model(CONTEXT, model(name)))

    assert caught.value.code == "ValidationException"
    assert caught.value.message == (
        f'Cannot create already existing model "{ARN}:model/faces".'
    )


def test_same_name_in_another_region_is_another_model(models):
    run(models.create_model(CONTEXT, model()))
    created = run(models.create_model(ELSEWHERE, model()))

    assert created["ModelArn"] == "arn:aws:sagemaker:eu-west-1:000000000000:model/faces"


def test_missing_model_is_named_by_its_arn(models):
    with pytest.raises(ServiceError) as caught:
        run(models.delete_model(CONTEXT, {"ModelName": "gone"}))

    assert caught.value.message == f'Could not find model "{ARN}:model/gone".'


def test_model_whose_data_is_not_there_is_refused(models):
    params = model()
    params["PrimaryContainer"]["ModelDataUrl"] = "s3://models/typo.tar.gz"

    with pytest.raises(ServiceError) as caught:
        run(models.create_model(CONTEXT, params))

    assert (
        caught.value.message == "Could not find model data at s3://models/typo.tar.gz."
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://s3-us-east-1.amazonaws.com/models/model.tar.gz",
        "https://s3.us-east-1.amazonaws.com/models/model.tar.gz",
        "https://models.s3.amazonaws.com/model.tar.gz",
    ],
)
def test_model_data_is_found_by_an_https_url(models, url):
    params = model()
    params["PrimaryContainer"]["ModelDataUrl"] = url

    assert run(models.create_model(CONTEXT, params))["ModelArn"].endswith("model/faces")


@pytest.mark.parametrize(
    "containers",
    [
        pytest.param({}, id="none"),
        pytest.param(
            {"PrimaryContainer": {"Image": IMAGE}, "Containers": [{"Image": IMAGE}]},
            id="both",
        ),
        pytest.param({"PrimaryContainer": {"Environment": {}}}, id="no-image"),
    ],
)
def test_model_without_one_way_to_run_is_refused(models, containers):
    with pytest.raises(ServiceError) as caught:
        run(models.create_model(CONTEXT, {"ModelName": "faces", **containers}))

    assert caught.value.code == "ValidationException"


def test_config_is_described_with_the_default_weight(models, configs):
    run(models.create_model(CONTEXT, model()))
    run(configs.create_endpoint_config(CONTEXT, config(serverless())))

    described = run(
        configs.describe_endpoint_config(CONTEXT, {"EndpointConfigName": "faces"})
    )

    assert described["ProductionVariants"] == [
        serverless() | {"InitialVariantWeight": 1.0}
    ]
    assert described["EndpointConfigArn"] == f"{ARN}:endpoint-config/faces"


def test_config_of_a_missing_model_is_refused(configs):
    with pytest.raises(ServiceError) as caught:
        run(configs.create_endpoint_config(CONTEXT, config(serverless())))

    assert caught.value.message == f'Could not find model "{ARN}:model/faces".'


def test_duplicate_config_is_refused_in_awss_words(models, configs):
    run(models.create_model(CONTEXT, model()))
    run(configs.create_endpoint_config(CONTEXT, config(serverless())))

    with pytest.raises(ServiceError) as caught:
        run(configs.create_endpoint_config(CONTEXT, config(serverless())))

    assert caught.value.message == (
        f'Cannot create already existing endpoint configuration "{ARN}:endpoint-config/faces".'
    )


ASYNC = {"AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://out/"}}}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        pytest.param(config(serverless(1500)), "1500", id="memory-between-steps"),
        pytest.param(config(serverless(1023)), "1023", id="memory-below"),
        pytest.param(config(serverless(7168)), "7168", id="memory-above"),
        pytest.param(
            config(serverless(max_concurrency=5, ProvisionedConcurrency=6)),
            "ProvisionedConcurrency",
            id="provisioned-above-max",
        ),
        pytest.param(
            config(serverless(), **ASYNC), "AsyncInferenceConfig", id="serverless-async"
        ),
        pytest.param(
            config(serverless(), on_instance("Other")),
            "single",
            id="serverless-and-another",
        ),
        pytest.param(
            config(on_instance(), on_instance("Other"), **ASYNC),
            "single",
            id="async-of-two",
        ),
        pytest.param(
            config(on_instance(), on_instance()), "unique", id="same-name-twice"
        ),
        pytest.param(
            config({"VariantName": "AllTraffic", "ModelName": "faces"}),
            "InstanceType",
            id="neither-instance-nor-serverless",
        ),
        pytest.param(
            config(
                serverless()
                | {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
            ),
            "either",
            id="instance-and-serverless",
        ),
        pytest.param(
            config({k: v for k, v in on_instance().items() if k != "ModelName"}),
            "inference components",
            id="without-model",
        ),
    ],
)
def test_config_that_breaks_a_rule_is_refused(models, configs, params, words):
    run(models.create_model(CONTEXT, model()))

    with pytest.raises(ServiceError, match=words) as caught:
        run(configs.create_endpoint_config(CONTEXT, params))

    assert caught.value.code == "ValidationException"
    assert configs.table.find(CONTEXT.region, "faces") is None


@pytest.mark.parametrize("memory_mb", [1024, 2048, 3072, 4096, 5120, 6144])
def test_config_takes_every_serverless_size(models, configs, memory_mb):
    run(models.create_model(CONTEXT, model()))
    variant = serverless(memory_mb, 5, ProvisionedConcurrency=5)

    assert run(configs.create_endpoint_config(CONTEXT, config(variant)))


@pytest.fixture
def table(state):
    """Five resources, created a second apart from Unix time 1000, named out of order."""
    table = ResourceTable(state, "endpoint", "endpoint")
    for number, name in enumerate(["delta", "Alpha", "charlie", "bravo", "echo"]):
        table.insert(CONTEXT, name, {}, "InService" if number % 2 else "Failed")
        state.db.execute(
            "UPDATE sagemaker_resources SET created = ?, modified = ? WHERE name = ?",
            (1000 + number, 2000 + number, name),
        )
    return table


def at(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc)


@pytest.mark.parametrize(
    ("params", "names"),
    [
        pytest.param({}, "echo bravo charlie Alpha delta", id="default-newest-first"),
        pytest.param(
            {"SortBy": "Name", "SortOrder": "Ascending"},
            "Alpha bravo charlie delta echo",
            id="by-name-whatever-the-case",
        ),
        pytest.param(
            {"SortBy": "Status", "SortOrder": "Ascending"},
            "charlie delta echo Alpha bravo",
            id="by-status-then-name",
        ),
        pytest.param({"NameContains": "ALPH"}, "Alpha", id="name-contains"),
        pytest.param({"StatusEquals": "InService"}, "bravo Alpha", id="status"),
        pytest.param({"CreationTimeAfter": at(1003)}, "echo bravo", id="created-from"),
        pytest.param({"CreationTimeBefore": at(1001)}, "delta", id="created-before"),
        pytest.param({"LastModifiedTimeAfter": at(2003)}, "echo", id="modified-after"),
        pytest.param(
            {"LastModifiedTimeBefore": at(2001)}, "delta", id="modified-before"
        ),
    ],
)
def test_list_filters_and_sorts(table, params, names):
    resources, _ = table.page(CONTEXT.region, params)

    assert [resource.name for resource in resources] == names.split()


@settings(max_examples=25, deadline=None)
@given(
    limit=st.integers(1, 6),
    by=st.sampled_from(["Name", "CreationTime", "Status"]),
    order=st.sampled_from(["Ascending", "Descending"]),
)
def test_list_pages_hold_everything_once_in_order(tmp_path_factory, limit, by, order):
    state = State(tmp_path_factory.mktemp("state"))
    table = ResourceTable(state, "endpoint", "endpoint")
    for number, name in enumerate(["delta", "Alpha", "charlie", "bravo", "echo"]):
        table.insert(CONTEXT, name, {}, "InService" if number % 2 else "Failed")
    query = {"SortBy": by, "SortOrder": order}
    whole = [resource.name for resource in table.page(CONTEXT.region, query)[0]]
    names, token = [], None
    while True:
        more = {"NextToken": token} if token else {}
        page, token = table.page(CONTEXT.region, query | {"MaxResults": limit} | more)
        names += [resource.name for resource in page]
        if token is None:
            break
    state.close()

    assert names == whole
    assert len(names) == 5


def test_list_goes_on_after_a_deleted_resource(table):
    query = {"SortBy": "Name", "SortOrder": "Ascending", "MaxResults": 2}
    page, token = table.page(CONTEXT.region, query)
    table.delete(page[-1])

    following, _ = table.page(CONTEXT.region, query | {"NextToken": token})

    assert [resource.name for resource in following] == ["charlie", "delta"]


@pytest.mark.parametrize("token", ["", "xyz", "WzFd", "bnVsbA=="])
def test_list_with_an_invalid_token_is_refused(table, token):
    with pytest.raises(ServiceError) as caught:
        table.page(CONTEXT.region, {"NextToken": token})

    assert caught.value.code == "ValidationException"


def test_tags_given_at_creation_are_listed(models, tags):
    arn = run(models.create_model(CONTEXT, model(Tags=[{"Key": "a", "Value": "1"}])))[
        "ModelArn"
    ]

    assert run(tags.list_tags(CONTEXT, {"ResourceArn": arn}))["Tags"] == [
        {"Key": "a", "Value": "1"}
    ]


def test_tags_are_no_part_of_the_described_model(models):
    run(models.create_model(CONTEXT, model(Tags=[{"Key": "a", "Value": "1"}])))

    assert "Tags" not in run(models.describe_model(CONTEXT, {"ModelName": "faces"}))


def test_added_tag_replaces_the_one_with_its_key(models, tags):
    arn = run(models.create_model(CONTEXT, model(Tags=[{"Key": "a", "Value": "1"}])))[
        "ModelArn"
    ]
    added = [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": ""}]

    answer = run(tags.add_tags(CONTEXT, {"ResourceArn": arn, "Tags": added}))

    assert answer["Tags"] == added


def test_deleted_tag_is_gone_and_others_stay(models, tags):
    pairs = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    arn = run(models.create_model(CONTEXT, model(Tags=pairs)))["ModelArn"]

    run(tags.delete_tags(CONTEXT, {"ResourceArn": arn, "TagKeys": ["a", "never"]}))

    assert run(tags.list_tags(CONTEXT, {"ResourceArn": arn}))["Tags"] == pairs[1:]


def test_tags_go_with_their_resource(models, tags):
    run(models.create_model(CONTEXT, model(Tags=[{"Key": "a", "Value": "1"}])))
    run(models.delete_model(CONTEXT, {"ModelName": "faces"}))
    arn = run(models.create_model(CONTEXT, model()))["ModelArn"]

    assert run(tags.list_tags(CONTEXT, {"ResourceArn": arn}))["Tags"] == []


def test_tag_51_is_refused_and_none_is_added(models, tags):
    pairs = [{"Key": str(number), "Value": ""} for number in range(50)]
    arn = run(models.create_model(CONTEXT, model(Tags=pairs)))["ModelArn"]

    with pytest.raises(ServiceError) as caught:
        run(
            tags.add_tags(
                CONTEXT, {"ResourceArn": arn, "Tags": [{"Key": "x", "Value": ""}]}
            )
        )

    assert caught.value.code == "ResourceLimitExceeded"
    assert len(run(tags.list_tags(CONTEXT, {"ResourceArn": arn}))["Tags"]) == 50


def test_model_with_51_tags_is_not_created(models):
    pairs = [{"Key": str(number), "Value": ""} for number in range(51)]

    with pytest.raises(ServiceError):
        run(models.create_model(CONTEXT, model(Tags=pairs)))

    assert models.table.find(CONTEXT.region, "faces") is None


def test_tags_of_an_unknown_resource_are_refused(tags, models):
    with pytest.raises(ServiceError) as caught:
        run(tags.list_tags(CONTEXT, {"ResourceArn": f"{ARN}:endpoint/gone"}))

    assert caught.value.code == "ValidationException"
