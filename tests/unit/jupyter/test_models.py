"""A path of the form names what the SDK can deploy, and never the server's whole root."""

import pytest

from smnb.errors import InvalidInputError
from smnb.jupyter.models import named

ARN = "arn:aws:sagemaker:eu-west-1:123456789012"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("faces", '"faces"'),
        ("faces/", '"faces"'),
        ("./faces", '"faces"'),
        ("/faces", '"faces"'),
        ("models/a b.tar.gz", '"models/a b.tar.gz"'),
    ],
)
def test_path_of_the_file_browser(tmp_path, path, code):
    (tmp_path / "faces").mkdir()
    model, told = named(path, tmp_path)

    assert model.data.startswith(str(tmp_path))
    assert told == code


def test_absolute_path(tmp_path):
    place = tmp_path / "elsewhere"
    place.mkdir()

    assert named(str(place), tmp_path / "root").model.data == str(place)
    assert named(f"{place}/", tmp_path / "root").code == f'"{place}"'


@pytest.mark.parametrize(
    ("path", "field", "value", "code"),
    [
        ("s3://b/m.tar.gz", "data", "s3://b/m.tar.gz", '"s3://b/m.tar.gz"'),
        (
            f"{ARN}:model-package/faces/3",
            "package",
            f"{ARN}:model-package/faces/3",
            f'smnb.Model(package="{ARN}:model-package/faces/3")',
        ),
        (
            f"{ARN}:model/churn",
            "model_name",
            "churn",
            'smnb.Model.from_sagemaker("churn")',
        ),
    ],
)
def test_what_lies_on_aws(tmp_path, path, field, value, code):
    model, told = named(path, tmp_path)

    assert getattr(model, field) == value
    assert told == code


@pytest.mark.parametrize("path", ["", " ", ".", "/", "./", "//"])
def test_nothing_is_no_model(tmp_path, path):
    with pytest.raises(InvalidInputError, match="No model is named"):
        named(path, tmp_path)
