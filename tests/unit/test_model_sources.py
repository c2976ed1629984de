"""Models that are no files: images, packages, SageMaker's own, the sagemaker SDK's."""

import re
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from smnb import _images, _s3, _source
from smnb._compute import RealTime, Serverless
from smnb._model import Artifact, Model, as_model, pack
from smnb._revision import default_name, make_revision
from smnb._undo import Undo
from smnb.errors import ConfigurationError, InvalidInputError

PACKAGE = "arn:aws:sagemaker:us-east-1:865070037744:model-package/detector-1f2e"
INSTANCE = RealTime("ml.m5.large")


class Recorder:
    """AWS, as far as it is asked; keeps what it is asked to create."""

    def __init__(self, **answers):
        self.created = []
        self._answers = answers

    def describe_model(self, **_):
        return self._answers.get("model", {})

    def describe_model_package(self, **_):
        return self._answers.get("package", {})

    def create_model(self, **request):
        self.created.append(request)

    def create_endpoint_config(self, **request):
        self.created.append(request)


class Place:
    """What a deploy uses of a Session."""

    vpc = kms_key = None
    region = "us-east-1"

    def __init__(self, aws):
        self._aws = aws
        self.tags = {}
        self.target = SimpleNamespace(image=None)

    def client(self, _):
        return self._aws

    def role(self):
        return "arn:aws:iam::000000000000:role/r"

    def bucket(self):
        return "b"

    bucket_name = bucket

    def translated(self, _):
        return nullcontext()


@pytest.fixture
def create(tmp_path):
    """Return a function that deploys up to the configuration; returns the requests."""

    def create(source, compute=INSTANCE, **answers):
        aws = Recorder(**answers)
        revision = make_revision(
            Place(aws),
            "name",
            source,
            compute,
            deployment="0" * 8,
            overflow=None,
            folder=tmp_path,
        )
        revision.create(SimpleNamespace(now=print, done=print), Undo())
        return aws.created

    return create


def test_image_alone_is_a_container_without_data(create):
    model, _ = create(Model(image="repo/image:1", environment={"HF_MODEL_ID": "m"}))

    assert model["PrimaryContainer"] == {
        "Image": "repo/image:1",
        "Environment": {"HF_MODEL_ID": "m"},
    }
    assert "EnableNetworkIsolation" not in model


def test_isolation_that_is_wished_for_is_asked_of_aws(create):
    model, _ = create(Model(image="repo/image:1", network_isolation=True))

    assert model["EnableNetworkIsolation"] is True


@pytest.mark.parametrize(
    ("product", "isolated"),
    [
        pytest.param({"ProductId": "p-1"}, True, id="marketplace"),
        pytest.param({}, False, id="own"),
    ],
)
def test_package_brings_data_and_image_along(create, product, isolated):
    described = {"InferenceSpecification": {"Containers": [product]}}
    model, _ = create(Model(package=PACKAGE), package=described)

    assert model["PrimaryContainer"] == {
        "ModelPackageName": PACKAGE,
        "Environment": {},
    }
    assert model.get("EnableNetworkIsolation", False) is isolated


def test_package_of_marketplace_is_refused_on_serverless(create):
    described = {"InferenceSpecification": {"Containers": [{"ProductId": "p"}]}}

    with pytest.raises(InvalidInputError, match=r"AWS Marketplace.*\n.*RealTime"):
        create(Model(package=PACKAGE), Serverless(), package=described)


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(Model(image="i", network_isolation=True), id="wished"),
        pytest.param(Model.from_sagemaker("churn"), id="existing"),
    ],
)
def test_isolation_is_refused_on_serverless(create, model):
    with pytest.raises(InvalidInputError, match="network isolation"):
        create(model, Serverless(), model={"EnableNetworkIsolation": True})


def test_model_of_sagemaker_is_named_and_not_made(create):
    (config,) = create(Model.from_sagemaker("churn"))

    assert config["ProductionVariants"][0]["ModelName"] == "churn"


def test_model_too_large_for_serverless_is_refused(create, monkeypatch):
    large = Artifact(None, "s3://b/m.tar.gz", "etag", 1, unpacked_bytes=6 * 1024**3)
    monkeypatch.setattr(_source, "artifact_of", lambda *_: large)

    with pytest.raises(InvalidInputError, match=r"unpacks to 6.*\n.*RealTime"):
        create(Model("model/"), Serverless())


def test_model_without_image_or_framework_is_refused_on_aws(create, tmp_path):
    (tmp_path / "m" / "code").mkdir(parents=True)
    (tmp_path / "m" / "code" / "inference.py").write_text("def model_fn(d): ...")

    with pytest.raises(ConfigurationError, match=r"image=…|image="):
        create(Model(tmp_path / "m"))


