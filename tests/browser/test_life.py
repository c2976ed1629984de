"""An endpoint's life in the panel: deploy, look, test, change, fail, delete."""

import re

from playwright.sync_api import expect

import smnb


def test_first_use(lab, shot, accessible):
    expect(lab.panel.get_by_text("No endpoints yet")).to_be_visible()
    expect(lab.status).to_be_hidden()
    accessible(lab, "#smnb-panel")
    shot(lab, "first-use")


def test_list(lab, endpoint, shot, accessible):
    endpoint("double", "quiet")
    endpoint("echo", "steady", compute=smnb.RealTime("ml.m5.large"))
    expect(lab.status_of("quiet")).to_have_text("InService")
    expect(lab.row("steady").locator(".smnb-row-price")).to_have_text("$0.115/h")
    expect(lab.status).to_have_text("local · 2 in service")
    accessible(lab, "#smnb-panel")
    shot(lab, "list")
