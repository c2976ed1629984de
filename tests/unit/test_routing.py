"""`plan` picks the first route of its table that the limits and the model allow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import smnb
from smnb._limits import LIMITS
from smnb._routes import Direct, FrameFacts, Hosting, Item, Split, ViaS3
from smnb._routing import plan
from smnb.errors import InvalidInputError, PayloadTooLargeError

SERVERLESS = LIMITS["serverless_payload_bytes"].value
REALTIME = LIMITS["realtime_payload_bytes"].value
GIB = LIMITS["async_payload_bytes"].value
FRAMES = FrameFacts(count=250, width=640, height=272, fps=30.0, frame_bytes=46_000)
JPEG, MP4, CSV, PDF = "image/jpeg", "video/mp4", "text/csv", "application/pdf"
MULTIPART = "multipart/form-data"


def hosting(kind="serverless", accepts=None, *, overflow=False):
    return Hosting("faces", kind, accepts, overflow)


def item(content_type, size, frames=None):
    return Item("the payload", content_type, size, frames)


@pytest.mark.parametrize(
    ("payload", "endpoint", "expected"),
    [
        pytest.param(item(CSV, 1), hosting("async"), ViaS3, id="0-async-endpoint"),
        pytest.param(
            item(CSV, SERVERLESS), hosting(), Direct, id="1-at-serverless-limit"
        ),
        pytest.param(
            item(CSV, REALTIME), hosting("realtime"), Direct, id="1-at-realtime-limit"
        ),
        pytest.param(
            item(MP4, 900), hosting(accepts=(MP4,)), Direct, id="1-small-video-taken"
        ),
        pytest.param(item(MP4, 900, FRAMES), hosting(), Split, id="2-video-undeclared"),
        pytest.param(
            item(MP4, 900, FRAMES),
            hosting(accepts=(JPEG,)),
            Split,
            id="2-video-to-images",
        ),
        pytest.param(
            item(MP4, GIB + 1, FRAMES),
            hosting(accepts=(JPEG,)),
            Split,
            id="2-huge-video-to-images",
        ),
        pytest.param(
            item(MP4, SERVERLESS + 1),
            hosting(accepts=(MP4,), overflow=True),
            ViaS3,
            id="3-video-taken",
        ),
        pytest.param(
            item(MP4, SERVERLESS + 1),
            hosting(accepts=(MP4, "application/json"), overflow=True),
            ViaS3,
            id="3-json-beside-video-names-no-frames",
        ),
        pytest.param(
            item(CSV, SERVERLESS + 1), hosting(overflow=True), ViaS3, id="4-table"
        ),
        pytest.param(
            item(PDF, GIB), hosting(overflow=True), ViaS3, id="4-at-async-limit"
        ),
    ],
)
def test_plan_follows_its_table(payload, endpoint, expected):
    assert isinstance(plan(payload, endpoint), expected)


@pytest.mark.parametrize(
    ("payload", "endpoint", "error", "hint"),
    [
        pytest.param(
            item(CSV, SERVERLESS + 1),
            hosting(),
            PayloadTooLargeError,
            "overflow=",
            id="4-serverless+1",
        ),
        pytest.param(
            item(CSV, REALTIME + 1),
            hosting("realtime"),
            PayloadTooLargeError,
            "overflow=",
            id="4-realtime+1",
        ),
        pytest.param(
            item(PDF, GIB + 1),
            hosting(overflow=True),
            PayloadTooLargeError,
            "pieces",
            id="over-1-gb",
        ),
        pytest.param(
            item(PDF, GIB + 1),
            hosting("async"),
            PayloadTooLargeError,
            "pieces",
            id="over-1-gb-async",
        ),
        pytest.param(
            item(CSV, 1),
            hosting(accepts=(JPEG,)),
            InvalidInputError,
            "ACCEPTS",
            id="not-taken",
        ),
        pytest.param(
            item(MP4, 1),
            hosting(accepts=(CSV,)),
            InvalidInputError,
            "ACCEPTS",
            id="video-not-taken",
        ),
    ],
)
def test_plan_refuses_before_anything_is_sent(payload, endpoint, error, hint):
    with pytest.raises(error) as caught:
        plan(payload, endpoint)

    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("payload", "endpoint", "route", "requests", "via_s3"),
    [
        pytest.param(
            item(MP4, 2 * SERVERLESS + 1), hosting(accepts=(MP4,)), None, 3, False
        ),
        pytest.param(item(MP4, 900), hosting(), "segments", 1, False),
        pytest.param(item(MP4, 900), hosting(accepts=(MP4,)), "split", 1, False),
        pytest.param(item(MP4, GIB + 1), hosting("async"), None, 33, True),
        pytest.param(
            item(MP4, GIB + 1), hosting(accepts=(MP4,), overflow=True), None, 33, True
        ),
    ],
    ids=["3-no-overflow", "asked-for", "split", "0-beyond-1-gb", "3-beyond-1-gb"],
)
def test_video_goes_in_segments(payload, endpoint, route, requests, via_s3):
    found = plan(payload, endpoint, route=route)

    assert (found.unit, found.requests, found.via_s3) == ("segments", requests, via_s3)
    assert "in segments of the file" in repr(found)


@pytest.mark.parametrize(
    ("accepts", "packing", "frame_type"),
    [
        pytest.param((JPEG,), None, JPEG, id="one-by-one"),
        pytest.param((JPEG, MULTIPART), "multipart", JPEG, id="multipart"),
        pytest.param(("application/x-npy",), "npy", "application/x-npy", id="npy"),
        pytest.param(
            ("application/x-recordio-protobuf",), "recordio", JPEG, id="recordio"
        ),
        pytest.param(("application/json",), "json", JPEG, id="json"),
        pytest.param((JPEG, "application/json"), None, JPEG, id="images-over-json"),
    ],
)
def test_frames_share_a_request_as_the_model_declares(accepts, packing, frame_type):
    found = plan(item(MP4, 900, FRAMES), hosting(accepts=accepts))

    assert (found.unit, found.packing, found.frame_type) == (
        "frames",
        packing,
        frame_type,
    )


def wished(size=900):
    return Item("clip.mp4", MP4, size, FRAMES, wish="every=5")


def test_wish_for_single_frames_goes_as_frames_however_small_the_file():
    found = plan(wished(), hosting(accepts=(MP4, JPEG)))

    assert (found.unit, found.because[:28]) == (
        "frames",
        "because every=5 means single",
    )


@pytest.mark.parametrize(
    ("endpoint", "route"),
    [
        pytest.param(hosting(accepts=(MP4,)), None, id="takes-no-images"),
        pytest.param(hosting("async"), None, id="async"),
        pytest.param(hosting(), "direct", id="whole-was-asked-for"),
    ],
)
def test_wish_for_single_frames_that_cannot_be_had_is_refused(endpoint, route):
    with pytest.raises(InvalidInputError, match="every=5"):
        plan(wished(), endpoint, route=route)


def test_both_plans_show_the_same_table():
    def table(function):
        lines = [line.strip() for line in function.__doc__.splitlines()]
        rules = [index for index, line in enumerate(lines) if line.startswith("====")]
        return lines[rules[0] : rules[-1]]

    assert table(plan) == table(smnb.Endpoint.plan)
    assert len(table(plan)) == 9


def test_one_byte_over_is_told_apart_from_the_limit():
    with pytest.raises(
        PayloadTooLargeError, match=r"4,194,305 bytes; .* takes 4,194,304 bytes"
    ):
        plan(item(CSV, SERVERLESS + 1), hosting())


@pytest.mark.parametrize(
    ("route", "payload", "endpoint", "expected"),
    [
        pytest.param("direct", item(MP4, 900), hosting(), Direct, id="direct-video"),
        pytest.param(
            "split", item(MP4, 900, FRAMES), hosting(accepts=(MP4,)), Split, id="split"
        ),
        pytest.param("s3", item(CSV, 1), hosting(overflow=True), ViaS3, id="s3-small"),
        pytest.param("s3", item(CSV, 1), hosting("async"), ViaS3, id="s3-async"),
    ],
)
def test_route_overrides_the_choice(route, payload, endpoint, expected):
    assert isinstance(plan(payload, endpoint, route=route), expected)


@pytest.mark.parametrize(
    ("route", "payload", "endpoint", "error"),
    [
        pytest.param(
            "direct",
            item(CSV, SERVERLESS + 1),
            hosting(),
            PayloadTooLargeError,
            id="direct",
        ),
        pytest.param(
            "split", item(CSV, 1), hosting(), InvalidInputError, id="split-a-table"
        ),
        pytest.param(
            "s3", item(CSV, 1), hosting(), InvalidInputError, id="s3-without-overflow"
        ),
        pytest.param(
            "direct",
            item(CSV, 1),
            hosting("async"),
            InvalidInputError,
            id="direct-async",
        ),
        pytest.param(
            "pigeon", item(CSV, 1), hosting(), InvalidInputError, id="unknown"
        ),
    ],
)
def test_route_that_cannot_be_had_is_refused(route, payload, endpoint, error):
    with pytest.raises(error):
        plan(payload, endpoint, route=route)


@pytest.mark.parametrize(
    ("accepts", "requests"),
    [
        pytest.param((JPEG,), 250, id="one-frame-a-request"),
        # 90 frames of 46,256 bytes fit 4,194,304 bytes.
        pytest.param((JPEG, MULTIPART), 3, id="packed"),
    ],
)
def test_split_counts_requests(accepts, requests):
    route = plan(item(MP4, 900, FRAMES), hosting(accepts=accepts))

    assert route.requests == requests


@pytest.mark.parametrize(
    "content_type", ["image/JPEG", "image/jpeg; q=1", "image/jpeg"]
)
def test_accepts_ignores_case_and_parameters(content_type):
    assert hosting(accepts=(JPEG,)).takes(content_type)


@given(
    size=st.integers(0, 2 * GIB),
    kind=st.sampled_from(["realtime", "serverless", "async"]),
    accepts=st.sampled_from([None, (JPEG,), (MP4,), (CSV,), (JPEG, MULTIPART)]),
    overflow=st.booleans(),
    content_type=st.sampled_from([JPEG, MP4, CSV, PDF]),
)
def test_no_request_is_ever_larger_than_its_limit(
    size, kind, accepts, overflow, content_type
):
    endpoint = hosting(kind, accepts, overflow=overflow)
    frames = FRAMES if content_type == MP4 else None
    try:
        route = plan(item(content_type, size, frames), endpoint)
    except InvalidInputError:
        return

    match route:
        case Direct(size_bytes=sent):
            assert sent <= endpoint.request_limit_bytes
        case Split(part_bytes=part, via_s3=True):
            assert part <= GIB
            assert overflow or kind == "async"
        case Split(part_bytes=part):
            assert part <= endpoint.request_limit_bytes
            assert kind != "async"
        case ViaS3(size_bytes=sent):
            assert sent <= GIB
            assert overflow or kind == "async"
