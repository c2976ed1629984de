"""What is pushed: all at first, then what changes; and nothing is read for nobody."""

import asyncio
import json
import threading
import time

import pytest

import smnb
from smnb import _runtime_file
from smnb.jupyter.looking import LookingSession
from smnb.jupyter.watch import Watch


@pytest.fixture
def reads(monkeypatch):
    """Count how often endpoints are listed, and how often the daemon is asked."""
    counted = {"list": 0, "health": 0}
    list_, ask = Watch.read, _runtime_file.ask

    def count_list(self, told):
        counted["list"] += 1
        return list_(self, told)

    def count_ask(*args, **options):
        counted["health"] += 1
        return ask(*args, **options)

    monkeypatch.setattr(Watch, "read", count_list)
    monkeypatch.setattr(_runtime_file, "ask", count_ask)
    return counted


async def test_first_all_then_what_changes(open_stream, doubler):
    stream = await open_stream()
    first = await stream.next()
    await stream.until(lambda s: s.row("doubler"))
    assert first["full"]
    assert first["target"]["name"] == "local"
    assert first["burn"]["hypothetical"]

    doubler.extend("3h")
    await stream.until(lambda s: s.row("doubler")["ttl_ends_at"])

    later = stream.messages[1:]
    assert not any(message["full"] for message in later)
    assert [m["seq"] for m in stream.messages] == sorted(
        {m["seq"] for m in stream.messages}
    )


async def test_gone_is_told(open_stream, double, jp_root_dir):
    with smnb.deploy(jp_root_dir / double, name="short") as ep:
        stream = await open_stream()
        row = await stream.until(lambda s: s.row("short"))
        await asyncio.to_thread(ep.delete)
        await stream.until(lambda s: not s.row("short"))
    assert row["key"] in stream.messages[-1]["gone"]


async def test_two_windows_share_one_poller(open_stream, doubler, reads):
    one, two = await open_stream(), await open_stream()
    for stream in (one, two):
        await stream.until(lambda s: s.row("doubler"))
    pollers = [t for t in threading.enumerate() if t.name == "smnb-poller"]
    assert len([t for t in pollers if t.is_alive()]) == 1
    # What the second was sent is what the first was sent, and cost no further reading.
    assert one.row("doubler") == two.row("doubler")


async def test_nothing_is_asked_while_nobody_looks(open_stream, doubler, reads):
    stream = await open_stream()
    await stream.until(lambda s: s.row("doubler"))
    await stream.socket.write_message(json.dumps({"visible": False}))
    await asyncio.sleep(1.5)
    before = dict(reads)
    await asyncio.sleep(3)
    assert reads == before

    doubler.extend("3h")
    await stream.socket.write_message(json.dumps({"visible": True}))
    again = await stream.next()
    assert again["full"]
    await stream.until(lambda s: s.row("doubler")["ttl_ends_at"])
    stream.socket.close()
    await asyncio.sleep(1.5)
    before = dict(reads)
    await asyncio.sleep(3)
    assert reads == before


async def test_a_quiet_backend_is_asked_for_its_health_alone(
    open_stream, doubler, reads
):
    stream = await open_stream()
    await stream.until(lambda s: s.row("doubler"))
    before = {}
    for _ in range(4):  # once a minute its metrics are a change
        if reads["list"] == before.get("list"):
            break
        before = dict(reads)
        await asyncio.sleep(3)
    assert reads["health"] > before["health"]
    assert reads["list"] == before["list"]


def test_health_counts_changes_and_what_looks_makes_none(doubler):
    def changes():
        found = _runtime_file.read(_runtime_file.data_dir())
        return _runtime_file.health(found)["changes"]

    last, before = -1, changes()
    while last != before:  # what the deploy set off is still written
        time.sleep(0.5)
        last, before = before, changes()
    looking = LookingSession.like(doubler.session)
    listed = looking.client("sagemaker").list_endpoints()["Endpoints"]
    assert [one["EndpointName"] for one in listed] == ["doubler"]
    assert changes() == before
    doubler.extend("1h")
    assert changes() > before


@pytest.mark.parametrize("message", ["", "{", "[]", '{"visible": 1}', "x" * 1000])
async def test_message_that_is_none_ends_the_socket(open_stream, message):
    stream = await open_stream()
    await stream.socket.write_message(message)
    while await stream.socket.read_message() is not None:
        pass
    assert stream.socket.close_code == 1007


async def test_chosen_target_is_shown_until_it_is_given_up(
    ask, open_stream, monkeypatch, tmp_path
):
    config = tmp_path / "aws"
    config.write_text("[profile work]\nregion = eu-west-1\nsso_start_url = https://x\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    stream = await open_stream()
    first = await stream.next()
    assert [t["name"] for t in first["targets"]] == ["local", "aws work eu-west-1"]

    await ask("set_target", target="aws work eu-west-1")
    shown = await stream.until(lambda s: s.messages[-1]["problem"] and s.messages[-1])
    assert shown["target"]["kind"] == "aws"
    assert not shown["follows_kernel"]
    assert shown["problem"]["code"] == "signed-out"
    assert shown["problem"]["copy"] == "aws sso login --profile work"

    await ask("set_target", target=None)
    back = await stream.until(
        lambda s: s.messages[-1]["target"]["kind"] == "local" and s.messages[-1]
    )
    assert back["problem"] is None
    assert back["follows_kernel"]
