"""Measuring from the panel: with what was sent last, free here, for a price on AWS."""

import re

from playwright.sync_api import expect

import smnb

SIX_SIZES = re.compile(r"Measured priced: peak .*, \d GB is the best of 6 sizes")


def send(lab, text):
    """Send a text under Test, and wait for its answer."""
    lab.panel.get_by_role("tab", name="Test").click()
    lab.panel.get_by_text("Text", exact=True).click()
    lab.panel.get_by_role("textbox").fill(text)
    lab.panel.get_by_role("button", name="Send", exact=True).click()
    expect(lab.panel.get_by_text(re.compile(r"2(\.0)?,\s+4(\.0)?"))).to_be_visible()
    lab.panel.get_by_role("tab", name="Cost").click()


def test_measured_here_with_what_was_sent_last(lab, endpoint, look):
    endpoint("double", "tallies")
    lab.open_endpoint("tallies", "Cost")
    measure = lab.panel.get_by_role("button", name="Measure here (local, free)")
    measure.click()
    expect(lab.panel).to_contain_text("tallies has answered nothing yet")
    look(lab, "measure-nothing-sent")

    send(lab, "[1, 2]")
    measure.click()
    expect(lab.panel).to_contain_text("Measured tallies: peak")
    expect(lab.panel.locator(".smnb-rung-line").first).to_be_visible()
    expect(measure).to_be_visible()
    expect(lab.toasts).to_contain_text("Measured tallies: peak")
    look(lab, "measured")


def test_measuring_on_aws_asks_with_its_price_and_leaves_nothing(
    lab, aws, endpoint, look
):
    endpoint("double", "priced")
    lab.target("AWS work · us-east-1")
    lab.open_endpoint("priced", "Cost")
    send(lab, "[1, 2]")
    measure = lab.panel.get_by_role("button", name="Measure all sizes on AWS…")
    measure.click()
    expect(lab.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    expect(lab.dialog).to_contain_text("GB are made beside it")
    expect(lab.dialog).to_contain_text(re.compile(r"about \$0\.00\d+ for each second"))
    look(lab, "measure-asks", at=".jp-Dialog")
    lab.dialog.get_by_role("button", name="Cancel").click()
    expect(lab.dialog).to_have_count(0)
    assert [one.name for one in smnb.endpoints()] == ["priced"]

    measure.click()
    lab.agree("Measure")
    expect(lab.panel.get_by_role("button", name="Stop")).to_be_visible()
    expect(lab.panel).to_contain_text(SIX_SIZES, timeout=120_000)
    assert [one.name for one in smnb.endpoints()] == ["priced"]
    ladder = lab.panel.locator(".smnb-ladder")
    expect(ladder.get_by_text("not measured", exact=True)).to_have_count(0)
    look(lab, "measured-on-aws")
