"""The panel: its size, how soon it shows what is, and what it costs while nobody looks.

Run: ``python tests/benchmarks/bench_panel.py``; exits 1 if a bound is missed. Needs what
``make panel browser`` builds.
"""

import contextlib
import copy
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

import chromium  # noqa: E402
from jupyter_program import Jupyter  # noqa: E402
from lab_page import Lab  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

RUNS = 5
ENDPOINTS = 500
HIDDEN_S = 60
SLOW = "import time\n\ndef model_fn(model_dir):\n    time.sleep(5)\n"
BOUNDS = {
    "labextension, gzipped kB": 60,
    "widget, gzipped kB": 40,
    "panel opened to data, ms": 300,
    "first change to screen, ms": 2500,
    "change to screen, ms": 1000,
    f"{ENDPOINTS} endpoints to first paint, ms": 500,
    "longest frame of scrolling them, ms": 100,
    "requests while hidden": 0,
    "CPU of the server while hidden, %": 1,
}
# Runs until the page has an element, and says when it was painted (ms since 1970).
PAINTED = """selector => new Promise(resolve => {
  const look = () => document.querySelector(selector)
    ? requestAnimationFrame(() => resolve(Date.now())) : requestAnimationFrame(look);
  look();
})"""
SCROLL = """async () => {
  const list = document.querySelector('#smnb-panel .smnb-scroll');
  const frames = [];
  let last = performance.now();
  while (list.scrollTop + list.clientHeight < list.scrollHeight - 1) {
    list.scrollTop += 300;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  return frames;
}"""


def sizes():
    """Return what is downloaded, in kB of 1000 bytes."""

    def kb(files):
        return sum(len(gzip.compress(file.read_bytes())) for file in files) / 1000

    chunks = sorted((ROOT / "smnb/labextension/static").glob("*.js"))
    return kb(chunks), kb([ROOT / "smnb/static/widget.js"])


def opening(browser, jupyter):
    """Return how long each time it took from the command to the first row."""
    took = []
    for _ in range(RUNS):
        with page(browser, jupyter) as lab:
            lab.page.wait_for_timeout(1000)
            started = lab.page.evaluate("Date.now()")
            lab.run("smnb:show")
            took.append(lab.page.evaluate(PAINTED, "#smnb-panel .smnb-row") - started)
    return took


def changes(browser, jupyter, smnb, model):
    """Return how long after the daemon the page said that one is there, and serves."""
    first, later = [], []
    sagemaker = smnb.Session("local").client("sagemaker")
    with page(browser, jupyter) as lab:
        lab.show_panel()
        for run in range(RUNS):
            name = f"run-{run}"
            row = f"#smnb-panel .smnb-row:has([title='{name}'])"
            smnb.deploy(model, smnb.Serverless(memory_mb=1024), name=name, wait=False)
            created = time.time() * 1000
            first.append(lab.page.evaluate(PAINTED, row) - created)
            while sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"] != (
                "InService"
            ):
                time.sleep(0.02)
            served = time.time() * 1000
            later.append(
                lab.page.evaluate(PAINTED, f"{row} .smnb-mark-circle") - served
            )
            smnb.endpoint(name).delete()
    return first, later


def many(browser, jupyter):
    """Return first paints of many endpoints, and the longest frames of scrolling them."""
    paints, frames = [], []
    for _ in range(RUNS):
        with page(browser, jupyter) as lab:
            held = Held()
            lab.page.route_web_socket("**/smnb/stream", held.route)
            lab.reload()
            lab.show_panel()
            lab.page.wait_for_timeout(1000)
            text = json.dumps(multiplied(json.loads(held.pushed[0])))
            sent = time.time() * 1000
            held.socket.send(text)
            paints.append(lab.page.evaluate(PAINTED, "#smnb-panel .smnb-row") - sent)
            lab.page.wait_for_timeout(1000)
            frames.append(max(lab.page.evaluate(SCROLL)))
    return paints, frames


class Held:
    """Keeps what the server pushes, and passes it not on."""

    def __init__(self):
        self.pushed = []
        self.socket = None

    def route(self, socket):
        self.socket = socket
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(self.keep)

    def keep(self, text):
        self.pushed.append(text)


def multiplied(snapshot):
    """Return a snapshot of many endpoints, each like the first of a real one."""
    rows = []
    for index in range(ENDPOINTS):
        row = copy.deepcopy(snapshot["rows"][0])
        traffic = [(index * 7 + minute * minute) % 50 for minute in range(30)]
        name = f"endpoint-{index:03}"
        rows.append({**row, "name": name, "key": name, "requests_per_min": traffic})
    counts = {**snapshot["counts"], "in_service": ENDPOINTS}
    return {**snapshot, "rows": rows, "counts": counts}


def hidden(browser, jupyter):
    """Return how many requests and frames went out in a minute, and the CPU's share."""
    with page(browser, jupyter) as lab:
        seen = []

        def note(thing):
            seen.append(thing)

        def watch(socket):
            if "/smnb/" in socket.url:
                socket.on("framereceived", note)
                socket.on("framesent", note)

        def request(asked):
            if "/smnb/" in asked.url:
                note(asked)

        lab.page.on("websocket", watch)
        lab.page.on("request", request)
        lab.reload()
        lab.show_panel()
        lab.page.locator("#smnb-panel .smnb-row").first.wait_for()
        lab.run("application:toggle-right-area")
        lab.page.wait_for_timeout(5000)
        seen.clear()
        before = cpu_s(jupyter.pid)
        lab.page.wait_for_timeout(HIDDEN_S * 1000)
        return len(seen), (cpu_s(jupyter.pid) - before) / HIDDEN_S * 100


def cpu_s(pid):
    """Return the CPU time of a process, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def page(browser, jupyter):
    """Open JupyterLab in a page of its own."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    yield Lab(context.new_page(), jupyter).open()
    context.close()


def measure(folder):
    """Return all figures, by the names of their bounds."""
    import smnb

    model = folder / "slow"
    (model / "code").mkdir(parents=True)
    (model / "code" / "inference.py").write_text(SLOW)
    jupyter = Jupyter(folder / "jupyter")
    jupyter.start()
    smnb.deploy(ROOT / "tests/models/double", name="there")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        try:
            opened = opening(browser, jupyter)
            first, later = changes(browser, jupyter, smnb, model)
            paints, frames = many(browser, jupyter)
            requests, cpu = hidden(browser, jupyter)
        finally:
            browser.close()
            jupyter.stop()
    medians = map(statistics.median, (opened, first, later, paints, frames))
    return dict(zip(BOUNDS, [*sizes(), *medians, requests, cpu], strict=True))


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SMNB_DATA_DIR"] = str(Path(folder, "smnb"))
        os.environ["SMNB_TARGET"] = "local"
        try:
            figures = measure(Path(folder))
        finally:
            stop = [sys.executable, "-m", "smnb.local", "stop", "--purge"]
            subprocess.run(stop, check=True, capture_output=True)
    for name, figure in figures.items():
        print(f"{name}: {figure:.1f} of at most {BOUNDS[name]}")
    return int(any(figure > BOUNDS[name] for name, figure in figures.items()))


if __name__ == "__main__":
    sys.exit(main())
