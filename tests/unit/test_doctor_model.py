"""What the doctor says of a model, its compute and its image, without any network."""

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from aws_answers import ACCOUNT, REGION, ROLE

from smnb._compute import Async, RealTime, Serverless
from smnb._doctor import _run, contents, hosting, images, machine
from smnb._doctor.subject import Subject
from smnb._model import Artifact, Model
from smnb._vpc import Vpc

MIB = 1024 * 1024
CHECKS = {
    check.name: check
    for check in (
        *contents.CHECKS,
        *hosting.CHECKS,
        *images.CHECKS,
        *machine.CHECKS,
    )
}
OWN = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/faces:2"
SKLEARN = (
    f"683313688378.dkr.ecr.{REGION}.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
)
TORCH = f"763104351884.dkr.ecr.{REGION}.amazonaws.com/pytorch-inference:2.5.1-cpu-py311"


def archive(**options):
    size = {"size_bytes": 1000, "unpacked_bytes": 2000}
    return Artifact(Path("model.tar.gz"), None, "0" * 64, **{**size, **options})


def look(found, check, compute=None, model=None, artifact=None, **options):
    subject = Subject(
        found.session,
        Path(),
        model or Model("faces/"),
        compute or Serverless(),
        known_artifact=artifact or archive(),
        known_image=options.get("image", OWN),
    )
    finding = _run(CHECKS[check], subject)
    return finding and finding.status


@pytest.fixture
def account(aws):
    """Return a function that makes an account, whose caller is known if asked for."""

    def make(*, asked=False, **arguments):
        found = aws(role=ROLE, **arguments)
        return found.knows_caller() if asked else found

    return make


@pytest.mark.parametrize(
    ("compute", "unpacked_bytes", "status"),
    [
        pytest.param(Serverless(memory_mb=1024), 100 * MIB, "ok", id="small"),
        pytest.param(Serverless(memory_mb=1024), 600 * MIB, "warning", id="tight"),
        pytest.param(Serverless(memory_mb=1024), 1025 * MIB, "problem", id="too-large"),
        pytest.param(Serverless(), 1025 * MIB, "warning", id="size-chosen"),
        pytest.param(Serverless(), 6000 * MIB, "problem", id="none-to-choose"),
        pytest.param(RealTime("ml.m5.xlarge"), 1025 * MIB, "ok", id="instance"),
        pytest.param(RealTime("ml.zz9.large"), 1, "unknown", id="unknown-instance"),
        pytest.param(RealTime("ml.m5.xlarge"), None, None, id="never-unpacked"),
    ],
)
def test_memory_is_compared_with_the_unpacked_model(
    account, compute, unpacked_bytes, status
):
    artifact = archive(unpacked_bytes=unpacked_bytes)

    assert look(account(), "memory", compute, artifact=artifact) == status


@pytest.mark.parametrize(
    ("compute", "unpacked_bytes", "status"),
    [
        (Serverless(), 6 * 1024 * MIB, "problem"),
        (RealTime(), 6 * 1024 * MIB, "ok"),
        (Serverless(), 1, "ok"),
    ],
)
def test_size_is_compared_with_the_disk(account, compute, unpacked_bytes, status):
    artifact = archive(unpacked_bytes=unpacked_bytes)

    assert look(account(), "size", compute, artifact=artifact) == status


@pytest.mark.parametrize(
    ("workers", "compute", "status"),
    [
        pytest.param("1", Serverless(), "ok", id="one"),
        pytest.param("4", Serverless(), "warning", id="several-copies"),
        pytest.param(None, Serverless(), "ok", id="as-deploy-asks-for"),
        pytest.param("4", RealTime(), None, id="instance"),
    ],
)
def test_serverless_has_one_worker(account, workers, compute, status):
    name = "SAGEMAKER_MODEL_SERVER_WORKERS"
    environment = {name: workers} if workers else {}
    model = Model("faces/", environment=environment)

    assert look(account(), "workers", compute, model) == status


