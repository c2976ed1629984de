"""Where JupyterLab offers the panel: launcher, palette, menus, settings; what is dragged."""

import tarfile

import pytest
from lab_page import MODELS, cut_off, shot
from PIL import Image
from playwright.sync_api import expect
from skimage import data

import smnb

PALETTE = "#modal-command-palette"


@pytest.fixture
def archive(tmp_path):
    """Write an archive of a model to the desktop."""
    path = tmp_path / "packed.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(MODELS / "double", arcname=".")
    return path


@pytest.fixture
def photo(tmp_path):
    """Write a small photo to the desktop."""
    path = tmp_path / "cat.png"
    Image.fromarray(data.chelsea()).save(path)
    return path


def test_launcher_palette_and_menus_lead_to_the_panel(lab, jupyter, archive):
    lab.run("application:toggle-right-area")
    expect(lab.panel).to_be_hidden()
    card = lab.page.locator(".jp-LauncherCard", has_text="SageMaker Endpoints")
    for theme in ("Dark", "Light"):
        lab.theme(f"JupyterLab {theme}")
        card.scroll_into_view_if_needed()
        shot(lab.page, f"launcher-{theme.lower()}")
    card.click()
    expect(lab.panel).to_be_visible()

    lab.run("apputils:activate-command-palette")
    lab.page.locator(f"{PALETTE} input").fill("SageMaker")
    entries = lab.page.locator(f"{PALETTE} .lm-CommandPalette-itemLabel")
    expect(entries.filter(has_text="Show SageMaker Endpoints")).to_be_visible()
    # Nothing is idle, and JupyterLab hides what cannot be done.
    expect(entries.filter(has_text="Delete All Idle SageMaker")).to_be_hidden()
    shot(lab.page, "palette-light")
    entries.filter(has_text="Deploy to SageMaker…").click()
    expect(lab.panel.get_by_role("textbox", name="Model")).to_have_value("")

    (jupyter.root / "notes.txt").write_text("no model")
    (jupyter.root / archive.name).write_bytes(archive.read_bytes())
    lab.run("filebrowser:refresh")
    entry = lab.page.get_by_role("menuitem", name="Deploy to SageMaker…")
    for name, is_offered in (("notes.txt", 0), (archive.name, 1)):
        lab.file(name).click(button="right")
        expect(lab.page.get_by_role("menuitem", name="Rename")).to_be_visible()
        expect(entry).to_have_count(is_offered)
        shot(lab.page, f"context-menu-{name}")
        lab.press("Escape")
    lab.files(archive.name, "Deploy to SageMaker…")
    model = lab.panel.get_by_role("textbox", name="Model")
    expect(model).to_have_value(archive.name)
    expect(lab.panel.get_by_role("button", name="Deploy locally")).to_be_enabled()
    for path in (archive.name, "notes.txt"):
        (jupyter.root / path).unlink()


def test_settings_take_effect_at_once_and_are_kept(lab, endpoint):
    endpoint("double", "sums")
    expect(lab.status).to_be_visible()
    lab.run("settingeditor:open", query="SageMaker Endpoints")
    settings = lab.page.locator(".jp-SettingsPanel")
    settings.get_by_label("Status bar").uncheck()
    expect(lab.status).to_have_count(0)
    settings.get_by_label("Notifications").uncheck()
    shot(lab.page, "settings-of-lab-light")
    lab.run("smnb:deploy", path="echo")
    lab.panel.get_by_role("button", name="Deploy locally").click()
    expect(lab.status_of("echo")).to_have_text("InService")
    lab.reload()
    lab.show_panel()
    expect(lab.status_of("echo")).to_have_text("InService")
    expect(lab.status).to_have_count(0)
    expect(lab.toasts).to_have_count(0)
    save = "text => window.jupyterapp.serviceManager.settings.save('smnb-labextension:panel', text)"
    lab.page.evaluate(save, "{}")


def test_models_are_dropped_onto_the_panel(lab, jupyter, archive, photo):
    expect(lab.panel.get_by_text("No endpoints yet")).to_be_visible()
    model = lab.panel.get_by_role("textbox", name="Model")
    lab.drag_file("double", lab.panel)
    expect(model).to_have_value("double")
    lab.drag_file("echo", model)
    expect(model).to_have_value("echo")
    lab.drop_from_desktop(archive, model)
    expect(model).to_have_value(archive.name)
    expect(lab.panel.get_by_role("button", name="Deploy locally")).to_be_enabled()
    (jupyter.root / archive.name).unlink()
    # What is no model leaves all as it is; a browser would go to the file itself.
    lab.drop_from_desktop(photo, lab.panel)
    expect(model).to_have_value(archive.name)
    assert lab.page.url.startswith(jupyter.url)


def test_files_are_dropped_onto_the_test_and_code_into_a_cell(
    lab, jupyter, endpoint, archive, photo
):
    endpoint("echo", "parrot")
    (jupyter.root / photo.name).write_bytes(photo.read_bytes())
    lab.run("filebrowser:refresh")
    lab.open_endpoint("parrot", "Test")
    place = lab.panel.locator(".smnb-drop-zone")
    send = lab.panel.get_by_role("button", name="Send", exact=True)
    lab.drop_from_desktop(photo, place)
    expect(place).to_contain_text("cat.png")
    expect(place).to_contain_text("PNG 451 \u00d7 300")
    send.click()
    expect(lab.panel.get_by_role("heading", name="Answer")).to_be_visible()
    lab.panel.get_by_role("button", name="Remove file").click()
    # An archive that is dropped here is sent too: it is no model to deploy.
    lab.drop_from_desktop(archive, place)
    expect(place).to_contain_text("packed.tar.gz")
    expect(send).to_be_enabled()
    lab.panel.get_by_role("button", name="Remove file").click()
    lab.drag_file(photo.name, place)
    expect(place).to_contain_text("cat.png")
    expect(send).to_be_enabled()
    assert cut_off(lab.page) == []
    lab.back()

    lab.notebook("drag.ipynb", "")
    cell = lab.page.locator(".jp-Notebook .cm-content").first
    lab.row("parrot").drag_to(cell)
    expect(cell).to_contain_text('smnb.endpoint("parrot")')
    (jupyter.root / photo.name).unlink()
    assert [left.name for left in smnb.endpoints()] == ["parrot"]
