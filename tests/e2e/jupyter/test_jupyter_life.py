"""From the form to the end of an endpoint, by commands and the stream alone."""

import asyncio
import io
import json

import pytest
from PIL import Image

import smnb
from smnb.jupyter import forms

SERVERLESS = {
    "kind": "serverless",
    "memory_mb": 2048,
    "instance_type": None,
    "instances": None,
}
LARGE = {**SERVERLESS, "memory_mb": 4096}
INSTANCE = {
    "kind": "realtime",
    "memory_mb": None,
    "instance_type": "ml.c5.large",
    "instances": 1,
}
HELLO = {"kind": "text", "text": '{"x": 21}', "content_type": None}
HANDLERS = "def model_fn(d): return None\ndef predict_fn(x, m): return x\n"
FORM = {"name": None, "choice": None, "calls_per_month": None, "twin": False}


async def test_endpoint_lives_and_ends(ask, open_stream, double, nothing_left, secrets):
    stream = await open_stream()
    form = await ask("form", path=double, ttl="2h", **FORM)
    assert form["ready"], form["checks"]
    assert form["choice"] == SERVERLESS
    assert form["code"].endswith('name="double", ttl="2h")')

    deploy = {"path": double, "name": "double", "choice": SERVERLESS}
    started = await ask("deploy", **deploy, twin=False, ttl="2h")
    job = await stream.ended(started)
    assert job["state"] == "done", job
    assert "double is in service after" in job["text"]
    assert "Deletes itself in 2 h." in job["text"]
    row = await stream.until(lambda s: s.row("double"))
    assert (row["status"], row["compute"]) == ("InService", "serverless 2 GB")
    assert (row["kind"], row["memory_mb"]) == ("serverless", 2048)
    assert row["model_path"] == double
    assert row["ttl_ends_at"] > row["created_at"]

    await send_a_request(ask, stream)
    await measure_it(ask, stream)
    await change_it(ask, stream)

    plan = await ask("plan_delete", names=["double"])
    assert {item["what"] for item in plan["items"]} >= {"endpoint", "model"}
    job = await stream.ended(await ask("delete", names=["double"]))
    assert job["text"].startswith("double is gone. Nothing left that costs."), job
    await stream.until(lambda s: not s.rows)
    said = json.dumps(stream.messages)
    assert not [secret for secret in secrets if secret in said]


async def send_a_request(ask, stream):
    plan = await ask("plan_test", name="double", source=HELLO, route=None)
    assert (plan["route"], plan["bytes"], plan["parts"]) == ("direct", 9, 1)
    sent = await ask("test", name="double", source=HELLO, route=None)
    assert (sent["state"], sent["can_stop"]) == ("done", False)
    reply = sent["reply"]
    assert json.loads(reply["text"]) == {"double": 42}
    assert (reply["content_type"], reply["usd"]) == ("application/json", 0.0)
    called = await stream.until(lambda s: s.row("double")["last_call_at"] and s)
    assert sum(filter(None, called.row("double")["requests_per_min"])) == 1


async def measure_it(ask, stream):
    plan = await ask("plan_measure", name="double")
    assert plan == {"text": [], "bills": False}
    job = await stream.ended(await ask("measure", name="double"))
    assert job["text"].startswith("Measured double: peak "), job
    cost = await ask("cost", name="double", calls_per_month=None, choice=None)
    assert cost["measure"] == "Measure here (local, free)"
    assert cost["peak"]["memory_mb"] > 1
    assert cost["sizes"][1]["p50_ms"] > 0


async def change_it(ask, stream):
    change = await ask(
        "plan_update", name="double", choice=LARGE, calls_per_month=1_000_000
    )
    assert (change["before"], change["after"]) == ("2 GB", "4 GB")
    assert change["usd_fraction"] == pytest.approx(1.0)
    assert (change["bound"], change["one_way"]) == ("max", False)
    started = await ask("update", name="double", choice=LARGE, calls_per_month=None)
    job = await stream.ended(started)
    assert job["text"].startswith("double runs serverless 4 GB."), job

    await stream.until(lambda s: s.row("double")["memory_mb"] == 4096)
    change = await ask(
        "plan_update", name="double", choice=INSTANCE, calls_per_month=None
    )
    assert change["one_way"]
    assert change["usd_per_hour_after"] == pytest.approx(0.102)


