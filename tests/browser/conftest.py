"""A browser, a Jupyter server and a local backend for the tests in Chromium."""

import os
import shutil
import subprocess
import sys

import chromium
import pytest
from aws_stand_in import AwsStandIn
from jupyter_program import Jupyter
from lab_page import MODELS, WITHIN_MS, Lab, cut_off, shot, violations
from playwright.sync_api import expect, sync_playwright

import smnb
from smnb import _session

THEMES = ("Dark", "Dark High Contrast", "Light")


@pytest.fixture(scope="session", autouse=True)
def backend(tmp_path_factory, aws_stand_in):
    """Keep the daemon and the profiles of the tests apart from the user's."""
    folder = tmp_path_factory.mktemp("smnb")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("SMNB_DATA_DIR", str(folder / "data"))
        patch.setenv("SMNB_TARGET", "local")
        patch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setattr(_session, "_default", {})
        smnb.Session("local")  # starts it, so that its keys are there
        (folder / "config").write_text(aws_stand_in.config())
        yield
        stop = [sys.executable, "-m", "smnb.local", "stop", "--purge"]
        subprocess.run(stop, check=True, capture_output=True, env=dict(os.environ))


@pytest.fixture(scope="session")
def aws_stand_in():
    return AwsStandIn()


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
def aws(aws_stand_in, jupyter):
    """AWS answers; in the end the panel shows again what the notebook uses."""
    aws_stand_in.refusal = None
    aws_stand_in.start()
    yield aws_stand_in
    jupyter.command("set_target", {"target": None})
    aws_stand_in.stop()


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
    """Return a function that looks at what is shown, in each theme, and in 220 px.

    It is held to WCAG below `at`, nothing of it may be cut off, and a picture is kept, to
    be laid beside the drawn views.
    """

    def check(lab, name, at="#smnb-panel"):
        found = []
        for theme in THEMES:
            lab.theme(f"JupyterLab {theme}")
            shot(lab.page, f"{name}-{theme.lower().replace(' ', '-')}")
            found += violations(lab.page, at)
        found += cut_off(lab.page)
        if at == "#smnb-panel":
            with lab.narrow():
                found += [f"in 220 px, {what}" for what in cut_off(lab.page)]
                shot(lab.panel, f"{name}-220")
        assert not found, "\n".join(map(str, found))

    return check
