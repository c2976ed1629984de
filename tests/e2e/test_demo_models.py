"""The demo's models on real photos and clips, called as a container calls them."""

import importlib.util
import json
from pathlib import Path

import av
import cv2
import pytest
import skimage.data
from requests_toolbelt import MultipartEncoder

from demo import assets, build

PHOTOS = Path(skimage.data.__file__).parent
FACE = [180, 82, 274, 176]  # of the astronaut, looked at


class Handler:
    """The functions of one inference.py, run in a container's order."""

    def __init__(self, folder):
        path = folder / "code" / "inference.py"
        spec = importlib.util.spec_from_file_location(f"demo_{folder.name}", path)
        self.module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)
        self.model = self.module.model_fn(str(folder))

    def __call__(self, body, content_type):
        data = self.module.input_fn(body, content_type)
        prediction = self.module.predict_fn(data, self.model)
        return json.loads(json.dumps(prediction))


@pytest.fixture(scope="module")
def faces():
    return Handler(build.faces())


@pytest.fixture(scope="module")
def tumours():
    return build.tumours()


def overlap(one, other):
    """Return the area that two boxes share, of the area that they cover."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[2], other[2]), min(one[3], other[3])
    shared = max(0, right - left) * max(0, bottom - top)
    areas = sum((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return shared / (areas - shared)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        pytest.param("astronaut", 1, id="astronaut"),
        pytest.param("coffee", 0, id="coffee"),
        pytest.param("chelsea", 0, id="cat"),
        pytest.param("motorcycle_left", 0, id="motorcycle"),
        pytest.param("coins", 0, id="coins"),
        pytest.param("ihc", 0, id="tissue"),
    ],
)
def test_faces_finds_as_many_as_there_are(faces, name, count):
    found = faces((PHOTOS / f"{name}.png").read_bytes(), "image/png")

    assert len(found) == count


def test_faces_puts_the_box_where_the_face_is(faces):
    (found,) = faces((PHOTOS / "astronaut.png").read_bytes(), "image/png")

    assert overlap(found["box"], FACE) > 0.8
    assert found["score"] > 0.9


@pytest.mark.parametrize(
    ("left", "top"),
    [
        pytest.param(1000, 0, id="wide-picture"),
        pytest.param(0, 1000, id="tall-picture"),
        pytest.param(200, 200, id="small-in-the-picture"),
    ],
)
def test_faces_answers_in_pixels_of_the_whole_picture(faces, left, top):
    photo = cv2.imread(str(PHOTOS / "astronaut.png"))
    larger = cv2.copyMakeBorder(photo, top, 0, left, 0, cv2.BORDER_CONSTANT)
    (found,) = faces(bytes(cv2.imencode(".png", larger)[1]), "image/png")
    x1, y1, x2, y2 = FACE

    assert overlap(found["box"], [left + x1, top + y1, left + x2, top + y2]) > 0.7


def test_faces_answers_a_list_in_the_order_of_the_parts(faces):
    names = ["coffee", "astronaut", "coffee"]
    parts = [
        (f"part-{i}", (name, (PHOTOS / f"{name}.png").read_bytes(), "image/png"))
        for i, name in enumerate(names)
    ]
    body = MultipartEncoder(parts)
    found = faces(body.to_string(), body.content_type)

    assert [len(one) for one in found] == [0, 1, 0]


def test_faces_refuses_what_is_no_picture(faces):
    with pytest.raises(ValueError, match="7 bytes are no picture"):
        faces(b"%PDF-1.", "image/jpeg")


def test_faces_finds_the_face_in_every_tenth_frame_of_the_clip(faces):
    found = []
    with av.open(str(assets.fetch(assets.PORTRAIT))) as clip:
        for index, frame in enumerate(clip.decode(video=0)):
            if index % 10 == 0:
                picture = cv2.imencode(".jpg", frame.to_ndarray(format="bgr24"))[1]
                found.append(len(faces(bytes(picture), "image/jpeg")))

    assert found == [1] * 48


def test_shots_finds_the_cut():
    shots = Handler(build.shots())
    found = shots(assets.fetch(assets.CITY).read_bytes(), "video/mpeg")

    assert found == {
        "frames": 190,
        "shots": [
            {"start_s": 0.0, "end_s": 4.64, "frames": 116},
            {"start_s": 4.64, "end_s": 7.6, "frames": 74},
        ],
    }


def test_tumours_takes_a_record_in_json(tumours):
    handler = Handler(tumours.folder)
    record = tumours.records.iloc[0].to_dict()

    assert handler(json.dumps(record), "application/json")["diagnosis"] == "malignant"


def test_tumours_is_right_on_nearly_all_unseen_rows_of_csv(tumours):
    handler = Handler(tumours.folder)
    rows = handler(tumours.records.to_csv(index=False, header=False), "text/csv")
    right = [
        row["diagnosis"] == known
        for row, known in zip(rows, tumours.diagnoses, strict=True)
    ]

    assert len(right) == 143
    assert sum(right) > 0.95 * len(right)
