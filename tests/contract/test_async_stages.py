"""kill -9 at each stage of an asynchronous request: it is answered, and answered once.

That an answer which was decided, or published, stays that answer is also in
tests/unit/local/async_queue/test_crashes.py, which stops between two statements.
"""

import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from processes import is_running

MIB = 1024 * 1024
LARGE = 128 * MIB


class Queue:
    """An endpoint of the model `held`, which says what it got and waits to be let go."""

    def __init__(self, backend, hosting_on, folder):
        self.backend = backend
        self.hosting_on = hosting_on
        self.folder = folder
        self.hosting = hosting_on(backend)
        self.name = self.hosting.deploy_async("held")

    def submit(self, name, **data):
        """Send a request of that name; return where its answer will be."""
        body = {"folder": str(self.folder), "name": name, **data}
        accepted = self.hosting.submit(self.name, json.dumps(body).encode())
        return accepted["OutputLocation"], accepted["FailureLocation"]

    def asked(self, name):
        """Return the ids of the processes that got the request."""
        return [int(path.suffix[1:]) for path in self.folder.glob(f"{name}.*")]

    def let_go(self):
        (self.folder / "go").touch()

    def restart(self):
        """Kill the daemon and start it again."""
        self.backend.stop(signal.SIGKILL)
        self.backend.start()
        self.hosting = self.hosting_on(self.backend)

    def content(self, location):
        return self.hosting.get(location)["Body"].read()

    def keys(self, prefix):
        page = self.hosting.s3.list_objects_v2(Bucket="contract", Prefix=prefix)
        return [item["Key"] for item in page.get("Contents", [])]

    def answered_once(self, locations):
        """Return whether each has an answer that stays, and none has failed."""
        outputs = [self.content(output) for output, _ in locations]
        wait_until(lambda: not list(Path(self.backend.data_dir, "async").iterdir()))
        again = [self.content(output) for output, _ in locations]
        return (
            outputs == again
            and len(set(outputs)) == len(locations) == len(self.keys("out/"))
            and not self.keys("failed/")
        )


@pytest.fixture
def queue(own_backend, hosting_on, tmp_path):
    return Queue(own_backend, hosting_on, tmp_path)


def wait_until(holds):
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_request_that_waits_is_answered_after_a_kill(queue):
    locations = [queue.submit(name) for name in ("first", "second", "third")]
    wait_until(lambda: queue.asked("first"))
    queue.restart()
    queue.let_go()

    assert queue.answered_once(locations)
    assert len(queue.asked("third")) == 1


def test_request_that_the_model_works_on_is_asked_again_after_a_kill(queue):
    location = queue.submit("only")
    wait_until(lambda: queue.asked("only"))
    queue.restart()
    queue.let_go()

    assert queue.answered_once([location])
    assert len(queue.asked("only")) == 2


def test_request_whose_input_is_read_is_answered_after_a_kill(queue):
    locations = [queue.submit("first")]
    queue.let_go()
    queue.content(locations[0][0])
    (pid,) = queue.asked("first")
    os.kill(pid, signal.SIGSTOP)  # most of a large input stays unread
    try:
        locations.append(queue.submit("large", rest="x" * LARGE))
        time.sleep(0.5)  # it is at this stage until the model reads on
        queue.restart()
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    assert queue.answered_once(locations)
    assert len(queue.asked("large")) == 1


@pytest.mark.parametrize(
    "spooled_bytes",
    [
        pytest.param(LARGE // 4, id="the model sends it"),
        pytest.param(LARGE, id="it goes to S3"),
    ],
)
def test_answer_is_whole_or_not_there_at_a_kill(queue, spooled_bytes):
    location = queue.submit("large", size=LARGE)
    queue.let_go()
    spool = Path(queue.backend.data_dir, "async")
    wait_until(lambda: any(p.stat().st_size >= spooled_bytes for p in spool.iterdir()))
    queue.restart()

    assert queue.answered_once([location])
    assert len(json.loads(queue.content(location[0]))["filling"]) == LARGE


def test_answer_that_is_seen_stays_though_its_request_is_not_done(queue):
    locations = [queue.submit(str(number)) for number in range(10)]
    queue.let_go()
    first = queue.content(locations[0][0])
    queue.restart()

    assert queue.answered_once(locations)
    assert queue.content(locations[0][0]) == first


def test_request_whose_model_is_killed_fails_and_the_next_is_answered(queue):
    killed, following = queue.submit("killed"), queue.submit("following")
    wait_until(lambda: queue.asked("killed"))
    os.kill(queue.asked("killed")[0], signal.SIGKILL)
    failure = queue.content(killed[1])
    queue.let_go()
    queue.content(following[0])

    assert b"could not get a response" in failure
    assert len(queue.keys("failed/")) == len(queue.keys("out/")) == 1
    assert len(queue.asked("killed")) == 1


def test_model_killed_at_rest_loses_no_request(queue):
    locations = [queue.submit("before")]
    queue.let_go()
    queue.content(locations[0][0])
    (pid,) = queue.asked("before")
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_running(pid))
    locations.append(queue.submit("after"))

    assert queue.answered_once(locations)