@pytest.mark.parametrize("path", ["", "nowhere", "double/code"])
async def test_form_of_no_model_says_why_and_is_not_ready(ask, double, path):
    form = await ask("form", path=path, ttl=None, **FORM)

    assert not form["ready"]
    (check,) = form["checks"]
    assert (check["ok"], bool(check["fix"])) == (False, True)


async def test_form_of_a_large_folder_is_made_without_packing_it(
    ask, double, jp_root_dir, monkeypatch
):
    # Of this one no peak was measured, which would choose another size.
    (jp_root_dir / double / "code" / "notes.txt").write_text("never deployed")
    packed = await ask("form", path=double, ttl=None, **FORM)
    monkeypatch.setattr(forms, "_PACKED_AT_ONCE_BYTES", 10)
    monkeypatch.setattr(forms._source, "artifact_of", None)
    looked_at = await ask("form", path=f"{double}/", ttl=None, **FORM)

    assert looked_at["ready"]
    assert looked_at["choice"] == packed["choice"]
    assert looked_at["cost"]["peak"] is None


async def test_failed_deploy_is_told_with_cause_and_fix(
    ask, open_stream, jp_root_dir, nothing_left
):
    code = jp_root_dir / "broken" / "code"
    code.mkdir(parents=True)
    (code / "inference.py").write_text(f"import cv3\n{HANDLERS}")
    stream = await open_stream()

    deploy = {"path": "broken", "name": "broken", "choice": SERVERLESS}
    job = await stream.ended(await ask("deploy", **deploy, twin=False, ttl=None))

    assert job["state"] == "failed"
    assert job["text"].startswith("broken did not start: inference.py imports cv3")
    assert job["fix"].endswith("Nothing was left behind.")
    assert not job["can_stop"]


async def test_failed_endpoint_is_listed_with_cause_and_fix(open_stream, jp_root_dir):
    code = jp_root_dir / "dies" / "code"
    code.mkdir(parents=True)
    (code / "inference.py").write_text(f"import cv3\n{HANDLERS}")
    with smnb.deploy(jp_root_dir / "dies", name="dies", wait=False):
        stream = await open_stream()
        row = await stream.until(
            lambda s: s.row("dies") and s.row("dies")["failure"] and s.row("dies")
        )
    assert (row["status"], row["attention"]) == ("Failed", 0)
    assert "cv3" in row["failure"]["cause"]
    assert "requirements.txt" in row["failure"]["fix"]
    assert "ping health check" in row["failure"]["reason"]


async def test_stopped_deploy_leaves_nothing_it_does_not_name(
    ask, open_stream, jp_root_dir
):
    code = jp_root_dir / "slow" / "code"
    code.mkdir(parents=True)
    (code / "inference.py").write_text(f"import time\ntime.sleep(4)\n{HANDLERS}")
    stream = await open_stream()
    deploy = {"path": "slow", "name": "slow", "choice": SERVERLESS}
    started = await ask("deploy", **deploy, twin=False, ttl=None)
    row = await stream.until(lambda s: s.row("slow"))
    assert row["status"] == "Creating"
    assert (row["phase"]["of"], row["phase"]["index"] >= 3) == (4, True)

    await ask("stop", job=started["job"])
    job = await stream.ended(started)

    assert job["state"] == "stopped"
    assert "there remain: endpoint slow" in job["text"]
    await stream.until(lambda s: not s.row("slow"))  # as soon as that is possible


@pytest.fixture
def counted(double, jp_root_dir):
    """Deploy an endpoint whose name had no calls before."""
    with smnb.deploy(jp_root_dir / double, smnb.Serverless(2048), name="counted") as ep:
        yield ep


