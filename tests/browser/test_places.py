"""Where the endpoints live: AWS in the panel, and what stands between AWS and the user."""

import re

from aws_stand_in import DENIED, THROTTLED
from playwright.sync_api import expect

import smnb

WORK = "AWS work · us-east-1"
EXPIRED = "AWS expired · us-east-1"


def test_what_keeps_aws_from_being_listed_is_told_with_its_fix(lab, aws, look):
    lab.target(EXPIRED)
    expect(lab.panel).to_contain_text("AWS sign-in needed")
    expect(lab.panel).to_contain_text("aws sso login --profile expired")
    expect(lab.panel).to_contain_text("keep costing")
    expect(lab.status).to_have_text("AWS sign-in expired")
    look(lab, "blocked-signed-out")
    lab.panel.get_by_role("button", name="Use local").click()
    expect(lab.panel).to_contain_text("No endpoints yet")
    expect(lab.panel.get_by_text("not the notebook's")).to_be_visible()

    aws.refusal = DENIED
    lab.target(WORK)
    expect(lab.panel).to_contain_text("No permission")
    expect(lab.panel).to_contain_text("not authorized to perform: sagemaker:ListEnd")
    expect(lab.panel.get_by_role("button", name="Copy policy")).to_be_visible()
    look(lab, "blocked-forbidden")

    aws.stop()
    lab.panel.get_by_role("button", name="Try again").click()
    expect(lab.panel).to_contain_text("AWS does not answer")
    look(lab, "blocked-no-network")

    aws.refusal = None
    aws.start()
    lab.panel.get_by_role("button", name="Try again").click()
    expect(lab.panel).to_contain_text("so nothing costs")
    look(lab, "first-use-aws")


def test_aws_is_told_apart_and_what_was_read_stays(lab, aws, endpoint, look):
    endpoint("double", "spare")
    lab.target(WORK)
    expect(lab.panel.get_by_text("not the notebook's")).to_be_visible()
    expect(lab.panel).to_contain_text("Nothing costs now")
    height = lab.header_height()
    endpoint("echo", "steady", compute=smnb.RealTime("ml.m5.large"))
    smnb.endpoint("spare").invoke([1, 2])
    lab.more("Refresh")
    expect(lab.status_of("steady")).to_have_text("InService")
    expect(lab.panel).to_contain_text("steady is 100")
    assert lab.header_height() == height  # no row moves under the pointer
    expect(lab.panel.locator(".smnb-badge")).to_contain_text("AWS")
    expect(lab.status).to_have_text("2 in service · $0.115/h")
    look(lab, "aws-list")
    lab.row("steady").locator(".smnb-row-name").focus()
    lab.press("Delete")
    expect(lab.dialog).to_contain_text("In AWS account …0000, us-east-1, for good:")
    expect(lab.dialog).to_contain_text("That ends $0.115/h.")
    look(lab, "aws-delete-asks", at=".jp-Dialog")
    lab.dialog.get_by_role("button", name="Cancel").click()

    aws.refusal = THROTTLED
    lab.more("Refresh")
    expect(lab.panel).to_contain_text("AWS is throttling")
    expect(lab.panel).to_contain_text(re.compile(r"Next try in \d+\ss"))
    expect(lab.row("steady").locator(".smnb-row-price")).to_have_text("$0.115/h")
    look(lab, "degraded-throttled")
    aws.refusal = None
    expect(lab.panel.get_by_text("AWS is throttling")).to_be_hidden()

    aws.stop()
    lab.more("Refresh")
    expect(lab.panel).to_contain_text("AWS does not answer")
    expect(lab.row("steady").locator(".smnb-row-price")).to_have_text("$0.115/h")
    look(lab, "degraded-no-network")
    aws.start()
    expect(lab.panel.get_by_text("AWS does not answer")).to_be_hidden()
