"""Requirements are installed for real, by uv and by pip, from wheels on disk."""

import zipfile

import pytest

from smnb.local.container import Environments
from smnb.local.container.installer import Installer

CODE = """
def model_fn(model_dir):
    import tiny
    return tiny

def predict_fn(data, tiny):
    return {"answer": tiny.ANSWER, "file": tiny.__file__}
"""
WHEEL = {
    "tiny.py": "ANSWER = 42\n",
    "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
    "tiny-1.0.dist-info/WHEEL": (
        "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    ),
    "tiny-1.0.dist-info/RECORD": "",
}


@pytest.fixture
def model(tmp_path):
    """Return the folder of a model that requires a package of its own."""
    code = tmp_path / "model" / "code"
    code.mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        for name, text in WHEEL.items():
            wheel.writestr(name, text)
    (code / "inference.py").write_text(CODE)
    (code / "requirements.txt").write_text(
        f"--no-index\n--find-links {tmp_path}\ntiny==1.0\n"
    )
    return code.parent


@pytest.mark.parametrize("name", ["uv", "pip"])
def test_required_package_is_there_for_the_model(
    host, model, tmp_path, monkeypatch, name
):
    uv = Installer.choose({"UV_OFFLINE": "1"}, has_pip=True).uv
    chosen = Installer(uv if name == "uv" else None, has_pip=True)
    monkeypatch.setattr(Installer, "choose", lambda *_, **__: chosen)
    environments = Environments(tmp_path / "environments")

    async def steps(hosted):
        return await hosted.ask({}), hosted.log

    answer, log = host(model, steps, environments=environments)

    assert answer["answer"] == 42
    assert answer["file"].startswith(str(tmp_path / "environments"))
    assert f"Installing code/requirements.txt with {name} ...".encode() in log
