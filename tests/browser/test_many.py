"""500 endpoints: few rows in the page, and none moves under the pointer."""

import json
import time

from lab_page import WITHIN_MS, Lab, shot
from playwright.sync_api import expect

ENDPOINTS = 500
MOST_ROWS = 60


class Pushed:
    """Stands between server and page: the test says what the page is pushed."""

    def __init__(self, page):
        self._page = page
        self._first = None
        self._seq = 1000
        self._socket = None
        page.route_web_socket("**/smnb/stream", self._route)

    def _route(self, socket):
        self._socket = socket
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(self._keep)

    def _keep(self, text):
        snapshot = json.loads(text)
        if snapshot["rows"] and self._first is None:
            self._first = snapshot

    def row(self):
        """Return a row as the server pushed it."""
        ends_at = time.monotonic() + WITHIN_MS / 1000
        while self._first is None:
            assert time.monotonic() < ends_at
            self._page.wait_for_timeout(50)
        return self._first["rows"][0]

    def push(self, rows, *, full=False):
        """Push rows, with all else as the server had it."""
        self._seq += 1
        counts = {**self._first["counts"], "in_service": ENDPOINTS}
        snapshot = {**self._first, "seq": self._seq, "counts": counts}
        self._socket.send(json.dumps({**snapshot, "rows": rows, "full": full}))


def many(row):
    """Return rows like one of the server's, each with a name and a traffic of its own."""
    return [
        {
            **row,
            "name": f"endpoint-{index:03}",
            "key": f"endpoint-{index:03}",
            "requests_per_min": [(index * 7 + m * m) % 50 for m in range(30)],
        }
        for index in range(ENDPOINTS)
    ]


def test_many_endpoints(open_page, jupyter, endpoint):
    endpoint("double", "sums").invoke([1, 2])
    page = open_page()
    pushed = Pushed(page)
    lab = Lab(page, jupyter).open()
    lab.show_panel()
    rows = many(pushed.row())

    pushed.push(rows, full=True)
    expect(lab.panel.get_by_role("button", name="500 in service")).to_be_visible()
    assert lab.panel.locator(".smnb-row").count() <= MOST_ROWS
    for theme in ("Dark", "Light"):
        lab.theme(f"JupyterLab {theme}")
        shot(page, f"many-{theme.lower()}")

    what_is_pointed_at_stays(lab, pushed, rows)
    all_are_reached(lab)


def what_is_pointed_at_stays(lab, pushed, rows):
    """Change other rows; it is sorted again only when the pointer has gone."""
    first = lab.panel.locator(".smnb-row").first
    pointed = lab.row("endpoint-003")
    pointed.hover()
    top = pointed.bounding_box()["y"]
    pushed.push([{**rows[400], "status": "Failed", "attention": 0}])
    pushed.push([{**rows[3], "rate_per_min": 77}])
    expect(pointed.locator(".smnb-row-rate")).to_have_text("77/min")
    assert pointed.bounding_box()["y"] == top
    expect(first).to_contain_text("endpoint-000")
    lab.page.mouse.move(300, 300)
    expect(first).to_contain_text("endpoint-400")
    expect(first.locator(".smnb-row-status")).to_have_text("Failed")
    pointed.hover()
    pushed.push([{**rows[0], "name": "fresh", "key": "fresh"}])
    expect(first).to_contain_text("fresh")


def all_are_reached(lab):
    """Go to the last row and back by keys, with few rows in the page; filter."""
    rows = lab.panel.locator(".smnb-row")
    rows.first.locator(".smnb-row-name").focus()
    lab.press("End")
    expect(lab.row("endpoint-499").locator(".smnb-row-name")).to_be_focused()
    assert rows.count() <= MOST_ROWS
    shot(lab.page, "many-end-light")
    lab.press("Home")
    expect(lab.row("fresh").locator(".smnb-row-name")).to_be_focused()
    lab.panel.get_by_role("textbox", name="Filter").fill("point-49")
    expect(rows).to_have_count(10)
    lab.panel.get_by_role("textbox", name="Filter").fill("nobody")
    expect(lab.panel.get_by_text("None of 501 fits")).to_be_visible()
    shot(lab.page, "many-none-light")
    lab.panel.get_by_role("button", name="Show all").click()
    expect(rows.first).to_contain_text("fresh")
