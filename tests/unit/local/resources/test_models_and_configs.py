"""Models and configurations: what is kept and described, and what is refused."""

import pytest
from resource_requests import ARN, IMAGE, model, run

from smnb.local.errors import ServiceError
from smnb.local.request import Context
from smnb.local.services.sagemaker.endpoint_configs import EndpointConfigs

CONTEXT = Context("us-east-1", "000000000000", "r", "/usr/bin/python3")
ELSEWHERE = Context("eu-west-1", "000000000000", "r", None)


@pytest.fixture
def configs(state, models, tags):
    return EndpointConfigs(state, models.table, tags)


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
