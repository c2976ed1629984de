"""A browser, a Jupyter server and a local backend for the tests in Chromium."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import chromium
import pytest
from jupyter_program import Jupyter
from lab_page import Lab, shot, violations
from playwright.sync_api import expect, sync_playwright

import smnb
from smnb import _session

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "tests" / "models"
# A model answers within this, also where the machine has little to spare.
WITHIN_MS = 30_000


@pytest.fixture(scope="session", autouse=True)
def backend(tmp_path_factory):
    """Keep the daemon of the tests apart from the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMNB_DATA_DIR", str(tmp_path_factory.mktemp("smnb")))
        patch.setenv("SMNB_TARGET", "local")
        patch.setattr(_session, "_default", {})
        yield
        stop = [sys.executable, "-m", "smnb.local", "stop", "--purge"]
        subprocess.run(stop, check=True, capture_output=True, env=dict(os.environ))


@pytest.fixture(scope="session")
def jupyter(backend, tmp_path_factory):
    server = Jupyter(tmp_path_factory.mktemp("jupyter"))
    shutil.copytree(MODELS, server.root, dirs_exist_ok=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser():
    expect.set_options(timeout=WITHIN_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        yield started
        started.close()


@pytest.fixture
def open_page(browser):
    """Return a function that opens a page of its own; our faults in it fail the test."""
    contexts, faults = [], []

    def fault(error):
        if "smnb" in (error.stack or ""):  # JupyterLab's own faults are not ours
            faults.append(error.stack)

    def open_(**options):
        options = {"viewport": {"width": 1400, "height": 900}, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WITHIN_MS)
        page.on("pageerror", fault)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def lab(open_page, jupyter):
    """JupyterLab with the panel open."""
    opened = Lab(open_page(), jupyter).open()
    opened.show_panel()
    return opened


@pytest.fixture
def endpoint():
    """Return a function that deploys a model, and delete what is there at the end."""
    yield lambda model, name, **how: smnb.deploy(
        MODELS / model, how.pop("compute", smnb.Serverless(memory_mb=1024)), name=name
    )
    for left in smnb.endpoints():
        left.delete()


@pytest.fixture(scope="session")
def look():
    """Return a function that looks at what is shown, in light and dark.

    It is held to WCAG below `at`, and a picture is kept, to be laid beside the drawn views.
    """

    def check(lab, name, at="#smnb-panel"):
        found = []
        for theme in ("Dark", "Light"):
            lab.theme(f"JupyterLab {theme}")
            shot(lab.page, f"{name}-{theme.lower()}")
            found += violations(lab.page, at)
        assert found == []

    return check