@pytest.mark.parametrize(
    ("compute", "status"),
    [
        (Serverless(), "ok"),
        (Serverless(provisioned_concurrency=2), "warning"),
        (RealTime(), None),
    ],
)
def test_pre_warming_is_advised_against(account, compute, status):
    assert look(account(), "pre-warming", compute) == status


@pytest.mark.parametrize(
    ("kind", "status"), [("ml.m5.xlarge", "ok"), ("ml.zz9.large", "warning")]
)
def test_instance_type_is_looked_up_in_the_price_list(account, kind, status):
    assert look(account(), "instance type", Async(kind)) == status


@pytest.mark.parametrize(
    ("compute", "status"), [(Serverless(), "problem"), (RealTime(), "ok")]
)
def test_serverless_in_a_vpc_is_refused(account, compute, status):
    found = account(vpc=Vpc(("subnet-1",), ("sg-1",)))

    assert look(found, "network", compute) == status


@pytest.mark.parametrize(
    ("compute", "status"), [(Serverless(), "problem"), (RealTime(), "warning")]
)
def test_isolation_is_refused_on_serverless(account, compute, status):
    model = Model("faces/", network_isolation=True)

    assert look(account(), "isolation", compute, model) == status


@pytest.mark.parametrize(
    ("compute", "status"), [(Serverless(), "problem"), (RealTime(), "ok")]
)
def test_package_of_the_marketplace_is_refused_on_serverless(account, compute, status):
    package = f"arn:aws:sagemaker:{REGION}:865070037744:model-package/detector-1"
    container = {"Image": "i", "ProductId": "p"}
    found = account().answers(
        "sagemaker",
        "describe_model_package",
        {
            "ModelPackageName": "detector-1",
            "ModelPackageArn": package,
            "CreationTime": datetime(2026, 1, 1, tzinfo=timezone.utc),
            "ModelPackageStatus": "Completed",
            "ModelPackageStatusDetails": {"ValidationStatuses": []},
            "InferenceSpecification": {"Containers": [container]},
        },
    )

    assert look(found, "isolation", compute, Model(package=package)) == status


@pytest.mark.parametrize(
    ("compute", "status"),
    [
        pytest.param(RealTime("ml.m5.xlarge"), "ok", id="volume"),
        pytest.param(RealTime("ml.g5.xlarge"), "problem", id="disk-of-its-own"),
        pytest.param(RealTime("ml.m5d.xlarge"), "problem", id="d-for-disk"),
        pytest.param(Serverless(), "warning", id="serverless"),
    ],
)
def test_key_encrypts_volumes_alone(account, compute, status):
    assert look(account(kms_key="k"), "key for disk", compute) == status


@pytest.mark.parametrize(
    ("image", "compute", "status"),
    [
        pytest.param(OWN, Serverless(), "ok", id="own"),
        pytest.param(
            OWN.replace(REGION, "us-east-1"), Serverless(), "problem", id="far"
        ),
        pytest.param("docker.io/faces:2", Serverless(), "problem", id="elsewhere"),
        pytest.param("docker.io/faces:2", RealTime(), "warning", id="by-vpc"),
        pytest.param(
            OWN.replace("com", "com.cn"), Serverless(), "ok", id="other-partition"
        ),
    ],
)
def test_registry_is_one_that_sagemaker_reaches(account, image, compute, status):
    assert look(account(), "registry", compute, image=image) == status


@pytest.mark.parametrize(
    ("size_bytes", "compute", "status"),
    [
        (1 << 30, Serverless(), "ok"),
        (11 << 30, Serverless(), "problem"),
        (11 << 30, RealTime(), "ok"),
    ],
)
def test_own_image_is_looked_at(account, size_bytes, compute, status):
    found = account(asked=True).answers(
        "ecr",
        "describe_images",
        {"imageDetails": [{"repositoryName": "faces", "imageSizeInBytes": size_bytes}]},
        {"repositoryName": "faces", "imageIds": [{"imageTag": "2"}]},
    )

    assert look(found, "image in ECR", compute) == status


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ImageNotFoundException", "problem"),
        ("RepositoryNotFoundException", "problem"),
        ("AccessDeniedException", "unknown"),
    ],
)
def test_own_image_that_cannot_be_read_is_said(account, code, status):
    found = account(asked=True).refuses("ecr", "describe_images", code)

    assert look(found, "image in ECR") == status


