"""All that goes in comes out once, within the bounds, whatever the order of answers."""

import threading
import time
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smnb._retry import Patience
from smnb._split.parts import Packer, Piece, Shown
from smnb._split.pipeline import Pipeline
from smnb.errors import ServiceError

AT_ONCE = Patience(first_s=0.0005, longest_s=0.001)
THROTTLED = ServiceError("no room", hint="wait", code="ThrottlingException", status=400)


class Stages:
    """Takes `room` requests at a time, and remembers what passed."""

    def __init__(self, room=100, size=10):
        self.room, self.size = room, size
        self.lock = threading.Lock()
        self.busy = self.most_busy = 0
        self.taken = self.done = self.most_held = 0
        self.landings = []

    def units(self, count):
        for number in range(count):
            self.taken += 1
            self.most_held = max(self.most_held, self.taken - self.done)
            yield number

    def encode(self, unit):
        return [Piece((Shown(unit, 0.0),), b"x" * self.size, "image/jpeg")]

    def send(self, part):
        with self.lock:
            self.busy += 1
            self.most_busy = max(self.busy, self.most_busy)
            throttled = self.busy > self.room
        try:
            if throttled:
                raise THROTTLED
            return self.answer(part)
        finally:
            with self.lock:
                self.busy -= 1

    def answer(self, part):
        return [shown.frame for shown in part.shown]

    def landed(self, part, answer, error):
        self.done += len(part.shown)
        self.landings.append((part.place, error or answer))

    def turn(self):
        pass


def passed(stages, count, *, concurrency=8, limit=0, part_bytes=1000, patience=AT_ONCE):
    pipeline = Pipeline(
        stages,
        Packer(limit, "multipart" if limit else None, {}),
        concurrency=concurrency,
        unit_bytes=1000,
        part_bytes=part_bytes,
        patience=patience,
    )
    pipeline.run(stages.units(count))
    return sorted(stages.landings)


@settings(deadline=None, max_examples=25)
@given(
    count=st.integers(0, 120),
    concurrency=st.integers(1, 20),
    room=st.integers(1, 20),
    limit=st.sampled_from([0, 600, 5000]),
)
def test_each_unit_is_answered_once_however_it_is_throttled(
    count, concurrency, room, limit
):
    landings = passed(Stages(room), count, concurrency=concurrency, limit=limit)

    assert [place for place, _ in landings] == list(range(len(landings)))
    assert list(chain(*(frames for _, frames in landings))) == list(range(count))


def test_no_more_is_in_flight_than_is_allowed():
    stages = Stages()
    stages.answer = lambda part: time.sleep(0.002) or [part.shown[0].frame]
    passed(stages, 60, concurrency=3)

    assert stages.most_busy == 3


def test_decoding_waits_for_a_slow_endpoint():
    stages = Stages(size=100)
    stages.answer = lambda part: time.sleep(0.003) or [part.shown[0].frame]
    passed(stages, 100, concurrency=2, part_bytes=100)

    # Two in flight, two that wait, and what the encoders hold.
    assert stages.most_held < 40


def test_what_was_throttled_gives_its_bytes_back():
    stages = Stages(room=1, size=100)
    send = stages.send

    def keeping_the_body_alone(part):
        part.contents.clear()
        return send(part)

    stages.send = keeping_the_body_alone
    landings = passed(stages, 200, concurrency=4, part_bytes=100)

    assert [frames for _, frames in landings] == [[i] for i in range(200)]


def test_unit_that_fails_leaves_the_others():
    stages = Stages()

    def answer(part):
        if part.place == 3:
            raise ValueError("no")
        return [part.place]

    stages.answer = answer
    landings = passed(stages, 10)

    assert isinstance(landings[3][1], ValueError)
    assert [a for _, a in landings if isinstance(a, list)] == [
        [i] for i in range(10) if i != 3
    ]


def test_throttled_for_too_long_is_told():
    stages = Stages(room=0)
    impatient = Patience(first_s=0.001, longest_s=0.001, total_s=0.01)

    assert passed(stages, 2, patience=impatient) == [(0, THROTTLED), (1, THROTTLED)]


@pytest.mark.parametrize("stage", ["encode", "landed", "turn"])
def test_bug_in_a_stage_ends_the_run(stage):
    stages = Stages()

    def fail(*_):
        raise ZeroDivisionError

    setattr(stages, stage, fail)
    with pytest.raises(ZeroDivisionError):
        passed(stages, 100)


def test_stop_waits_for_nothing():
    stages = Stages()
    stages.answer = lambda _: time.sleep(5)

    def turn():
        if stages.busy:
            raise KeyboardInterrupt

    stages.turn = turn
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        passed(stages, 1000)

    assert time.monotonic() - started < 0.3
