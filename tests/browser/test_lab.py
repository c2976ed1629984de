"""What JupyterLab offers: tabs of the main area, cells, windows, kernels, restarts."""

import re

import pytest
from jupyter_program import Jupyter
from lab_page import Lab, shot, violations
from playwright.sync_api import expect

import smnb

DEPLOY = """
import smnb
ep = smnb.deploy("double", smnb.Serverless(memory_mb=1024), name="from-a-cell")
"""
HIDDEN_S = 20
# JupyterLab keeps its layout a while after it changed.
KEPT = """async tabs => {
  const kept = await window.jupyterapp.serviceManager.workspaces.fetch('default');
  const layout = JSON.stringify(kept.data['layout-restorer:data']);
  return tabs.every(tab => layout.includes(`"smnb:${tab}"`));
}"""


def test_tabs_of_the_main_area_are_restored(lab, endpoint, look):
    endpoint("double", "sums").invoke([1])
    lab.open_endpoint("sums", "Cost")
    lab.panel.get_by_role("button", name="Open in main area").click()
    wide = lab.page.locator(".jp-MainAreaWidget .smnb-panel")
    expect(wide.get_by_role("heading", name="sums")).to_be_visible()
    lab.run("smnb:open", name="sums", tab="logs")
    log = lab.page.get_by_role("tab", name="Log of sums")
    expect(log).to_be_visible()
    look(lab, "main-area-log", at=".jp-MainAreaWidget:not(.lm-mod-hidden) .smnb-panel")
    lab.page.get_by_role("tab", name="sums", exact=True).click()
    look(lab, "main-area", at=".jp-MainAreaWidget:not(.lm-mod-hidden) .smnb-panel")
    lab.page.wait_for_function(KEPT, arg=["smnb-sums", "smnb-sums-logs"])
    lab.page.goto(f"{lab.jupyter.url}lab")
    lab.ready()
    expect(log).to_be_visible()
    expect(lab.panel).to_be_visible()


def test_code_goes_into_the_notebook(lab, endpoint):
    endpoint("double", "sums")
    lab.notebook("code.ipynb", "1 + 1")
    lab.open_endpoint("sums", "Test")
    lab.panel.get_by_role("button", name="Insert code").first.click()
    cells = lab.page.locator(".jp-Notebook .jp-CodeCell .cm-content")
    expect(cells).to_have_count(2)
    expect(cells.last).to_contain_text('smnb.endpoint("sums")')


def test_a_variable_is_sent_from_the_kernel(lab, endpoint):
    endpoint("double", "sums")
    lab.notebook("variable.ipynb", "numbers = [3, 4]")
    lab.run_all()
    lab.until_idle()
    lab.open_endpoint("sums", "Test")
    lab.panel.get_by_text("Variable", exact=True).click()
    lab.panel.get_by_role("combobox").select_option("numbers")
    lab.panel.get_by_role("button", name="Send", exact=True).click()
    expect(lab.panel.get_by_text(re.compile(r"6(\.0)?,\s+8(\.0)?"))).to_be_visible()


def test_two_windows_and_a_widget_show_the_same(
    lab, open_page, jupyter, endpoint, look
):
    other = Lab(open_page(), jupyter).open("lab/workspaces/other?reset")
    other.show_panel()
    lab.notebook("widget.ipynb", DEPLOY, "smnb.panel()", "ep.watch()")
    lab.run_all()
    widgets = lab.page.locator(".jp-OutputArea .smnb")
    expect(widgets).to_have_count(2)
    expect(widgets.first).to_contain_text("from-a-cell")
    for window in (lab, other):
        expect(window.status_of("from-a-cell")).to_have_text("InService")
    look(lab, "widget", at=".jp-Notebook .smnb-cell")
    endpoint_ = smnb.endpoint("from-a-cell")
    endpoint_.update(memory_mb=2048)
    for shown in (lab.panel, other.panel, widgets.first):
        expect(shown).to_contain_text(re.compile(r"serverless 2\sGB"))
    # The widgets' kernel goes: what they show is known to be old, the panel goes on.
    lab.run("kernelmenu:restart")
    lab.agree("Confirm Kernel Restart")
    expect(widgets.first).to_contain_text("The kernel has gone")
    lab.until_idle()
    endpoint_.delete()
    expect(lab.row("from-a-cell")).to_have_count(0)
    lab.reload()
    expect(lab.panel).to_be_visible()


@pytest.fixture
def own_jupyter(tmp_path):
    """Start a server that may be stopped and started again."""
    server = Jupyter(tmp_path / "jupyter", base_url="/hub/user/bob/")
    server.start()
    yield server
    server.stop()


def test_it_comes_back_after_the_server_was_away(own_jupyter, open_page, endpoint):
    endpoint("double", "sums")
    lab = Lab(open_page(), own_jupyter).open()
    lab.show_panel()
    expect(lab.status_of("sums")).to_have_text("InService")
    own_jupyter.stop()
    expect(lab.panel.get_by_text("No answer from Jupyter server")).to_be_visible()
    shot(lab.page, "no-server")  # light alone: a theme comes from the server
    assert violations(lab.page, "#smnb-panel") == []
    own_jupyter.start()
    expect(lab.panel.get_by_text("No answer from Jupyter server")).to_be_hidden()
    smnb.endpoint("sums").delete()
    expect(lab.row("sums")).to_have_count(0)


def test_the_token_stands_in_no_address_but_the_first(open_page, jupyter):
    page = open_page()
    asked, carried = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: carried.append(socket.url))
    lab = Lab(page, jupyter).open()
    lab.show_panel()
    expect(lab.panel.get_by_text("No endpoints yet")).to_be_visible()
    smnb_urls = [url for url in asked + carried if "/smnb/" in url]
    assert any(url.endswith("/user/alice/smnb/stream") for url in smnb_urls)
    assert not any(jupyter.token in url for url in smnb_urls)


def test_nothing_is_sent_while_nobody_looks(open_page, jupyter, endpoint):
    endpoint("double", "sums")
    page = open_page()
    frames, requests = [], []

    def note(text):
        frames.append(text)

    def watch(socket):
        if "/smnb/" in socket.url:
            socket.on("framereceived", note)
            socket.on("framesent", note)

    page.on("websocket", watch)
    page.on("request", lambda request: requests.append(request.url))
    lab = Lab(page, jupyter).open()
    lab.show_panel()
    expect(lab.status_of("sums")).to_have_text("InService")
    lab.run("application:toggle-right-area")
    expect(lab.panel).to_be_hidden()
    page.wait_for_timeout(2000)
    frames.clear()
    requests.clear()
    smnb.endpoint("sums").invoke([1])
    page.wait_for_timeout(HIDDEN_S * 1000)
    assert frames == []
    assert [url for url in requests if "/smnb/" in url] == []
    lab.show_panel()
    expect(lab.row("sums").locator(".smnb-row-rate")).not_to_have_text("0/min")