@pytest.mark.parametrize(
    ("data", "asked"),
    [
        pytest.param("model.joblib", ("sklearn", "1.5.2"), id="framework"),
        pytest.param(len, ("pytorch", None), id="function"),
    ],
)
def test_image_on_aws_is_that_of_the_framework(
    create, tmp_path, monkeypatch, data, asked
):
    if isinstance(data, str):
        (tmp_path / "m" / "code").mkdir(parents=True)
        (tmp_path / "m" / "code" / "inference.py").write_text("def model_fn(d): ...")
        (tmp_path / "m" / "code" / "requirements.txt").write_text("scikit-learn==1.5.2")
        (tmp_path / "m" / data).touch()
        data = tmp_path / "m"
    monkeypatch.setattr(
        _images, "framework_image", lambda _, *wanted: "/".join(map(str, wanted[:2]))
    )
    monkeypatch.setattr(_s3, "upload", lambda *_, **__: None)
    model, _ = create(Model(data, environment={"SAGEMAKER_PROGRAM": "own.py"}))

    assert model["PrimaryContainer"]["Image"] == "/".join(map(str, asked))
    assert model["PrimaryContainer"]["Environment"] == {
        "SAGEMAKER_PROGRAM": "own.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({}, "neither data nor an image", id="nothing"),
        pytest.param({"data": "m/", "package": PACKAGE}, "go together", id="two"),
        pytest.param({"image": "i", "package": PACKAGE}, "go together", id="image"),
        pytest.param({"image": "i", "model_name": "m"}, "go together", id="existing"),
        pytest.param(
            {"model_name": "m", "environment": {"A": "1"}}, "are what", id="environment"
        ),
    ],
)
def test_options_that_contradict_each_other_are_refused(options, message):
    with pytest.raises(InvalidInputError, match=message):
        Model(**options)


def test_model_without_files_is_not_packed(tmp_path):
    with pytest.raises(InvalidInputError, match="no files to be packed"):
        pack(Model(package=PACKAGE), tmp_path)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        pytest.param(Model("models/faces/"), "faces", id="folder"),
        pytest.param(Model("s3://b/m/faces.tar.gz"), "faces", id="s3"),
        pytest.param(Model("cats.onnx"), "cats", id="onnx"),
        pytest.param(Model(image="1.dkr.ecr.eu.amazonaws.com/a/b:2"), "b", id="image"),
        pytest.param(Model(image="a/b@sha256:00"), "b", id="digest"),
        pytest.param(Model(package=PACKAGE), "detector-1f2e", id="package"),
        pytest.param(Model.from_sagemaker("churn"), "churn", id="existing"),
        pytest.param(Model(len), "len", id="function"),
        pytest.param(Model(lambda x: x), "lambda", id="lambda"),
    ],
)
def test_default_name_is_the_models(model, name):
    assert default_name(model) == name


def made(module, name="Model", **attributes):
    """Return an object of a class that calls itself the sagemaker SDK's."""
    value = type(name, (), {"__module__": module})()
    vars(value).update(attributes)
    return value


def version_2(name="Model", **attributes):
    """Return a stand-in with the attributes of version 2.257's Model."""
    usual = {
        "image_uri": "repo/image:1",
        "model_data": "s3://b/model.tar.gz",
        "env": {"A": "1"},
        "entry_point": None,
        "source_dir": None,
        "model_package_arn": None,
        "_enable_network_isolation": None,
    }
    return made("sagemaker.model", name, **usual | attributes)


def test_model_of_sagemaker_2_is_taken_with_image_data_and_environment():
    model = as_model(version_2())

    assert (model.image, model.data) == ("repo/image:1", "s3://b/model.tar.gz")
    assert model.environment == {"A": "1"}


def test_package_of_sagemaker_2_is_taken_by_its_arn():
    model = as_model(version_2(model_package_arn=PACKAGE, image_uri=None))

    assert (model.package, model.image, model.data) == (PACKAGE, None, None)


def test_model_that_a_builder_of_sagemaker_3_made_is_named():
    built = made("sagemaker.core.resources", model_name="built-1")
    builder = made("sagemaker.serve.model_builder", "ModelBuilder", built_model=built)

    assert as_model(builder).model_name == as_model(built).model_name == "built-1"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(version_2(entry_point="a.py"), "code/inference.py", id="script"),
        pytest.param(
            version_2(model_data={"S3DataSource": {}}), "one archive", id="uri"
        ),
        pytest.param(
            made("sagemaker.serve.model_builder", "ModelBuilder"), "build", id="unbuilt"
        ),
        pytest.param(
            made("sagemaker.estimator", "Estimator"), "create_model", id="estimator"
        ),
    ],
)
def test_object_of_the_sagemaker_sdk_that_is_no_model_is_refused(value, message):
    with pytest.raises(InvalidInputError, match=re.escape(message)):
        as_model(value)
