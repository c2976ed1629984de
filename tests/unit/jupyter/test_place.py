"""The panel shows what the notebook uses, unless somebody chose another place."""

import json
import os
from types import SimpleNamespace

import pytest

from smnb import _kernel_note
from smnb._kernel_note import Note
from smnb.errors import NotFoundError
from smnb.jupyter.place import Place, name_of

CONFIG = """
[default]
region = us-east-1
[profile work]
region = eu-west-1
[profile nowhere]
output = json
"""


@pytest.fixture
def configured(no_settings, tmp_path, monkeypatch):
    (tmp_path / "config").write_text(CONFIG)
    monkeypatch.delenv("SMNB_TARGET", raising=False)


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(_kernel_note, "_left", None)
    return tmp_path


def session(target="aws", **given):
    """Return what a note is left on: a session's arguments and its region."""
    names = ("profile", "region", "role", "bucket")
    arguments = {name: given.get(name) for name in names}
    return SimpleNamespace(
        __reduce__=lambda: (None, (target, arguments)),
        target=SimpleNamespace(bills=target == "aws"),
        region=given.get("region"),
    )


class Reduced:
    """A session that tells its arguments as pickle would be told."""

    def __init__(self, inner):
        self.target, self.region = inner.target, inner.region
        self._reduced = inner.__reduce__

    def __reduce__(self):
        return self._reduced()


def test_without_a_kernel_the_environment_decides(configured, monkeypatch):
    assert Place(noted=lambda: None).target()["name"] == "local"

    monkeypatch.setenv("SMNB_TARGET", "aws")
    monkeypatch.setenv("AWS_PROFILE", "work")
    target = Place(noted=lambda: None).target()
    assert (target["kind"], target["profile"]) == ("aws", "work")


def test_kernel_decides_until_somebody_chooses(configured):
    place = Place(noted=lambda: Note("aws", "work", "eu-west-1"))
    assert place.follows_kernel
    assert place.target() == {
        "name": "aws work eu-west-1",
        "kind": "aws",
        "profile": "work",
        "region": "eu-west-1",
        "account_last4": None,
    }

    place.choose("local")
    assert not place.follows_kernel
    assert place.target()["name"] == "local"

    place.choose(None)
    assert place.target()["name"] == "aws work eu-west-1"


def test_profiles_with_a_region_are_offered(configured):
    place = Place(noted=lambda: Note("aws", "work", "ap-south-1"))
    names = [target["name"] for target in place.targets()]

    assert names == [
        *("local", "aws us-east-1", "aws work eu-west-1", "aws work ap-south-1")
    ]
    assert "nowhere" not in json.dumps(place.targets())


def test_unknown_place_is_refused_with_those_there_are(configured):
    with pytest.raises(NotFoundError, match="aws work eu-west-1"):
        Place(noted=lambda: None).choose("mars")


def test_session_of_aws_never_asks_at_the_keyboard(configured):
    place = Place(noted=lambda: Note("aws", "work", "eu-west-1", bucket="ours"))
    made = place.session()

    assert (made.region, made.bucket_name()) == ("eu-west-1", "ours")
    assert made.creates_bucket is False
    assert place.session() is made
    assert place.looking() is not made
    assert place.looking().profile == "work"


def test_broken_configuration_offers_local_alone(no_settings, tmp_path):
    (tmp_path / "config").write_text("no section = 1\n")

    assert [t["name"] for t in Place(noted=lambda: None).targets()] == ["local"]


def test_note_is_left_in_a_kernel_alone(runtime, monkeypatch):
    one = Reduced(session("local"))
    _kernel_note.leave(one)
    assert _kernel_note.newest() is None

    monkeypatch.setattr(_kernel_note, "_is_kernel", lambda: True)
    _kernel_note.leave(one)
    (path,) = runtime.glob("smnb-kernel-*.json")
    assert path.stat().st_mode & 0o777 == 0o600
    assert _kernel_note.newest() == Note("local")


def test_note_holds_names_and_no_secret(runtime, monkeypatch, configured):
    monkeypatch.setattr(_kernel_note, "_is_kernel", lambda: True)
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush-hush")
    _kernel_note.leave(Reduced(session(region="eu-west-1", bucket="ours")))

    (path,) = runtime.glob("smnb-kernel-*.json")
    assert json.loads(path.read_text()) == {
        "target": "aws",
        "profile": "work",
        "region": "eu-west-1",
        "role": None,
        "bucket": "ours",
    }


def test_note_of_a_kernel_that_is_gone_does_not_count(runtime):
    path = runtime / "smnb-kernel-999999999.json"
    path.write_text('{"target": "aws"}')

    assert _kernel_note.newest() is None
    assert not path.exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"target": 1}', '{"target": ["aws"]}']
)
def test_note_that_is_none_is_passed_over(runtime, text):
    (runtime / f"smnb-kernel-{os.getpid()}.json").write_text(text)

    assert _kernel_note.newest() is None


@pytest.mark.parametrize(
    ("note", "name"),
    [
        (Note("local", region="eu-west-1"), "local"),
        (Note("http://127.0.0.1:5000"), "http://127.0.0.1:5000"),
        (Note("aws"), "aws"),
    ],
)
def test_names(note, name):
    assert name_of(note) == name
