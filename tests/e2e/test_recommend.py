"""`recommend` from what is real: a folder's size, an endpoint's calls and its peak."""

from pathlib import Path

import pytest

import smnb
from smnb import prices

HUNGRY = Path(__file__).parents[1] / "models" / "hungry"


def test_recommend_takes_the_unpacked_size_of_a_folder(write_model):
    folder = write_model(weights=bytes(3_000_000_000 // 1000))

    made = smnb.recommend(model=folder)

    assert made.workload.memory_basis == "unpacked"
    assert 2.8 < made.workload.memory_mb < 3


def test_recommend_takes_the_measured_peak_and_traffic_of_an_endpoint():
    with smnb.deploy(HUNGRY, smnb.Serverless(3072), name="hungry-advice") as ep:
        for _ in range(2):
            ep.invoke(1600)

        made = smnb.recommend(model=ep, traffic=ep)

    assert made.workload.memory_basis == "measured"
    assert made.workload.memory_mb > 1600
    assert made["serverless"].compute.memory_mb >= 2048
    assert made.workload.duration_s > 0.2
    assert made.workload.calls_per_month > 0
    assert "You would have paid on AWS: " in repr(made)


def test_recommend_takes_the_prices_of_an_endpoints_region(write_model):
    row = {**vars(prices.instance_hour("ml.m5.large")), "region": "eu-west-1"}
    kept = prices.keep(
        "eu-west-1", {"instances": {"ml.m5.large": row | {"usd": 0.128}}}
    )
    session = smnb.Session("local", region="eu-west-1")
    try:
        with smnb.deploy(write_model(), name="elsewhere", session=session) as ep:
            made = smnb.recommend(model=ep)
    finally:
        kept.unlink()
        prices._table.cache_clear()

    assert made["realtime"].usd_per_month == pytest.approx(0.128 * 730)
    assert "eu-west-1" in repr(made)


def test_recommend_knows_no_framework_of_what_lies_on_s3(write_model):
    known = write_model(name="first", **{"model.joblib": b"1"})
    on_s3 = smnb.Model("s3://bucket/model.tar.gz", image="i")

    made = smnb.recommend(model=[known, on_s3])

    assert made.workload.frameworks is None


def test_recommend_knows_how_many_frameworks_there_are(write_model):
    first = write_model(name="first", **{"model.joblib": b"1"})
    second = write_model(name="second", **{"model.pth": b"2"})

    made = smnb.recommend(model=[first, second])

    assert (made.workload.models, made.workload.frameworks) == (2, 2)


def test_recommend_takes_an_endpoint_on_a_gpu_as_one_that_needs_it(write_model):
    compute = smnb.RealTime("ml.g4dn.xlarge")
    with smnb.deploy(write_model(), compute, name="on-a-gpu") as ep:
        made = smnb.recommend(model=ep)
        other = smnb.recommend(model=ep, gpu=False)

    assert made.compute == compute
    assert not made["serverless"].possible
    assert other["serverless"].possible


def test_recommend_takes_an_image_for_gpus_as_one_that_needs_them():
    image = (
        "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.5.1-gpu-py311"
    )

    made = smnb.recommend(model=smnb.Model("s3://b/m.tar.gz", image=image))

    assert made.workload.gpu
    assert not made["serverless"].possible