async def test_what_is_told_of_an_endpoint(ask, counted, secrets):
    for x in range(3):
        counted.invoke({"x": x})
    facts = await ask("facts", name="counted")
    assert facts["takes"]["accepts"] == ["application/json", "text/csv"]
    assert facts["takes"]["request_bytes"] == 4 * 1024 * 1024
    assert 'smnb.endpoint("counted")' in facts["code"]
    cost = await ask("cost", name="counted", calls_per_month=1e6, choice=None)
    sizes = {size["memory_mb"]: size for size in cost["sizes"]}
    assert sizes[2048]["bound"] == "exact"
    assert sizes[1024]["bound"] == "unknown"
    assert sizes[3072]["bound"] == "max"
    assert sizes[3072]["usd_per_1k"] == pytest.approx(1.5 * sizes[2048]["usd_per_1k"])
    assert cost["now_usd_per_month"] == pytest.approx(1000 * cost["now_usd_per_1k"])
    assert cost["measured_calls_per_month"] > 0
    metrics = await ask("metrics", name="counted", hours=1)
    charts = {chart["key"]: chart for chart in metrics["charts"]}
    assert sum(filter(None, charts["requests"]["series"][0]["values"])) == 3
    assert charts["requests"]["says"] == "3 calls."
    log = await ask("logs", name="counted", after=None)
    assert [line["level"] for line in log["lines"][-3:]] == ["warning"] * 3
    counted.invoke({"x": 9})
    more = await ask("logs", name="counted", after=log["next"])
    assert [line["text"] for line in more["lines"]] == ["WARNING doubling {'x': 9}"]
    said = json.dumps([facts, cost, metrics, log])
    assert not [secret for secret in secrets if secret in said]


async def test_time_to_live_is_moved(ask, doubler):
    await ask("extend", name="doubler", ttl="5h")
    facts = await ask("facts", name="doubler")

    assert facts["ttl_ends_at"] == pytest.approx(
        doubler.expires.timestamp() * 1000, abs=1000
    )


async def test_model_that_fails_is_told_in_its_words(ask, doubler):
    source = {"kind": "text", "text": '{"y": 1}', "content_type": None}
    sent = await ask("test", name="doubler", source=source, route=None)

    assert (sent["state"], sent["reply"]) == ("failed", None)
    assert "KeyError" in sent["problem"]["text"]


async def test_demo_comes_and_answers(ask, open_stream, post):
    stream = await open_stream()
    job = await stream.ended(await ask("demo"))
    assert job["state"] == "done", job
    picture = io.BytesIO()
    Image.new("L", (24, 24)).save(picture, "PNG")
    body = picture.getvalue()
    status, kept = await post("upload", body=body, params={"name": "dark.png"})
    assert (status, kept["width"]) == (200, 24)
    source = {"kind": "upload", "id": kept["id"]}
    sent = await ask("test", name=job["endpoint"], source=source, route=None)
    assert [box["label"] for box in sent["reply"]["boxes"]] == ["brightest"]
    await stream.ended(await ask("delete", names=[job["endpoint"]]))


async def test_request_through_s3_is_followed_to_its_answer(
    ask, open_stream, double, jp_root_dir
):
    """The endpoint takes 4 MB; its twin, made when it is first needed, takes the rest."""
    stream = await open_stream()
    deploy = {"path": double, "name": "twice", "choice": SERVERLESS}
    await stream.ended(await ask("deploy", **deploy, twin=True, ttl=None))
    (jp_root_dir / "large.json").write_text(json.dumps({"x": 4, "y": "z" * 5_000_000}))
    large = {"name": "twice", "source": {"kind": "path", "path": "large.json"}}

    plan = await ask("plan_test", **large, route=None)
    assert (plan["route"], plan["possible"]) == ("s3", ["s3"])
    assert plan["needs_twin"]["name"] == "twice-async"
    sent = await ask("test", **large, route=None)
    assert (sent["route"], sent["can_stop"]) == ("s3", sent["state"] == "running")
    state = await until_ended(ask, "twice", sent)
    assert json.loads(state["reply"]["text"]) == {"double": 8}
    assert state["output_uri"].startswith("s3://")
    assert state["uploaded_bytes"] == state["total_bytes"]
    assert 0 < state["upload_s"] < 30
    assert 0 <= state["queue_s"] < 30

    row = await stream.until(
        lambda s: s.row("twice")["twin"]["instances_up"] and s.row("twice")
    )
    assert row["twin"]["usd_per_hour"] == pytest.approx(0.23)
    assert not stream.row("twice-async")
    assert not (await ask("plan_test", **large, route=None))["needs_twin"]
    await stream.ended(await ask("delete", names=["twice"]))


async def until_ended(ask, name, sent):
    """Ask how far a request is until it is no longer on its way."""
    for _ in range(200):
        told = await ask("pending", name=name, id=sent["id"])
        if told["state"] != "running":
            return told
        await asyncio.sleep(0.1)
    raise TimeoutError(told)
