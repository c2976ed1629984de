"""JupyterLab in the browser, as the tests drive it: commands, the panel, notebooks."""

import json
import re
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import expect

IDLE = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
MODELS = Path(__file__).parents[1] / "models"
# A model answers within this, also where the machine has little to spare.
WITHIN_MS = 30_000
AXE = Path(__file__).parents[2] / "labextension/node_modules/axe-core/axe.min.js"
SHOTS = Path(__file__).parent / "screenshots"
# Rules of WCAG 2 A and AA, with the sizes of targets that 2.2 asks for.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What is wider than its place, below our own elements: but for text that ends in an
# ellipsis and has a tooltip, labels on a picture, which its edge cuts, fields, and what
# scrolls sideways by design. Of a chart: the words that leave it or lie on others.
CUT_OFF = """async () => {
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
  const scrolls = '.smnb-answer-text, .smnb-log, input, select, textarea';
  const cut = [];
  // Into the padding around it, as an icon whose frame is not seen.
  const standsOut = el => Math.max(
    0, ...Array.from(el.querySelectorAll('.smnb-top-icons, .smnb-row-icons, .smnb-icon-button'),
      child => -parseFloat(getComputedStyle(child).marginRight))
  );
  for (const el of document.querySelectorAll(':is(.smnb, .smnb-ask, .smnb-menu) *')) {
    const style = getComputedStyle(el);
    const fits =
      style.display === 'inline' || el.scrollWidth <= el.clientWidth + standsOut(el);
    if (fits || !el.textContent || el.matches(scrolls)) continue;
    if (!el.checkVisibility() || el.closest('.smnb-hidden, .smnb-picture')) continue;
    const isTold = style.textOverflow === 'ellipsis' && el.closest('[title]');
    if (!isTold) {
      cut.push(`${el.className}: ${el.scrollWidth} > ${el.clientWidth}: ${el.textContent}`);
    }
  }
  for (const chart of document.querySelectorAll('.smnb svg:has(text)')) {
    if (!chart.checkVisibility()) continue;
    const {width, height} = chart.viewBox.baseVal;
    const words = Array.from(chart.querySelectorAll('text'), text => {
      const {x, y, width, height} = text.getBBox();
      return {words: text.textContent, left: x, right: x + width, top: y, bottom: y + height};
    });
    const meet = (a, b) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    words.forEach((one, i) => {
      const isIn = one.left > -1 && one.top > -1 && one.right < width + 1 && one.bottom < height + 1;
      const other = words.slice(i + 1).find(other => meet(one, other));
      if (!isIn || other) {
        cut.push(`${one.words} ${isIn ? `lies on ${other.words}` : 'leaves the chart'}`);
      }
    });
  }
  return cut;
}"""
RESTYLE = """(el, style) => {
  const before = el.style.cssText;
  el.style.cssText = style;
  return before;
}"""
FOCUSED = """() => {
  const el = document.activeElement;
  return el.getAttribute('aria-label') ?? el.labels?.[0]?.innerText ?? el.innerText;
}"""


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

    @contextmanager
    def narrow(self, width_px=220):
        """Make the panel so wide, and take that back; Lab's own edge stops at 250 px."""
        size = f"width: {width_px}px; --jp-sidebar-min-width: {width_px}px"
        before = self.panel.evaluate(
            RESTYLE, f"position: absolute; height: 100%; {size}"
        )
        assert self.panel.bounding_box()["width"] == width_px
        yield
        self.panel.evaluate(RESTYLE, before)

    def focused(self):
        """Return the name of what has the focus."""
        return self.page.evaluate(FOCUSED)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def row(self, name):
        """Return the endpoint's row in the panel's list."""
        has_name = self.page.get_by_role("button", name=re.compile(f"^{name},"))
        return self.panel.locator(".smnb-row").filter(has=has_name)

    def header_height(self):
        """Return how much stands above the rows, px."""
        return self.panel.locator(".smnb-header").bounding_box()["height"]

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

    def file(self, name):
        """Return an item of the file browser."""
        return self.page.locator(".jp-DirListing-item", has_text=name)

    def files(self, path, words):
        """Choose from the context menu of an item in the file browser."""
        self.file(path).click(button="right")
        self.page.get_by_role("menuitem", name=words).click()

    def drag_file(self, name, onto):
        """Drag an item of the file browser, by JupyterLab's own means."""
        self.file(name).hover()
        self.page.mouse.down()
        self.page.mouse.move(700, 400, steps=5)
        x, y = middle(onto)
        self.page.mouse.move(x, y, steps=10)
        self.page.mouse.up()

    def drop_from_desktop(self, path, onto):
        """Drop a file of the machine, as the browser itself is handed one."""
        x, y = middle(onto)
        data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        tab = self.page.context.new_cdp_session(self.page)
        for kind in ("dragEnter", "dragOver", "drop"):
            event = {"type": kind, "x": x, "y": y, "data": data}
            tab.send("Input.dispatchDragEvent", event)

    def more(self, words):
        """Choose from the menu of the whole list."""
        self.panel.get_by_role("button", name="More", exact=True).click()
        self.page.get_by_role("menuitem", name=words).click()

    def target(self, words):
        """Choose where the panel looks."""
        self.panel.locator(".smnb-badge").click()
        self.page.get_by_role("menuitemradio", name=words).click()

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


def middle(locator):
    """Return the middle of an element, in px from the page's corner."""
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def shot(seen, name):
    """Keep a picture of a page, or of an element."""
    seen.screenshot(path=SHOTS / f"{name}.png")


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


def cut_off(page):
    """Return what of ours does not fit into its place."""
    return page.evaluate(CUT_OFF)
