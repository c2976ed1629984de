"""Whatever a video comes as, and whatever is asked of it: the right frames arrive."""

import http.server
import io
import threading
from functools import partial

import barcode
import cv2
import numpy as np
import pytest
from flaky_endpoint import Endpoint, serving
from PIL import Image

import smnb
from smnb import _s3
from smnb._s3 import S3Uri
from smnb.errors import InvalidInputError, NotFoundError, ServiceError

FRAMES, FPS = 60, 25


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return barcode.write(tmp_path_factory.mktemp("clip") / "clip.mp4", FRAMES, FPS)


@pytest.fixture
def far(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with serving(Endpoint) as (_, endpoint):
        yield endpoint


@pytest.fixture
def web(clip):
    """Serve the clip's folder over HTTP; return its URL."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(clip.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def told(result):
    """Return the frames of a result, having checked that each has its own answer."""
    assert [r.value["frame"] for r in result] == result.frames
    assert result.times_s == pytest.approx([i / FPS for i in result.frames], abs=1e-3)
    return result.frames


class Unnamed(io.RawIOBase):
    """A file that can only be read on, as one from a socket."""

    def __init__(self, content):
        self.content = io.BytesIO(content)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self.content.readinto(buffer)


def arrays(clip):
    return (frame.bgr[:, :, ::-1] for frame in smnb._video.frames(clip))


SOURCES = {
    "path": lambda clip: clip,
    "text": str,
    "bytes": lambda clip: clip.read_bytes(),
    "bytearray": lambda clip: smnb.Video(bytearray(clip.read_bytes())),
    "file": lambda clip: smnb.Video(io.BytesIO(clip.read_bytes())),
    "file-that-cannot-seek": lambda clip: smnb.Video(Unnamed(clip.read_bytes())),
    "capture": lambda clip: cv2.VideoCapture(str(clip)),
    "generator": arrays,
    "list": lambda clip: smnb.Video(list(arrays(clip))),
    "array": lambda clip: smnb.Video(np.stack(list(arrays(clip)))),
    "pictures": lambda clip: map(Image.fromarray, map(np.ascontiguousarray, arrays(clip))),
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_video_comes_as_anything(far, clip, name):
    source = SOURCES[name](clip)

    assert told(far.invoke(source)) == list(range(FRAMES))


def test_url_is_read(far, web):
    assert told(far.invoke(f"{web}/clip.mp4")) == list(range(FRAMES))
    assert len(told(far.invoke(smnb.Video(f"{web}/clip.mp4?key=1", fps=5)))) == 12


def test_url_without_a_file_is_told_without_its_query(far, web):
    with pytest.raises(NotFoundError, match="nothing at http") as caught:
        far.invoke(f"{web}/other.mp4?signature=secret")

    assert "secret" not in str(caught.value)


def test_server_that_is_away_is_told(far):
    with pytest.raises(ServiceError, match="cannot be read"):
        far.invoke("http://127.0.0.1:9/clip.mp4")


def test_object_on_s3_is_read_and_a_prefix_is_mapped(clip, write_model):
    model = write_model(barcode.READ + MODEL)
    with smnb.deploy(model, name="from-s3") as ep:
        bucket, client = ep.session.bucket(), ep.session.client("s3")
        for name in ("a.mp4", "b/c.mp4", "b/notes.txt"):
            client.upload_file(str(clip), bucket, f"clips/{name}")
        one = ep.invoke(f"s3://{bucket}/clips/a.mp4")
        many = ep.map(f"s3://{bucket}/clips/")
        with pytest.raises(NotFoundError):
            ep.invoke(f"s3://{bucket}/clips/none.mp4")
        _s3.delete_prefix(ep.session, S3Uri(bucket, "clips"))

    assert told(one) == list(range(FRAMES))
    assert [told(result) for result in many] == [list(range(FRAMES))] * 2


MODEL = """
def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return read(body)

def predict_fn(index, model):
    return {"frame": index}
"""


@pytest.mark.parametrize(
    ("options", "frames"),
    [
        ({"every": 7}, range(0, FRAMES, 7)),
        ({"fps": 5}, range(0, FRAMES, 5)),
        ({"start_s": 0.4, "stop_s": 1.2}, range(10, 30)),
        ({"start_s": 1, "every": 10}, range(30, FRAMES, 10)),
        ({"start_s": 1.5, "fps": 12.5}, range(38, FRAMES, 2)),
    ],
)
@pytest.mark.parametrize("source", ["path", "bytes", "capture", "generator"])
def test_frames_are_chosen(far, clip, source, options, frames):
    result = far.invoke(smnb.Video(SOURCES[source](clip), **options))

    assert told(result) == list(frames)


@pytest.mark.parametrize(
    ("options", "content_type"),
    [
        ({"format": "png"}, "image/png"),
        ({"format": "webp", "quality": 80}, "image/webp"),
        ({"region": (0, 0, 192, 16)}, "image/jpeg"),
        ({"size": (192, 32), "quality": 70}, "image/jpeg"),
    ],
)
def test_frames_are_encoded_as_asked(far, clip, options, content_type):
    reply = far.invoke(smnb.Video(clip, **options), detail=True)

    assert told(reply.value) == list(range(FRAMES))
    assert reply.content_type == content_type


def test_plan_says_what_is_taken(far, clip):
    route = far.plan(smnb.Video(clip, fps=5, start_s=1))

    assert (route.frames, route.requests, route.unit) == (7, 7, "frames")
    assert "fps=5, start_s=1 means single frames" in route.because


def test_span_without_a_frame_is_told(far, clip):
    with pytest.raises(InvalidInputError, match=r"no frame .* lasts 2\.40 s"):
        far.invoke(smnb.Video(clip, start_s=100))


def test_answers_are_drawn_on_what_was_sent(far, clip):
    video = smnb.Video(clip, region=(0, 0, 192, 16), every=20)
    result = far.invoke(video)
    drawn = []
    result.contact_sheet(lambda image, value: drawn.append((image.size, value)))

    assert drawn == [((192, 16), {"frame": i}) for i in (0, 20, 40)]


def test_frames_that_existed_once_cannot_be_shown_again(far, clip):
    result = far.invoke(smnb.Video(arrays(clip)))

    assert result.info.frame_count == FRAMES
    with pytest.raises(InvalidInputError, match="existed only once"):
        result.contact_sheet()
    assert "<svg" in result._repr_html_()


def test_job_and_map_take_videos(far, clip):
    job = far.submit(smnb.Video(clip, every=30))
    mapped = far.map([smnb.Video(clip, every=n) for n in (20, 30)])

    assert told(job.result(60)) == [0, 30]
    assert [told(result) for result in mapped] == [[0, 20, 40], [0, 30]]


def test_frames_that_do_not_fit_are_sent_coarser_and_say_so(far):
    noise = np.random.default_rng(1).integers(0, 256, (3000, 2600, 3), np.uint8)
    bars = barcode._picture(5).resize((192, 32))
    noise[:32, :192] = np.asarray(bars)
    reply = far.invoke(smnb.Video([noise]), detail=True)
    (result,) = reply.value

    assert result.value == {"frame": 5}
    assert result.quality < 90
    assert result.size == (2600, 3000)
    assert (
        f"1 sent coarser, to fit a request (down to quality {result.quality}"
        in repr(reply.value)
    )
    assert reply.size_bytes <= 6 * 1024 * 1024
