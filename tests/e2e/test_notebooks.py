"""Every notebook runs from top to bottom, and what it computes is right."""

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

# What is printed as JSON at the end of a notebook, and what it must be.
RIGHT = {
    "01-quickstart": {
        "diagnosis['diagnosis']": "malignant",
        "bool(accuracy > 0.95)": True,
        "len(predictions)": 143,
        "{form: len(faces) for form, faces in found.items()}": {
            "path": 1,
            "PIL image": 1,
            "ndarray": 1,
            "bytes": 1,
        },
        "[len(frame.value) for frame in frames]": [1] * 472,
        "[frame.frame for frame in frames]": list(range(472)),
        "face_endpoint.name": "quickstart-faces",
        "reply.route.name": "s3",
        "[shot['end_s'] for shot in reply.value['shots']]": [4.64, 7.6],
        "type(refusal).__name__": "PayloadTooLargeError",
        "len(smnb.endpoints())": 0,
    },
    "03-video": {
        "plan.frames": 20,
        "frames.frames": list(range(0, 240, 12)),
        "{len(frame.value) for frame in frames} == {1}": True,
        "list(table.columns)": ["frame", "time_s", "part", "prediction"],
        "seen": [[frame, 1] for frame in range(0, 472, 50)],
        "bright.frames": list(range(25)),
        "[result.frames for result in many]": [[0, 24, 48]] * 2,
        "sum(segment.frame_count for segment in segments)": 190,
        "len(segments) > 1": True,
        "len(smnb.endpoints())": 0,
    },
    "04-panel": {
        "[len(faces_of) for faces_of in found]": [1] * 5,
        "plan.goes[0]": "endpoint panel-faces (InService, serverless 2048 MB)",
        "len(smnb.endpoints())": 0,
    },
    "02-models-calls-costs": {
        "advice.best.name": "serverless",
        "accuracy > 0.95": True,
        "measured.best.memory_mb": 2048,
        "totals": [{"total": 2 * i} for i in range(200)],
        "job.result()": [2, 8, 2, 6, 6],
        "'no_such_package' in str(failure)": True,
        "len(smnb.endpoints())": 0,
    },
}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_computes_what_is_right(path):
    expected = RIGHT[path.stem]
    notebook = nbformat.read(path, as_version=4)
    values = ", ".join(f"{code!r}: {code}" for code in expected)
    notebook.cells.append(
        nbformat.v4.new_code_cell(f"import json\nprint(json.dumps({{{values}}}))")
    )
    NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": path.parent}}
    ).execute()

    assert json.loads(notebook.cells[-1].outputs[0].text) == expected


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_kept_without_outputs(path):
    cells = nbformat.read(path, as_version=4).cells

    assert [c.id for c in cells if c.get("outputs") or c.get("execution_count")] == []
