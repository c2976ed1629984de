"""What is no request is refused in words, and what is too large is not kept."""

import json

import pytest

from smnb.jupyter import uploads

SOURCE = {"kind": "path", "path": "x.json"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"", "no JSON", id="nothing"),
        pytest.param(b"{", "no JSON", id="broken"),
        pytest.param(b"\xff", "no JSON", id="bytes"),
        pytest.param(b"[]", "must be", id="list"),
        pytest.param(b'{"name": "refresh"}', "must be", id="no-args"),
        pytest.param(b'{"name": "refresh", "args": [], "x": 1}', "must be", id="more"),
        pytest.param(b'{"name": "refresh", "args": []}', "an object", id="args-list"),
        pytest.param(b"[" * 100_000, "no JSON", id="deep"),
    ],
)
async def test_body_that_is_no_command(post, body, words):
    status, answer = await post("command", body=body)

    assert status == 400
    assert words in answer["problem"]["text"]
    assert answer["problem"]["code"] == "invalid"


@pytest.mark.parametrize("name", ["nope", "", "__class__", "_start", "close", "run"])
async def test_unknown_command(command, name):
    status, answer = await command(name)

    assert status == 404
    assert "no command" in answer["problem"]["text"]


@pytest.mark.parametrize(
    ("name", "args", "words"),
    [
        ("facts", {}, "has no name"),
        ("facts", {"name": 1}, "must be text"),
        ("facts", {"name": "a", "more": 1}, "nothing reads"),
        ("facts", {"name": "../../etc"}, ""),
        ("delete", {"names": []}, "no endpoint"),
        ("metrics", {"name": "a", "hours": 1.5}, "whole number"),
        ("metrics", {"name": "a", "hours": True}, "whole number"),
        ("cost", {"name": "a", "calls_per_month": -1, "choice": None}, ""),
        ("test", {"name": "a", "source": {"kind": "path"}, "route": None}, "no path"),
        ("test", {"name": "a", "source": SOURCE, "route": "by air"}, "one of"),
        ("extend", {"name": "a", "ttl": 3}, "must be text"),
        ("set_target", {"target": "mars"}, "no target"),
        ("stop", {"job": "0"}, "no such job"),
    ],
)
async def test_arguments_that_are_none(command, name, args, words):
    status, answer = await command(name, **args)

    assert status in (400, 404)
    assert words in answer["problem"]["text"]


async def test_file_outside_the_root_is_not_read(command, doubler, jp_root_dir):
    (jp_root_dir.parent / "secret.json").write_text('{"x": 1}')
    (jp_root_dir / "link.json").symlink_to(jp_root_dir.parent / "secret.json")
    for path in ("../secret.json", "/../secret.json", "link.json"):
        source = {"kind": "path", "path": path}
        status, answer = await command(
            "test", name="doubler", source=source, route=None
        )
        assert status == 400, answer
        assert "not below" in answer["problem"]["text"]


async def test_upload_is_described_and_sent(post, ask, doubler, secrets):
    status, kept = await post("upload", body=b'{"x": 4}', params={"name": "x.json"})
    assert status == 200
    assert (kept["name"], kept["bytes"]) == ("x.json", 8)
    assert kept["content_type"] == "application/json"

    source = {"kind": "upload", "id": kept["id"]}
    sent = await ask("test", name="doubler", source=source, route=None)

    assert json.loads(sent["reply"]["text"]) == {"double": 8}


@pytest.mark.parametrize("name", ["", "..", "a/..", "/"])
async def test_upload_without_a_name_is_refused(post, name):
    status, answer = await post("upload", body=b"x", params={"name": name})

    assert status == 400
    assert "no file's name" in answer["problem"]["text"]


async def test_upload_stays_in_its_folder(post, jp_serverapp):
    status, kept = await post("upload", body=b"x", params={"name": "../../x.txt"})

    assert (status, kept["name"]) == (200, "x.txt")
    commands = jp_serverapp.web_app.settings["smnb_commands"]
    assert commands.uploads.path(kept["id"]).parent.name == kept["id"]


async def test_upload_that_is_too_large_is_refused_and_removed(
    post, jp_serverapp, monkeypatch
):
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    status, answer = await post("upload", body=b"x" * 2000, params={"name": "x.bin"})

    assert status == 400
    assert "larger than 1 GB" in answer["problem"]["text"]
    commands = jp_serverapp.web_app.settings["smnb_commands"]
    folder = commands.uploads._folder
    assert list(folder.iterdir()) == []


async def test_forgotten_upload_is_told(command, doubler):
    source = {"kind": "upload", "id": "0" * 16}
    status, answer = await command("test", name="doubler", source=source, route=None)

    assert status == 404
    assert "Choose it again" in answer["problem"]["text"]


async def test_fault_is_told_by_its_kind_alone(command, jp_serverapp, monkeypatch):
    commands = jp_serverapp.web_app.settings["smnb_commands"]

    def fail(_):
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(commands, "_policy", fail)
    status, answer = await command("policy")

    assert status == 500
    assert "RuntimeError" in answer["problem"]["text"]
    assert "42" not in json.dumps(answer)
