"""The keyboard alone: where Tab leads, what keys do, and where the focus goes afterwards."""

import pytest
from playwright.sync_api import expect

import smnb


@pytest.fixture
def lab(lab):
    """JupyterLab once it has given its launcher the focus, which it does only then."""
    lab.page.wait_for_function("window.jupyterapp.shell.currentWidget")
    return lab


def tabbed(lab, count):
    """Return the names of what has the focus, and has it after each Tab."""
    names = [lab.focused()]
    for _ in range(count):
        lab.press("Tab")
        names.append(lab.focused())
    return names


def name_of(lab, endpoint):
    return lab.row(endpoint).locator(".smnb-row-name")


def test_the_list_is_worked_by_keys(lab, endpoint):
    for name in ("alpha", "beta", "gamma"):
        endpoint("double", name)
    expect(lab.status).to_have_text("local · 3 in service")
    lab.panel.locator(".smnb-badge").focus()
    assert tabbed(lab, 8)[1:] == [
        *("Deploy a model", "More"),
        *("3 in service", "0 changing", "0 failed"),
        *("Filter", "Sort"),
        "alpha, InService, serverless 1 GB",
    ]
    # The whole list is one stop: the next Tab leaves the panel.
    lab.press("Tab")
    assert not lab.panel.locator(":focus").count()
    lab.press("Shift+Tab", "ArrowDown")
    expect(name_of(lab, "beta")).to_be_focused()
    lab.press("End")
    expect(name_of(lab, "gamma")).to_be_focused()
    lab.press("a")
    expect(name_of(lab, "alpha")).to_be_focused()
    lab.press("ArrowRight")
    assert lab.focused() == "Test alpha"
    lab.press("ArrowLeft")

    lab.press("Shift+F10")
    expect(lab.page.get_by_role("menuitem", name="Open", exact=True)).to_be_focused()
    lab.press("ArrowUp")
    expect(lab.page.get_by_role("menuitem", name="Delete…")).to_be_focused()
    lab.press("Escape")
    expect(lab.page.get_by_role("menu")).to_have_count(0)
    expect(name_of(lab, "alpha")).to_be_focused()

    lab.press("ArrowDown", "Delete")
    expect(lab.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    lab.press("Escape")
    lab.dialog.wait_for(state="detached")
    expect(name_of(lab, "beta")).to_be_focused()
    assert len(smnb.endpoints()) == 3

    lab.press("Enter")
    assert lab.focused() == "Back to all endpoints"
    names = tabbed(lab, 4)
    assert names[1:] == ["Insert code", "Open in main area", "More actions", "Cost"]
    lab.press("ArrowRight")
    expect(lab.panel.get_by_role("tab", name="Test")).to_be_focused()
    expect(lab.panel.get_by_text("Drop a file here")).to_be_visible()
    lab.press("End")
    expect(lab.panel.get_by_role("tab", name="Settings")).to_be_focused()
    lab.press("Escape")
    expect(name_of(lab, "beta")).to_be_focused()


def test_a_model_is_deployed_by_keys(lab, endpoint):
    plus = lab.panel.get_by_role("button", name="Deploy a model", exact=True)
    plus.focus()
    lab.press("Enter")
    model = lab.panel.get_by_role("textbox", name="Model")
    expect(model).to_be_visible()
    assert lab.focused() == "Back to all endpoints"
    lab.press("Escape")
    expect(model).to_have_count(0)
    expect(lab.panel.locator(".smnb-badge")).to_be_focused()
    lab.press("Tab", "Enter")
    assert tabbed(lab, 1) == ["Back to all endpoints", "Model"]
    lab.page.keyboard.type("double")
    lab.press("Enter")
    deploy = lab.panel.get_by_role("button", name="Deploy locally")
    expect(deploy).to_be_enabled()
    names = tabbed(lab, 12)
    assert names[-1] == "Deploy locally", names
    lab.press("Enter")
    expect(lab.status_of("double")).to_have_text("InService")
