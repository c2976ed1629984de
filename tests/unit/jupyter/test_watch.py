"""AWS is asked for a list alone while nothing changes, and CloudWatch once a minute."""

from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from smnb._kernel_note import Note
from smnb.errors import ServiceError
from smnb.jupyter import watch as watching
from smnb.jupyter.jobs import Jobs
from smnb.jupyter.reader import Reader
from smnb.jupyter.watch import Watch

CREATED = datetime(2026, 11, 30, 9, 0, tzinfo=timezone.utc)
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/faces"
NO_METRICS = {"MetricDataResults": []}


def listed(status="InService", modified=CREATED):
    row = {
        "EndpointName": "faces",
        "EndpointArn": ARN,
        "EndpointStatus": status,
        "CreationTime": CREATED,
        "LastModifiedTime": modified,
    }
    return {"Endpoints": [row]}


class Aws:
    """AWS with one endpoint, which answers as often as it is told."""

    def __init__(self, aws):
        self.aws = aws()
        self.watch = Watch(self.aws.session, {})

    def lists(self, **changes):
        self.aws.answers("sagemaker", "list_endpoints", listed(**changes))
        return self

    def describes(self, status="InService", modified=CREATED, config="faces-1"):
        row = listed(status, modified)["Endpoints"][0]
        self.aws.answers(
            "sagemaker", "describe_endpoint", {**row, "EndpointConfigName": config}
        )
        self.aws.answers("sagemaker", "list_tags", {"Tags": []})
        config_arn = (
            f"arn:aws:sagemaker:eu-west-1:123456789012:endpoint-config/{config}"
        )
        variant = {
            "VariantName": "AllTraffic",
            "ModelName": "faces-1",
            "ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5},
        }
        self.aws.answers(
            "sagemaker",
            "describe_endpoint_config",
            {
                "EndpointConfigName": config,
                "EndpointConfigArn": config_arn,
                "ProductionVariants": [variant],
                "CreationTime": CREATED,
            },
        )
        return self

    def measures(self, times=1):
        for _ in range(times):
            self.aws.answers("cloudwatch", "get_metric_data", NO_METRICS)
        return self

    def read(self):
        """Read; whatever was not told to be answered fails the test."""
        told = []
        self.watch.read(lambda: told.append(len(self.watch.seen)))
        assert self.aws.all_asked()
        return told


@pytest.fixture
def one(aws):
    return Aws(aws)


def test_first_all_then_the_list_alone(one):
    # Two of CloudWatch: the last half hour, and once when it was last called.
    assert one.lists().describes().measures(2).read() == [1]
    (seen,) = one.watch.seen
    assert (seen.found.memory_mb, seen.use.last_call_at) == (2048, None)

    for _ in range(3):
        assert one.lists().read() == []
    assert not one.watch.changing


def test_what_changed_is_described_again(one):
    one.lists().describes().measures(2).read()
    later = CREATED + timedelta(hours=1)

    one.lists(status="SystemUpdating", modified=later)
    one.describes("SystemUpdating", later).read()

    assert one.watch.changing
    assert one.watch.seen[0].found.status == "SystemUpdating"


def test_gone_is_forgotten_without_a_question(one):
    one.lists().describes().measures(2).read()
    one.aws.answers("sagemaker", "list_endpoints", {"Endpoints": []})
    one.read()

    assert one.watch.seen == []


def test_cloudwatch_is_asked_once_a_minute(one, monkeypatch):
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(watching.time, "monotonic", lambda: clock.now)
    one.lists().describes().measures(2).read()
    clock.now += 30
    one.lists().read()
    clock.now += 31
    one.lists().describes().measures(1).read()  # the tags are old by then, too


def test_many_endpoints_cost_no_more():
    watch = Watch(SimpleNamespace(target=SimpleNamespace(bills=True)), {})

    every_s = watch._use_every_s(500)
    assert watch._use_every_s(10) == 60
    assert 500 * 6 / (every_s / 60) == pytest.approx(100)


def test_without_the_right_to_read_metrics_the_rest_is_shown(one):
    one.lists().describes()
    one.aws.refuses("cloudwatch", "get_metric_data", "AccessDenied")
    one.read()

    assert one.watch.seen[0].use is None


def test_creating_asks_whether_a_container_writes(one):
    one.lists(status="Creating").describes("Creating")
    begun = {"logStreamName": "s", "lastEventTimestamp": 1}
    one.aws.answers("logs", "describe_log_streams", {"logStreams": [begun]})
    one.read()
    assert not one.watch.seen[0].has_begun  # that was an endpoint before it

    one.lists(status="Creating")
    begun["lastEventTimestamp"] = int(CREATED.timestamp() * 1000) + 5
    one.aws.answers("logs", "describe_log_streams", {"logStreams": [begun]})
    one.read()
    assert one.watch.seen[0].has_begun

    assert one.lists(status="Creating").read() == []


def place(session):
    """Return a place on AWS."""
    note = Note("aws")
    target = {"region": "eu-west-1", "name": "aws"}
    return SimpleNamespace(
        note=note,
        follows_kernel=True,
        session=lambda: SimpleNamespace(account="123456789012"),
        looking=lambda: session,
        target=lambda: dict(target),
        targets=list,
        local_daemon=lambda: None,
    )


def test_throttled_keeps_the_rows_and_waits_longer_each_time(one):
    reader = Reader(place(one.aws.session), {})
    jobs = Jobs(lambda: None)
    one.lists().describes().measures(2)
    reader.read(lambda: None, anew=False)
    assert reader.left_s == pytest.approx(30, abs=1)

    for wait_s in (8, 16, 32, 60, 60):
        one.aws.refuses("sagemaker", "list_endpoints", "ThrottlingException")
        reader.read(lambda: None, anew=False)
        assert reader.left_s == pytest.approx(wait_s, abs=1)
        shown = reader.snapshot(jobs)
        assert [row["name"] for row in shown["rows"]] == ["faces"]
        assert shown["problem"]["code"] == "throttled"
        assert shown["problem"]["retry_at"] > shown["at"]
        assert shown["stale_since"] < shown["at"]

    one.lists()
    reader.read(lambda: None, anew=False)
    assert reader.snapshot(jobs)["problem"] is None
    assert reader.snapshot(jobs)["stale_since"] is None


def test_while_something_changes_it_looks_sooner(one):
    reader = Reader(place(one.aws.session), {})
    one.lists(status="Updating").describes("Updating").measures(2)
    reader.read(lambda: None, anew=False)

    assert reader.left_s == pytest.approx(2, abs=0.5)


def test_local_backend_that_never_ran_is_not_started():
    def refuse():
        raise ServiceError("It was started.", hint="It must not be.")

    idle = place(None)
    idle.note = Note("local")
    idle.looking = refuse
    reader = Reader(idle, {})
    reader.read(lambda: None, anew=False)
    shown = reader.snapshot(Jobs(lambda: None))

    assert (shown["rows"], shown["problem"]) == ([], None)


def test_update_is_described_again_since_its_steps_are_not_listed(one, monkeypatch):
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(watching.time, "monotonic", lambda: clock.now)
    one.lists(status="Updating").describes("Updating").measures(2).read()
    clock.now += 3
    one.lists(status="Updating").read()
    clock.now += 3
    one.lists(status="Updating").describes("Updating").read()