def test_image_of_another_account_is_not_asked_for(account):
    assert look(account(asked=True), "image in ECR", image=SKLEARN) == "unknown"


@pytest.mark.parametrize(
    ("architectures", "compute", "status"),
    [
        pytest.param(["amd64", "unknown"], Serverless(), "ok", id="x86"),
        pytest.param(["arm64"], Serverless(), "problem", id="built-on-a-mac"),
        pytest.param(["arm64"], RealTime("ml.c7g.xlarge"), "ok", id="graviton"),
        pytest.param(["amd64"], RealTime("ml.c7g.xlarge"), "problem", id="no-graviton"),
        pytest.param([], Serverless(), "unknown", id="not-told"),
    ],
)
def test_architecture_is_read_from_the_manifest(
    account, architectures, compute, status
):
    manifests = [{"platform": {"architecture": name}} for name in architectures]
    image = {"imageManifest": json.dumps({"schemaVersion": 2, "manifests": manifests})}
    found = account(asked=True).answers("ecr", "batch_get_image", {"images": [image]})

    assert look(found, "architecture", compute) == status


@pytest.mark.parametrize(
    ("python", "image", "status"),
    [
        pytest.param("3.11", TORCH, "ok", id="same"),
        pytest.param("3.12", TORCH, "problem", id="other"),
        pytest.param("3.12", OWN, "unknown", id="image-does-not-tell"),
        pytest.param(None, TORCH, None, id="any-will-do"),
    ],
)
def test_python_is_compared_with_the_image(account, python, image, status):
    artifact = archive(python=python)

    assert look(account(), "python in image", artifact=artifact, image=image) == status


@pytest.mark.parametrize(
    ("framework", "version", "image", "status"),
    [
        pytest.param("sklearn", "1.2.2", SKLEARN, "ok", id="same-minor"),
        pytest.param("sklearn", "1.7.2", SKLEARN, "warning", id="other"),
        pytest.param("xgboost", "1.7.2", SKLEARN, None, id="another-library"),
        pytest.param("sklearn", "1.7.2", OWN, None, id="own-image"),
    ],
)
def test_libraries_are_compared_with_the_image(
    account, framework, version, image, status
):
    artifact = archive(framework=framework, version=version)

    assert look(account(), "libraries", artifact=artifact, image=image) == status


@pytest.mark.parametrize(
    ("accepts", "declared", "status"),
    [
        (("image/jpeg",), None, "ok"),
        (None, ("text/csv",), "ok"),
        (None, None, "warning"),
    ],
)
def test_content_types_are_declared(account, accepts, declared, status):
    model = Model("faces/", accepts=accepts)
    artifact = archive(accepts=declared)

    assert look(account(), "content types", model=model, artifact=artifact) == status


def test_requirements_lengthen_a_cold_start(account):
    model = Model(abs, requirements=("pillow>=11",))

    assert look(account(), "requirements", model=model) == "warning"


@pytest.mark.parametrize(
    ("machine_name", "status"), [("x86_64", None), ("arm64", "warning")]
)
def test_processor_of_this_machine_is_told(account, monkeypatch, machine_name, status):
    monkeypatch.setattr("platform.machine", lambda: machine_name)

    assert look(account(), "processor") == status


def test_certificates_that_are_missing_are_said(account, monkeypatch, tmp_path):
    found = account()
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "none.pem"))

    assert look(found, "certificates") == "problem"


def test_proxy_is_named_without_its_password(account, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.example")
    finding = _run(CHECKS["proxy"], Subject(account().session, Path()))

    assert "secret" not in str(finding)


def test_disk_that_is_full_is_said(account, monkeypatch, tmp_path):
    (tmp_path / "weights").write_bytes(b"x" * 100)
    usage = type("Usage", (), {"free": 99})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)

    assert look(account(), "disk", model=Model(str(tmp_path))) == "problem"
