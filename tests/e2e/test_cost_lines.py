"""What a deploy costs is said in quote's words, at the prices of the session's region."""

import pytest

import smnb

pytestmark = pytest.mark.usefixtures("nothing_left")
HERE = "us-east-1"
ELSEWHERE = "eu-west-1"


@pytest.fixture
def session_in():
    return lambda region: smnb.Session("local", region=region)


@pytest.mark.parametrize(
    "compute", [smnb.Serverless(2048), smnb.RealTime("ml.m5.xlarge"), smnb.Async()]
)
def test_deploy_and_card_say_what_quote_says(write_model, session_in, capsys, compute):
    expected = smnb.quote(compute, region=HERE).cost
    with smnb.deploy(
        write_model(), compute, name="quoted", session=session_in(HERE)
    ) as ep:
        shown = ep._repr_html_()

    assert f"On AWS: {expected}\n" in capsys.readouterr().err
    assert expected in shown.replace("<span>$</span>", "$")


def test_deploy_says_the_cost_before_anything_is_uploaded(write_model, capsys):
    with smnb.deploy(write_model(), name="quoted"):
        said = capsys.readouterr().err

    assert said.index("On AWS: $") < said.index("uploaded to")


def test_update_says_both_prices(write_model, session_in, capsys):
    before, after = smnb.Serverless(2048), smnb.Serverless(3072)
    with smnb.deploy(
        write_model(), before, name="quoted", session=session_in(HERE)
    ) as ep:
        ep.update(memory_mb=3072)

    prices = [smnb.quote(compute, region=HERE).cost for compute in (before, after)]
    assert f"Price on AWS: {' → '.join(prices)}\n" in capsys.readouterr().err


def test_price_of_another_region_is_not_taken(write_model, session_in, capsys):
    with smnb.deploy(
        write_model(), name="unquoted", session=session_in(ELSEWHERE), budget_usd=5
    ) as ep:
        shown = ep._repr_html_()

    said = capsys.readouterr().err
    assert "On AWS: price unknown, $0 idle" in said
    assert f"smnb.prices.refresh() reads the prices of {ELSEWHERE}" in said
    assert "Its budget cannot be watched: price in eu-west-1 unknown" in said
    assert HERE not in shown
