"""Starting a job of Inference Recommender, as its calls go over the wire."""

import io
import tarfile

import pytest
from aws_answers import BUCKET, REGION, ROLE, Aws
from botocore.stub import ANY
from load_test_answers import JOB, PACKAGE, PLACE, knows_model

import smnb
from smnb._inference_recommender import start
from smnb.errors import ConfigurationError, InvalidInputError, ServiceError


@pytest.fixture(autouse=True)
def _keys(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def aws():
    return Aws(role=ROLE, bucket=BUCKET)


@pytest.fixture
def uploaded(monkeypatch):
    """Keep what is put on S3, in place of sending it."""
    kept = {}
    monkeypatch.setattr(
        start._s3,
        "upload",
        lambda _session, payload, uri: kept.update({str(uri): payload.read()}),
    )
    return kept


def starts(aws, expected):
    aws.answers("s3", "head_bucket", {"BucketRegion": REGION})
    return aws.answers(
        "sagemaker", "create_inference_recommendations_job", {"JobArn": JOB}, expected
    )


def launched(aws, model=None, **options):
    return smnb.load_test(
        model or smnb.Model.from_sagemaker("churn"),
        {"age": 42},
        session=aws.session,
        **{"name": "try", "confirm": True, "wait": False, **options},
    )


def container(**more):
    return {
        "Domain": "MACHINE_LEARNING",
        "Task": "OTHER",
        "Framework": "PYTORCH",
        "FrameworkVersion": "2.5.1",
        "PayloadConfig": {
            "SamplePayloadUrl": PLACE,
            "SupportedContentTypes": ["application/json"],
        },
        **more,
    }


def test_default_job_names_model_container_and_payload(aws, uploaded):
    knows_model(aws)
    starts(
        aws,
        {
            "JobName": "try",
            "JobType": "Default",
            "RoleArn": ROLE,
            "InputConfig": {"ModelName": "churn", "ContainerConfig": container()},
            "Tags": [],
        },
    )

    assert launched(aws).name == "try"
    assert aws.all_asked()


def test_advanced_job_has_phases_computes_ranges_and_stopping(aws, uploaded):
    knows_model(aws)
    starts(
        aws,
        {
            "JobName": "try",
            "JobType": "Advanced",
            "RoleArn": ROLE,
            "InputConfig": {
                "ModelName": "churn",
                "JobDurationInSeconds": 7200,
                "TrafficPattern": {
                    "TrafficType": "PHASES",
                    "Phases": [
                        {
                            "InitialNumberOfUsers": 2,
                            "SpawnRate": 0,
                            "DurationInSeconds": 300,
                        }
                    ],
                },
                "EndpointConfigurations": [
                    {
                        "InstanceType": "ml.m5.large",
                        "EnvironmentParameterRanges": {
                            "CategoricalParameterRanges": [
                                {"Name": "OMP_NUM_THREADS", "Value": ["1", "2"]}
                            ]
                        },
                    },
                    {"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5}},
                ],
                "ContainerConfig": container(NearestModelName="resnet50"),
            },
            "StoppingConditions": {
                "MaxInvocations": 600,
                "ModelLatencyThresholds": [
                    {"Percentile": "P95", "ValueInMilliseconds": 100}
                ],
            },
            "Tags": [],
        },
    )

    launched(
        aws,
        on=[smnb.RealTime("ml.m5.large"), smnb.Serverless(2048)],
        phases=[smnb.Phase(users=2, users_per_minute=0, duration_s=300)],
        environment={"OMP_NUM_THREADS": ["1", "2"]},
        stop_at_ms=100,
        stop_at_calls=600,
        container={"NearestModelName": "resnet50"},
    )

    assert aws.all_asked()


def test_package_is_named_by_its_arn(aws, uploaded):
    expected = {
        "ModelPackageVersionArn": PACKAGE,
        "ContainerConfig": ANY,
    }
    starts(
        aws,
        {
            "JobName": "try",
            "JobType": "Default",
            "RoleArn": ROLE,
            "InputConfig": expected,
            "Tags": [],
        },
    )

    launched(aws, smnb.Model(package=PACKAGE))

    assert aws.all_asked()


def test_payload_is_one_file_each_in_a_gzipped_archive(aws, uploaded):
    knows_model(aws)
    starts(aws, None)
    launched(aws)
    with tarfile.open(fileobj=io.BytesIO(uploaded[PLACE]), mode="r:gz") as archive:
        contents = {m.name: archive.extractfile(m).read() for m in archive}

    assert contents == {"payload-0": b'{"age": 42}'}


def test_payloads_of_two_types_are_refused(aws):
    knows_model(aws)

    with pytest.raises(InvalidInputError, match="one type"):
        smnb.load_test(
            smnb.Model.from_sagemaker("churn"),
            [{"age": 42}, b"\x00"],
            session=aws.session,
        )


def test_refused_job_leaves_no_payload(aws, uploaded, monkeypatch):
    gone = []
    monkeypatch.setattr(
        start._s3, "delete_prefix", lambda _, place: gone.append(str(place))
    )
    knows_model(aws)
    aws.answers("s3", "head_bucket", {"BucketRegion": REGION})
    aws.refuses(
        "sagemaker", "create_inference_recommendations_job", "ValidationException"
    )
    with pytest.raises(ServiceError):
        launched(aws)

    assert gone == [f"s3://{BUCKET}/smnb/load-tests/try"]


def test_nothing_starts_unless_it_is_agreed_to(aws, monkeypatch):
    monkeypatch.setattr(start, "_is_wanted", lambda: False)
    knows_model(aws)

    with pytest.raises(InvalidInputError, match="nobody agreed") as caught:
        launched(aws, confirm=None)
    assert "confirm=True" in caught.value.hint


@pytest.mark.parametrize(
    ("on", "words"),
    [
        pytest.param((), "up to 45 min", id="default-time"),
        pytest.param((), "Cost: unknown", id="default-cost"),
        pytest.param([smnb.RealTime("ml.m5.large")], "2 h on average", id="time"),
        pytest.param(
            [smnb.RealTime("ml.m5.large")], "ml.m5.large price unknown", id="region"
        ),
    ],
)
def test_time_and_cost_are_said_as_far_as_they_are_known(aws, on, words):
    plan = start.LoadPlan(on)

    assert words in "\n".join(start.expected(aws.session, plan))


def test_price_of_the_session_region_is_said():
    aws = Aws(region="us-east-1")
    plan = start.LoadPlan([smnb.RealTime("ml.m5.large")])

    assert "ml.m5.large $0.115/h" in "\n".join(start.expected(aws.session, plan))


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"phases": [smnb.Phase()]}, id="phases-without-computes"),
        pytest.param({"on": [smnb.Serverless()]}, id="no-size"),
        pytest.param({"on": [smnb.Async()]}, id="async"),
        pytest.param({"on": [smnb.RealTime("ml.t2.medium")]}, id="burstable"),
        pytest.param({"on": [smnb.RealTime()] * 11}, id="eleven"),
        pytest.param(
            {"on": [smnb.RealTime()], "max_duration_s": 18_001}, id="too-long"
        ),
        pytest.param(
            {
                "on": [smnb.RealTime()],
                "phases": [smnb.Phase(duration_s=3600)] * 3,
            },
            id="phases-longer-than-job",
        ),
        pytest.param(
            {"on": [smnb.RealTime()], "environment": {"A": "1"}}, id="value-no-list"
        ),
        pytest.param(
            {"on": [smnb.RealTime()], "environment": {"A": list("1234")}}, id="values"
        ),
        pytest.param({"name": "-try"}, id="name"),
    ],
)
def test_wrong_argument_is_refused_before_anything_starts(aws, options):
    knows_model(aws)

    with pytest.raises(InvalidInputError):
        launched(aws, **options)


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param({"users": 4}, id="users"),
        pytest.param({"users_per_minute": 4}, id="rate"),
        pytest.param({"duration_s": 119}, id="short"),
    ],
)
def test_phase_out_of_range_is_refused(numbers):
    with pytest.raises(InvalidInputError, match="out of range"):
        smnb.Phase(**numbers)


def test_folder_is_to_be_deployed_first(aws):
    with pytest.raises(InvalidInputError, match="not there yet") as caught:
        launched(aws, smnb.Model("faces/"))

    assert "smnb.deploy" in caught.value.hint


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda here: smnb.LoadTest("try", session=here), id="LoadTest"),
        pytest.param(
            lambda here: smnb.load_test("faces/", b"", session=here), id="load_test"
        ),
    ],
)
def test_local_backend_offers_the_benchmark(call):
    here = smnb.Session("http://127.0.0.1:1")

    with pytest.raises(ConfigurationError) as caught:
        call(here)
    assert "ep.benchmark(payload)" in caught.value.hint
