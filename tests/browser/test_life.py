"""An endpoint's life in the panel: deploy, look, test, change, fail, delete."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from lab_page import shot
from PIL import Image
from playwright.sync_api import expect
from skimage import data

import smnb
from demo import assets, build

FAILS = "import a_module_that_is_not_there\n\ndef model_fn(model_dir): ...\n"


@pytest.fixture(scope="module")
def portrait(tmp_path_factory):
    """Keep a photo with one face."""
    path = tmp_path_factory.mktemp("photos") / "astronaut.jpg"
    Image.fromarray(data.astronaut()).save(path)
    return path


def test_first_use(lab, look):
    expect(lab.panel.get_by_text("No endpoints yet")).to_be_visible()
    expect(lab.status).to_be_hidden()
    look(lab, "first-use")


def test_deployed_from_the_file_browser(lab, endpoint, look):
    lab.files("double", "Deploy to SageMaker…")
    deploy = lab.panel.get_by_role("button", name="Deploy locally")
    expect(deploy).to_be_enabled()
    assert smnb.endpoints() == []  # nothing is created before that button
    look(lab, "deploy")
    deploy.click()
    expect(lab.status_of("double")).to_have_text("InService")
    expect(lab.toasts).to_contain_text("double is in service")
    shot(lab.page, "deployed")  # light alone: it goes after six seconds
    lab.toasts.get_by_role("button", name="Test it").click()
    expect(lab.panel.get_by_role("tab", name="Test")).to_have_attribute(
        "aria-selected", "true"
    )
    lab.panel.get_by_text("Text", exact=True).click()
    lab.panel.get_by_role("textbox").fill("[1, 2]")
    lab.panel.get_by_role("button", name="Send", exact=True).click()
    expect(lab.panel.get_by_text(re.compile(r"2(\.0)?,\s+4(\.0)?"))).to_be_visible()
    look(lab, "test-text")


@pytest.mark.usefixtures("endpoint")
def test_a_deploy_that_fails_is_explained(lab, jupyter, look):
    code = jupyter.root / "broken" / "code"
    code.mkdir(parents=True)
    (code / "inference.py").write_text(FAILS)
    lab.run("smnb:deploy", path="broken")
    deploy = lab.panel.get_by_role("button", name="Deploy locally")
    deploy.click()
    note = lab.panel.get_by_text("Nothing was left behind.")
    expect(note).to_contain_text("a_module_that_is_not_there")
    expect(lab.toasts).to_have_count(0)  # it would cover the panel, which says it
    look(lab, "failed")
    assert smnb.endpoints() == []  # nothing is left
    lab.panel.get_by_role("button", name="Dismiss").click()
    expect(note).to_have_count(0)
    lab.reload()
    lab.show_panel()
    expect(lab.panel.locator(".smnb-header")).to_be_visible()
    expect(note).to_have_count(0)

    lab.run("smnb:deploy", path="broken")
    deploy.click()
    expect(note).to_be_visible()
    lab.run("apputils:display-notifications")
    centre = lab.page.locator(".jp-Notification-List")
    expect(centre).to_contain_text("broken did not start")
    lab.run("apputils:display-notifications")
    (code / "inference.py").write_text("def model_fn(model_dir): ...\n")
    lab.panel.get_by_role("button", name="Deploy again…").click()
    expect(deploy).to_be_enabled()
    deploy.click()
    expect(lab.status_of("broken")).to_have_text("InService")


def test_list(lab, endpoint, look):
    endpoint("double", "quiet")
    expect(lab.status_of("quiet")).to_have_text("InService")
    expect(lab.panel).to_contain_text("Nothing costs now")
    height = lab.header_height()
    endpoint("echo", "steady", compute=smnb.RealTime("ml.m5.large"))
    expect(lab.row("steady").locator(".smnb-row-price")).to_have_text("$0.115/h")
    expect(lab.status).to_have_text("local · 2 in service")
    expect(lab.panel).to_contain_text("steady is 100")
    assert lab.header_height() == height  # no row moves under the pointer
    look(lab, "list")


def test_pictures_and_video_are_sent_and_what_was_found_is_drawn(
    lab, endpoint, portrait, look
):
    endpoint(build.faces(), "faces", compute=smnb.Serverless(memory_mb=2048))
    lab.open_endpoint("faces", "Test")
    expect(lab.panel.get_by_text("Drop a file here")).to_be_visible()
    look(lab, "test-empty")

    choose = lab.panel.locator("input[type=file]")
    choose.set_input_files(portrait)
    lab.panel.get_by_role("button", name="Send", exact=True).click()
    expect(lab.panel.get_by_role("img", name=re.compile("^1 object"))).to_be_visible()
    look(lab, "test-image")

    lab.panel.get_by_role("button", name="Remove file").click()
    choose.set_input_files(assets.fetch(assets.PORTRAIT))
    lab.panel.get_by_role("button", name="Send", exact=True).click()
    expect(lab.panel.get_by_role("img", name=re.compile("^Frame 0"))).to_be_visible()
    look(lab, "test-video")


def test_memory_is_changed(lab, endpoint, look):
    endpoint("double", "sums").invoke([1, 2])
    lab.open_endpoint("sums", "Cost")
    with lab.narrow():  # 1 GB is the best and what it has now
        expect(lab.panel.locator(".smnb-rung-now")).to_be_visible()
    lab.choose(r"2\sGB")
    expect(lab.panel.get_by_role("button", name="Apply…")).to_be_visible()
    look(lab, "cost")
    lab.panel.get_by_role("button", name="Apply…").click()
    expect(lab.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    look(lab, "apply-asks", at=".jp-Dialog")
    lab.agree(re.compile(r"2\sGB"))
    lab.back()
    compute = lab.row("sums").locator(".smnb-row-compute")
    expect(compute).to_have_text(re.compile(r"^serverless 2\sGB"))
    expect(lab.status_of("sums")).to_have_text("InService")


def test_real_time_is_one_way_and_said_to_be(lab, endpoint, look):
    endpoint("double", "sums").invoke([1, 2])
    lab.open_endpoint("sums", "Cost")
    lab.choose(r"ml\.m5\.large")
    look(lab, "cost-instance")
    lab.panel.get_by_role("button", name="Switch to real-time…").click()
    expect(lab.dialog).to_contain_text("one way", ignore_case=True)
    look(lab, "switch-asks", at=".jp-Dialog")
    lab.agree(re.compile("^Switch"))
    lab.back()
    expect(lab.row("sums").locator(".smnb-row-compute")).to_have_text("ml.m5.large")
    expect(lab.status_of("sums")).to_have_text("InService")
    expect(lab.row("sums").locator(".smnb-row-price")).to_have_text("$0.115/h")


def test_deleted_after_its_plan_was_shown(lab, endpoint, look):
    endpoint("double", "sums")
    lab.row("sums").locator(".smnb-row-name").focus()
    lab.page.keyboard.press("Delete")
    expect(lab.dialog).to_contain_text("sums")
    look(lab, "delete-asks", at=".jp-Dialog")
    lab.dialog.get_by_role("button", name="Cancel").click()
    assert [left.name for left in smnb.endpoints()] == ["sums"]
    lab.row("sums").locator(".smnb-row-name").focus()
    lab.page.keyboard.press("Delete")
    lab.agree("Delete")
    expect(lab.row("sums")).to_have_count(0)
    assert smnb.endpoints() == []


def made_hours_ago(hours):
    """Let the endpoints be there for so long already, as the local backend knows it."""
    path = Path(os.environ["SMNB_DATA_DIR"], "state.db")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE sagemaker_resources SET created = created - ?", [hours * 3600]
        )


def test_all_idle_are_deleted_after_their_plan_was_shown(lab, endpoint, look):
    for name in ("forgotten", "unloved"):
        endpoint("double", name, compute=smnb.RealTime("ml.m5.large"))
    made_hours_ago(3)
    endpoint("double", "sparing")
    expect(lab.row("forgotten")).to_contain_text(re.compile(r"Idle for 3\sh.*\$0.3"))
    look(lab, "idle")
    lab.more("Delete all idle…")
    for name in ("forgotten", "unloved"):
        expect(lab.dialog).to_contain_text(name)
    expect(lab.dialog).not_to_contain_text("sparing")
    deed = lab.dialog.get_by_role("button", name="Delete 2")
    expect(deed).to_be_disabled()
    lab.dialog.get_by_role("textbox").fill("loca")
    expect(deed).to_be_disabled()
    look(lab, "delete-idle-asks", at=".jp-Dialog")
    lab.dialog.get_by_role("textbox").fill("local")
    lab.agree("Delete 2")
    for name in ("forgotten", "unloved"):
        expect(lab.row(name)).to_have_count(0)
    expect(lab.toasts).to_contain_text("are gone. Nothing left that costs.")
    assert [left.name for left in smnb.endpoints()] == ["sparing"]


def test_metrics_log_and_settings(lab, endpoint, look):
    sums = endpoint("double", "sums")
    for number in range(5):
        sums.invoke([number])
    lab.open_endpoint("sums", "Metrics")
    expect(lab.panel.get_by_role("img").first).to_be_visible()
    look(lab, "metrics")
    lab.panel.get_by_role("tab", name="Logs").click()
    expect(lab.panel.locator(".smnb-log")).to_be_visible()
    look(lab, "logs")
    lab.panel.get_by_role("tab", name="Settings").click()
    expect(lab.panel.get_by_text("arn:aws:sagemaker")).to_be_visible()
    look(lab, "settings")
