"""An endpoint's life in the panel: deploy, look, test, change, fail, delete."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect
from skimage import data

import smnb
from demo import assets, build


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


@pytest.fixture(scope="module")
def portrait(tmp_path_factory):
    """A photo with one face."""
    path = tmp_path_factory.mktemp("photos") / "astronaut.jpg"
    Image.fromarray(data.astronaut()).save(path)
    return path


def test_pictures_and_video_are_sent_and_what_was_found_is_drawn(
    lab, endpoint, portrait, shot, accessible
):
    endpoint(build.faces(), "faces", compute=smnb.Serverless(memory_mb=2048))
    lab.open_endpoint("faces", "Test")
    expect(lab.panel.get_by_text("Drop a file here")).to_be_visible()
    accessible(lab, "#smnb-panel")
    shot(lab, "test-empty")

    choose = lab.panel.locator("input[type=file]")
    choose.set_input_files(portrait)
    lab.panel.get_by_role("button", name="Send", exact=True).click()
    expect(lab.panel.get_by_role("img", name=re.compile("^1 object"))).to_be_visible()
    accessible(lab, "#smnb-panel")
    shot(lab, "test-image")

    lab.panel.get_by_role("button", name="Remove file").click()
    choose.set_input_files(assets.fetch(assets.PORTRAIT))
    lab.panel.get_by_role("button", name="Send", exact=True).click()
    expect(lab.panel.get_by_role("img", name=re.compile("^Frame 0"))).to_be_visible()
    accessible(lab, "#smnb-panel")
    shot(lab, "test-video")


def test_memory_is_changed(lab, endpoint, shot, accessible):
    endpoint("double", "sums").invoke([1, 2])
    lab.open_endpoint("sums", "Cost")
    lab.choose(r"2\sGB")
    expect(lab.panel.get_by_role("button", name="Apply…")).to_be_visible()
    accessible(lab, "#smnb-panel")
    shot(lab, "cost")
    lab.panel.get_by_role("button", name="Apply…").click()
    expect(lab.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    accessible(lab, ".jp-Dialog")
    shot(lab, "apply-asks")
    lab.agree(re.compile(r"2\sGB"))
    lab.panel.get_by_role("button", name="Back to all endpoints").click()
    compute = lab.row("sums").locator(".smnb-row-compute")
    expect(compute).to_have_text(re.compile(r"^serverless 2\sGB"))
    expect(lab.status_of("sums")).to_have_text("InService")


def test_real_time_is_one_way_and_said_to_be(lab, endpoint, shot, accessible):
    endpoint("double", "sums").invoke([1, 2])
    lab.open_endpoint("sums", "Cost")
    lab.choose(r"ml\.m5\.large")
    shot(lab, "cost-instance")
    lab.panel.get_by_role("button", name="Switch to real-time…").click()
    expect(lab.dialog).to_contain_text("one way", ignore_case=True)
    accessible(lab, ".jp-Dialog")
    shot(lab, "switch-asks")
    lab.agree(re.compile("^Switch"))
    lab.panel.get_by_role("button", name="Back to all endpoints").click()
    expect(lab.row("sums").locator(".smnb-row-compute")).to_have_text("ml.m5.large")
    expect(lab.status_of("sums")).to_have_text("InService")
    expect(lab.row("sums").locator(".smnb-row-price")).to_have_text("$0.115/h")
