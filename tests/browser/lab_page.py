"""JupyterLab in the browser, as the tests drive it: commands, the panel, notebooks."""

import json
import re
from pathlib import Path

import nbformat
from playwright.sync_api import expect

IDLE = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
AXE = Path(__file__).parents[2] / "labextension/node_modules/axe-core/axe.min.js"
SHOTS = Path(__file__).parent / "screenshots"
# Rules of WCAG 2 A and AA, with the sizes of targets that 2.2 asks for.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Lab:
    """One page with JupyterLab, or with Notebook."""

    def __init__(self, page, jupyter):
        self.page = page
        self.jupyter = jupyter
        self.panel = page.locator("#smnb-panel")
        self.status = page.locator(".smnb-status")
        self.toasts = page.locator(".Toastify__toast")
        self.dialog = page.locator(".jp-Dialog")

    def open(self, path="lab?reset"):
        """Load the page; the token is given once, then the cookie serves."""
        sign = "&" if "?" in path else "?"
        self.page.goto(f"{self.jupyter.url}{path}{sign}token={self.jupyter.token}")
        return self.ready()

    def reload(self):
        self.page.reload()
        return self.ready()

    def ready(self):
        self.page.wait_for_function("window.jupyterapp?.commands", timeout=60_000)
        self.page.evaluate("async () => { await window.jupyterapp.restored; }")
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")
        return self

    def run(self, command, **args):
        """Execute a command of JupyterLab."""
        script = "([id, args]) => { window.jupyterapp.commands.execute(id, args); }"
        self.page.evaluate(script, [command, args])

    def show_panel(self, **args):
        self.run("smnb:show", **args)
        self.panel.locator(".smnb").wait_for()

    def back(self):
        self.panel.get_by_role("button", name="Back to all endpoints").click()

    def theme(self, name):
        """Change to ``"JupyterLab Dark"`` or another, and wait for its styles."""
        self.run("apputils:change-theme", theme=name)
        shown = f"document.body.dataset.jpThemeName === {json.dumps(name)}"
        self.page.wait_for_function(shown)
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def row(self, name):
        """Return the endpoint's row in the panel's list."""
        has_name = self.page.get_by_role("button", name=re.compile(f"^{name},"))
        return self.panel.locator(".smnb-row").filter(has=has_name)

    def status_of(self, name):
        return self.row(name).locator(".smnb-row-status")

    def open_endpoint(self, name, tab):
        """Go from the list to a tab of an endpoint."""
        self.row(name).locator(".smnb-row-name").click()
        self.panel.get_by_role("tab", name=tab).click()

    def choose(self, words):
        """Choose the radio whose name begins so; the native input lies hidden in a label."""
        radio = self.panel.get_by_role("radio", name=re.compile(f"^{words}"))
        radio.locator("xpath=ancestor::label").click()
        expect(radio).to_be_checked()

    def agree(self, words):
        """Press the button of the dialog that names the deed."""
        self.dialog.get_by_role("button", name=words).click()
        self.dialog.wait_for(state="detached")

    def notebook(self, name, *cells):
        """Write a notebook, open it in the main area, and wait for its kernel."""
        write_notebook(self.jupyter.root / name, cells)
        self.run("docmanager:open", path=name)
        self.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        self.until_idle()

    def files(self, path, words):
        """Choose from the context menu of an item in the file browser."""
        item = self.page.locator(".jp-DirListing-item", has_text=path)
        item.click(button="right")
        self.page.get_by_role("menuitem", name=words).click()

    def until_idle(self):
        self.page.wait_for_function(IDLE, timeout=60_000)

    def run_all(self):
        self.run("notebook:run-all-cells")


def write_notebook(path, cells):
    """Write a notebook of code cells for the kernel of the tests."""
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(book, path)


def shot(page, name):
    """Keep a picture of a page."""
    page.screenshot(path=SHOTS / f"{name}.png")


def violations(page, selector):
    """Return what axe finds below a selector: rule, element, and why."""
    page.add_script_tag(path=AXE)
    script = "([at, tags]) => window.axe.run(at, {runOnly: tags})"
    found = page.evaluate(script, [selector, WCAG])["violations"]
    return [
        (rule["id"], node["target"], node["failureSummary"])
        for rule in found
        for node in rule["nodes"]
    ]
