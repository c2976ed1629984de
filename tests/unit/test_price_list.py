"""`prices.refresh`: the answers of the AWS Price List API, in their full shape."""

import json

import pytest
from botocore.stub import Stubber

from smnb import _price_list, prices
from smnb._compute import RealTime, Serverless
from smnb._quote import quote
from smnb._session import Session
from smnb._target import Target
from smnb.errors import ConfigurationError, NotFoundError


def product(family, usd, unit, *, free_first=False, **attributes):
    """One item of a PriceList, as AWS writes it: a JSON text."""
    sku = "JDZQJFUVUR8SUWHS"
    rates = {
        f"{sku}.JRTCKXETXF.6YS6EN2CT7": {
            "rateCode": f"{sku}.JRTCKXETXF.6YS6EN2CT7",
            "unit": unit,
            "beginRange": "0",
            "endRange": "Inf",
            "description": "as listed",
            "appliesTo": [],
            "pricePerUnit": {"USD": usd},
        }
    }
    if free_first:
        rates[f"{sku}.JRTCKXETXF.FREE"] = {
            "unit": unit,
            "pricePerUnit": {"USD": "0.0000000000"},
        }
    return json.dumps(
        {
            "product": {
                "sku": sku,
                "productFamily": family,
                "attributes": {
                    "servicecode": "AmazonSageMaker",
                    "servicename": "Amazon SageMaker",
                    "regionCode": "eu-west-1",
                    "location": "EU (Ireland)",
                    **attributes,
                },
            },
            "serviceCode": "AmazonSageMaker",
            "terms": {
                "OnDemand": {
                    f"{sku}.JRTCKXETXF": {
                        "sku": sku,
                        "offerTermCode": "JRTCKXETXF",
                        "effectiveDate": "2026-11-01T00:00:00Z",
                        "priceDimensions": rates,
                        "termAttributes": {},
                    }
                }
            },
            "version": "20261103201010",
            "publicationDate": "2026-11-03T20:10:10Z",
        }
    )


INSTANCES = [
    product(
        "ML Instance",
        "0.2570000000",
        "Hrs",
        component="Hosting",
        instanceName="ml.m5.xlarge",
        instanceType="ml.m5.xlarge-Hosting",
        vCpu="4",
        memory="16 GiB",
        usagetype="EU-Host:ml.m5.xlarge",
    ),
    product(
        "ML Instance",
        "0.9990000000",
        "Hrs",
        component="Hosting",
        instanceName="ml.m5.xlarge",
        usagetype="EU-AsyncInf:ml.m5.xlarge",
    ),
]
SERVERLESS = [
    product(
        "ML Serverless", "0.0000220000", "seconds", usagetype="EU-ServerlessInf:Mem-1GB"
    ),
    product(
        "ML Serverless", "0.0000660000", "seconds", usagetype="EU-ServerlessInf:Mem-3GB"
    ),
    product(
        "ML Serverless",
        "0.5000000000",
        "seconds",
        usagetype="EU-ProvisionedConcurrency:Mem-1GB",
    ),
]
VOLUME = [
    product(
        "ML Instance",
        "0.1540000000",
        "GB-Mo",
        volumeType="General Purpose-Hosting",
        usagetype="EU-Host:VolumeUsage.gp2",
    )
]
DATA = [
    product(
        "ML Instance",
        "0.0160000000",
        "GB",
        free_first=True,
        operation="Invoke-Endpoint",
        group=group,
        usagetype=f"EU-Hosting:Data-Bytes-{way}",
    )
    for group, way in (("Hosting:IN", "In"), ("Hosting:OUT", "Out"))
]


@pytest.fixture
def aws(monkeypatch, tmp_path):
    """Give an AWS session whose price list answers what the test says."""
    monkeypatch.setenv("SMNB_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    session = Session("aws", region="eu-west-1")
    asked = Session("aws", region="us-east-1")
    stub = Stubber(asked.client("pricing"))
    monkeypatch.setattr(_price_list, "Session", lambda *_, **__: asked)
    prices._table.cache_clear()
    with stub:
        yield session, stub
    prices._table.cache_clear()


def answer(stub, filters, pages):
    rows = [
        {"Type": "TERM_MATCH", "Field": field, "Value": value}
        for field, value in {"regionCode": "eu-west-1", **filters}.items()
    ]
    for i, page in enumerate(pages):
        expected = {"ServiceCode": "AmazonSageMaker", "Filters": rows}
        if i:
            expected["NextToken"] = str(i)
        body = {"FormatVersion": "aws_v1", "PriceList": page}
        if i + 1 < len(pages):
            body["NextToken"] = str(i + 1)
        stub.add_response("get_products", body, expected)


def test_refresh_keeps_what_aws_lists(aws):
    session, stub = aws
    filters = _price_list._FILTERS
    answer(stub, filters["instances"], [INSTANCES[:1], INSTANCES[1:]])
    answer(stub, filters["serverless"], [SERVERLESS])
    answer(stub, filters["volume"], [VOLUME])
    answer(stub, filters["data"], [DATA])

    _price_list.refresh(session=session)

    stub.assert_no_pending_responses()
    hour = prices.instance_hour("ml.m5.xlarge", "eu-west-1")
    assert (hour.usd, hour.as_of, hour.region) == (0.257, "2026-11-03", "eu-west-1")
    assert "EU-Host:ml.m5.xlarge" in hour.source
    made = quote(Serverless(3072), duration_s=1, region="eu-west-1")
    assert made.usd_per_call == pytest.approx(0.000066)
    month = quote(
        RealTime("ml.m5.xlarge"),
        calls_per_month=1024,
        payload_mb=1,
        storage_gb=10,
        region="eu-west-1",
    )
    assert month.usd_per_month == pytest.approx(0.257 * 730 + 1.54 + 0.016)


def test_refresh_that_finds_nothing_changes_nothing(aws, tmp_path):
    session, stub = aws
    for filters in _price_list._FILTERS.values():
        answer(stub, filters, [[]])

    with pytest.raises(NotFoundError, match="eu-west-1"):
        _price_list.refresh(session=session)

    assert not (tmp_path / "prices").exists()


def test_refresh_never_asks_aws_for_a_local_session():
    session = Session("aws")
    session.target = Target("local", endpoint_url="http://127.0.0.1:9", bills=False)

    with pytest.raises(ConfigurationError, match="AWS"):
        _price_list.refresh(session=session)
