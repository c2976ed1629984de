"""The panel outside of JupyterLab: in Notebook 7, and the widget in marimo."""

import os
import re
import subprocess
import sys
import time

import pytest
import requests
from jupyter_program import free_port
from lab_page import Lab, shot, violations, write_notebook
from playwright.sync_api import expect

APP = """
import marimo

app = marimo.App()

@app.cell
def _():
    import marimo as mo
    import smnb
    mo.ui.anywidget(smnb.panel())
    return
"""
STARTS_WITHIN_S = 60


def test_notebook_7_has_the_panel_and_the_widget(open_page, jupyter, endpoint):
    endpoint("double", "sums")
    write_notebook(jupyter.root / "seven.ipynb", ["import smnb\nsmnb.panel()"])
    lab = Lab(open_page(), jupyter).open("notebooks/seven.ipynb")
    lab.until_idle()
    lab.run_all()
    widget = lab.page.locator(".jp-OutputArea .smnb")
    expect(widget).to_contain_text("sums")
    lab.show_panel()
    expect(lab.status_of("sums")).to_have_text("InService")
    shot(lab.page, "notebook-7")
    assert violations(lab.page, ".jp-OutputArea .smnb") == []


@pytest.fixture
def marimo(backend, tmp_path):
    """Start marimo with an app that shows the panel; return its address."""
    app = tmp_path / "app.py"
    app.write_text(APP)
    port = free_port()
    command = [
        "marimo",
        "run",
        str(app),
        "--headless",
        "--no-token",
        "--port",
        str(port),
    ]
    log = (tmp_path / "marimo.log").open("wb")
    program = subprocess.Popen(
        [sys.executable, "-m", *command], stdout=log, stderr=log, env=dict(os.environ)
    )
    url = f"http://127.0.0.1:{port}"
    ends_at = time.monotonic() + STARTS_WITHIN_S
    while not _answers(url):
        assert program.poll() is None
        assert time.monotonic() < ends_at
        time.sleep(0.2)
    yield url
    program.terminate()
    program.wait(timeout=30)
    log.close()


def _answers(url):
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def test_marimo_shows_the_widget(marimo, open_page, endpoint):
    endpoint("double", "sums").invoke([1])
    page = open_page()
    page.goto(marimo)
    widget = page.locator(".smnb")
    expect(widget).to_contain_text("sums")
    widget.get_by_role("button", name=re.compile("^sums,")).click()
    expect(widget.get_by_role("tab", name="Cost")).to_be_visible()
    expect(widget).to_contain_text("Serverless memory")
    shot(page, "marimo")
