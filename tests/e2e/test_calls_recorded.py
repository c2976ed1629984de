"""Every AWS call of a whole life, recorded: what the policy allows, and what AWS gets."""

import os
import time

import pytest
from botocore import xform_name
from botocore.exceptions import ConnectionClosedError

import smnb
from smnb import _iam, _s3, _session, _spending, errors
from smnb._payload import Payload

ACCEPTS = 'ACCEPTS = ("application/json", "application/octet-stream")\n'
DOUBLE = (
    ACCEPTS
    + """
import json, time

def model_fn(model_dir):
    print("loaded")

def input_fn(body, content_type):
    if "sleep" in str(body):
        time.sleep(2)
    return {"size": len(body)}

def predict_fn(data, model):
    return data
"""
)
LARGE_BYTES = 40 * 1024 * 1024  # more than a request takes; three parts on S3
REGION = "eu-west-1"


class Recorder:
    """The calls that sessions make, in order, with their parameters."""

    def __init__(self):
        self.calls = []

    def attach(self, client):
        """Note every call of a client from here on."""
        service = client.meta.service_model.service_name

        def note(params, model, **_):
            kept = {k: b"" if k == "Body" else v for k, v in params.items()}
            self.calls.append((service, model.name, kept))

        def note_sent(request, **_):
            """Note what is sent without the client's own work on parameters."""
            name = request.url.split("/endpoints/")[1].split("/")[0]
            kept = {"EndpointName": name, "Body": b""}
            kept["ContentType"] = request.headers["Content-Type"]
            self.calls.append((service, "InvokeEndpoint", kept))

        events = client.meta.events
        events.register_first("before-parameter-build", note)
        events.register("before-send.sagemaker-runtime.InvokeEndpoint", note_sent)

    @property
    def names(self):
        return {f"{service}.{operation}" for service, operation, _ in self.calls}


class SentError(Exception):
    """In place of a request to AWS, which it holds."""

    def __init__(self, request):
        super().__init__(request.url)
        self.request = request


def broken_uploads(session, folder):
    """Have an upload break off, go on with it, and stop another in the middle."""
    content = folder / "large.bin"
    content.write_bytes(os.urandom(LARGE_BYTES))
    place = _s3.S3Uri(session.bucket(), "smnb/uploads")
    payload = Payload.of_file(content, "a/b")
    events = session.client("s3").meta.events

    def break_off(params, **_):
        if params["PartNumber"] == 2:
            raise ConnectionClosedError(endpoint_url="the test's")

    events.register("provide-client-params.s3.UploadPart", break_off)
    with pytest.raises(errors.SmnbError):
        _s3.upload(session, payload, place / "resumed")
    events.unregister("provide-client-params.s3.UploadPart", break_off)
    _s3.upload(session, payload, place / "resumed")

    def stop(_count):
        raise RuntimeError("stopped by the test")

    with pytest.raises(RuntimeError, match="stopped by the test"):
        _s3.upload(session, payload, place / "stopped", on_bytes=stop)
    assert _s3.delete_prefix(session, place) == 1


def whole_life(session, folder):
    """Deploy each compute, use it in every way, change it, and remove it."""
    assert session.account == "0" * 12
    model = folder / "model"
    (model / "code").mkdir(parents=True)
    (model / "code" / "inference.py").write_text(DOUBLE)
    twin = smnb.Async("ml.m5.large")
    with smnb.deploy(
        model, name="sparing", overflow=twin, ttl="2h", session=session
    ) as ep:
        used(ep)
        looked_at(ep)
        ep.update(memory_mb=3072)
        ep.to_realtime("ml.m5.large")
        ep.autoscale(1, 2)
        ep.extend(None)
        again = smnb.Model.from_sagemaker(ep._facts().models[0])
        with smnb.deploy(again, name="again", session=session):
            pass
    with smnb.deploy(model, smnb.RealTime("ml.m5.large"), name="b", session=session):
        pass
    with smnb.deploy(model, twin, name="patient", session=session) as ep:
        cancelled(ep)
    broken_uploads(session, folder)
    smnb.reap(session=session)


def used(ep):
    """Send requests on every route."""
    assert ep.invoke({"x": 1}) == {"size": 8}
    assert ep.submit({"x": 1}).result(60) == {"size": 8}
    assert ep.map([{"x": 1}, {"x": 2}]) == [{"size": 8}, {"size": 8}]
    assert list(ep.stream({"x": 1})) != []
    assert ep.invoke(bytes(LARGE_BYTES)) == {"size": LARGE_BYTES}


def looked_at(ep):
    """See what is known of an endpoint."""
    session = ep.session
    assert [e.name for e in smnb.endpoints(session=session)] != []
    assert "loaded" in "".join(ep.logs(since="1h"))
    assert ep.logs()
    assert ep.metrics() is not None
    assert ep.explain() is not None
    assert _spending.spent(session, ep._facts()) is not None
    assert smnb.doctor(session=session) is not None


def cancelled(ep):
    """Take a request back that waits in the queue, found again by its id."""
    job = ep.submit({"sleep": 1})
    while not found_again(job.id, ep.session):
        time.sleep(0.02)
    job.cancel()
    with pytest.raises(errors.JobCancelledError):
        job.result(30)


def found_again(identity, session):
    """Whether another process would find a job."""
    try:
        return smnb.job(identity, session=session)
    except errors.NotFoundError:
        return None


@pytest.fixture(scope="module")
def recorder(tmp_path_factory):
    """Return the recorded calls of a whole life on the local backend."""
    recorder = Recorder()
    make_client = _session.Session._make_client

    def make(self, service):
        client = make_client(self, service)
        recorder.attach(client)
        return client

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_session.Session, "_make_client", make)
        session = smnb.Session("local", bucket="recorded-calls")
        whole_life(session, tmp_path_factory.mktemp("recorded"))
    smnb.Session("local").client("s3").delete_bucket(Bucket="recorded-calls")
    return recorder


def test_calls_are_those_of_the_policy_table(recorder):
    rows = _iam._table()["calls"]
    expected = {name for name, row in rows.items() if not row.get("aws_only")}
    missing, never = recorder.names - set(rows), expected - recorder.names

    assert not missing, f"add rows to smnb/data/iam.json: {sorted(missing)}"
    assert not never, (
        "these rows of smnb/data/iam.json were not called: call them in whole_life, or "
        f'say "aws_only": true if only AWS has them: {sorted(never)}'
    )


def test_recorded_calls_are_allowed_to_the_caller(recorder):
    policy = smnb.iam_policy()
    allowed = {a for s in policy.caller["Statement"] for a in s["Action"]}
    rows = _iam._table()["calls"]
    needed = {action for name in recorder.names for action, _ in rows[name]["grants"]}

    assert needed <= allowed


def test_recorded_calls_are_what_aws_takes(recorder, monkeypatch):
    """Built anew for AWS: validated and serialized by botocore, and not sent."""

    def stop(request, **_):
        raise SentError(request)

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    session = smnb.Session("aws", region=REGION)
    hosts = set()
    for service, operation, params in recorder.calls:
        client = session.client(service)
        client.meta.events.register_first("before-send", stop, unique_id="stop")
        call = getattr(client, xform_name(operation))
        with pytest.raises(SentError) as sent:
            call(**params)
        hosts.add(sent.value.request.url.split("/")[2])
        assert "Authorization" in sent.value.request.headers

    assert all(f".{REGION}.amazonaws.com" in host for host in hosts)
