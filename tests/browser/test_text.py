"""What users and models write is text: never HTML, and never wider than its place."""

import shutil

import pytest
from PIL import Image
from playwright.sync_api import expect
from skimage import data

EVIL = "<img src=x onerror='window.hacked=1'>"
LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 12
# The longest that AWS takes.
NAME = "a-name-that-somebody-made-as-long-as-aws-lets-it-be-and-not-less"[:63]
MODEL = f"""
import json

def model_fn(model_dir):
    print({EVIL!r}, {LONG!r}, flush=True)

def transform_fn(model, body, content_type, accept):
    if b"fail" in body:
        raise ValueError({EVIL!r} + {LONG!r})
    boxes = [{{"box": [60, 60, 260, 200], "label": {EVIL!r} + {LONG!r}, "score": 0.9}}]
    return json.dumps({{"boxes": boxes, "said": {EVIL!r}}}), "application/json"
"""
FAILS = f"def model_fn(model_dir):\n    raise RuntimeError({EVIL!r} + {LONG!r})\n"


@pytest.fixture
def evil(jupyter):
    """Write a model whose name and words are meant to do harm; return its folder."""
    folder = jupyter.root / EVIL
    write(folder, MODEL)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def harmless(lab):
    """Hold in the end that nothing was taken for HTML."""
    yield
    assert lab.page.locator("img[src='x']").count() == 0
    assert lab.page.evaluate("window.hacked") is None


def write(folder, code):
    (folder / "code").mkdir(parents=True, exist_ok=True)
    (folder / "code" / "inference.py").write_text(code)


@pytest.mark.usefixtures("evil", "endpoint", "harmless")
def test_names_are_text_that_fits(lab, jupyter, look):
    panel = lab.panel
    lab.run("smnb:deploy", path=EVIL)
    panel.get_by_role("textbox", name="Name").fill(NAME)
    deploy = panel.get_by_role("button", name="Deploy locally")
    expect(deploy).to_be_enabled()
    expect(panel.get_by_role("textbox", name="Model")).to_have_value(EVIL)
    look(lab, "text-deploy")
    deploy.click()
    expect(lab.status_of(NAME)).to_have_text("InService")
    look(lab, "text-list")
    write(jupyter.root / "fails", FAILS)
    lab.run("smnb:deploy", path="fails")
    expect(deploy).to_be_enabled()
    deploy.click()
    expect(panel.get_by_text("Not deployed")).to_be_visible()
    expect(panel).to_contain_text(EVIL)
    look(lab, "text-failed")
    write(jupyter.root / "fails", MODEL)
    panel.get_by_role("button", name="Deploy again…").click()
    expect(deploy).to_be_enabled()
    deploy.click()
    expect(lab.status_of("fails")).to_have_text("InService")
    lab.row(NAME).locator(".smnb-row-name").focus()
    lab.press("Delete")
    expect(lab.dialog).to_contain_text(NAME)
    look(lab, "text-delete-asks", at=".jp-Dialog")
    lab.agree("Delete")
    expect(lab.row(NAME)).to_have_count(0)


@pytest.mark.usefixtures("harmless")
def test_answers_and_logs_are_text_that_fits(lab, evil, endpoint, tmp_path, look):
    photo = tmp_path / f"{EVIL}.png"
    Image.fromarray(data.chelsea()).save(photo)
    endpoint(evil, NAME)
    panel = lab.panel
    lab.open_endpoint(NAME, "Test")
    panel.locator("input[type=file]").set_input_files(photo)
    expect(panel.get_by_text(photo.name)).to_be_visible()
    panel.get_by_role("button", name="Send", exact=True).click()
    expect(panel.locator(".smnb-box")).to_contain_text(EVIL)
    expect(panel.locator(".smnb-answer-text")).to_contain_text(EVIL)
    look(lab, "text-answer")
    panel.get_by_text("Text", exact=True).click()
    panel.get_by_role("textbox", name="Text to send").fill("fail")
    panel.get_by_role("button", name="Send", exact=True).click()
    expect(panel.locator(".smnb-notice")).to_contain_text("ValueError")
    look(lab, "text-error")
    panel.get_by_role("tab", name="Logs").click()
    expect(panel.locator(".smnb-log")).to_contain_text(EVIL)
    look(lab, "text-log")
    panel.get_by_role("tab", name="Settings").click()
    expect(panel.get_by_text("arn:aws:sagemaker")).to_be_visible()
    look(lab, "text-settings")
