"""The asynchronous twin follows its endpoint: its model, its end, and its deletion."""

import time

import pytest

import smnb
from smnb import _hosting, errors

pytestmark = pytest.mark.usefixtures("nothing_left")

SIZE = "def model_fn(d): ...\ndef predict_fn(x, m): return len(x)"
NEGATIVE = "def model_fn(d): ...\ndef predict_fn(x, m): return -len(x)"
COUNT = 2_500_000


@pytest.fixture
def large(tmp_path):
    """Return a JSON list that no request takes."""
    path = tmp_path / "large.json"
    path.write_text("[" + "1," * (COUNT - 1) + "1]")
    return path


@pytest.fixture
def deploy(write_model):
    """Return a function that deploys a model with a twin for what is large."""

    def deploy(code=SIZE, **options):
        twin = smnb.Async("ml.m5.large")
        return smnb.deploy(write_model(code), name="pair", overflow=twin, **options)

    return deploy


def test_twin_takes_the_new_model_of_an_update(deploy, write_model, large):
    with deploy() as ep:
        assert ep.invoke(large) == COUNT
        ep.update(model=write_model(NEGATIVE))

        assert ep.invoke([1, 2]) == -2
        assert ep.invoke(large) == -COUNT


def test_twin_ends_with_its_endpoint(deploy, large):
    with deploy(ttl="1h") as ep:
        ep.extend("5h")
        ep.invoke(large)
        assert smnb.endpoint("pair-async").expires == ep.expires
        ep.extend("9h")

        assert smnb.endpoint("pair-async").expires == ep.expires


def test_twin_can_be_deleted_alone_and_comes_back(deploy, large):
    with deploy() as ep:
        ep.invoke(large)
        twin = smnb.endpoint("pair-async")
        assert "endpoint pair and its model" in repr(twin.delete(dry_run=True))
        twin.delete()

        assert [e.name for e in smnb.endpoints()] == ["pair"]
        assert ep.invoke([1]) == 1
        assert ep.invoke(large) == COUNT


def test_twin_is_deleted_when_its_endpoint_is_gone(deploy, large):
    ep = deploy()
    ep.invoke(large)
    _hosting.delete_endpoint(ep.session, "pair")
    while _hosting.find(ep.session, "pair"):
        time.sleep(0.05)

    smnb.Endpoint("pair").delete()
    assert smnb.endpoints() == []


def test_endpoint_of_somebody_else_is_not_taken_for_the_twin(
    deploy, write_model, large
):
    with deploy() as ep, smnb.deploy(write_model(NEGATIVE), name="pair-async") as other:
        with pytest.raises(errors.NameTakenError, match="not the twin of pair"):
            ep.invoke(large)

        assert other.status == "InService"
