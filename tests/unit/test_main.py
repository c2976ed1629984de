"""The command line: which call each command makes, where, and its exit code."""

from types import SimpleNamespace

import pytest

import smnb
from smnb import __main__ as program
from smnb.errors import ConfigurationError

URL = "http://127.0.0.1:9"


@pytest.fixture
def calls(monkeypatch):
    """Keep what the commands call, with where it goes."""
    made = []

    def reap(*, session, dry_run):
        made.append(("reap", session.target.label, dry_run))
        return ["faces"]

    def delete(endpoint, *, dry_run):
        made.append(("delete", endpoint.name, dry_run))
        return "the plan" if dry_run else None

    def endpoints(*, session):
        made.append(("endpoints", session.target.label))
        return []

    monkeypatch.setattr(smnb, "reap", reap)
    monkeypatch.setattr(smnb, "endpoints", endpoints)
    monkeypatch.setattr(smnb.Endpoint, "delete", delete)
    monkeypatch.setenv("SMNB_TARGET", URL)
    return made


@pytest.mark.parametrize(
    ("line", "call", "said"),
    [
        ("reap", ("reap", URL, False), "faces\n"),
        ("reap --dry-run", ("reap", URL, True), "faces\n"),
        (
            "reap --target http://127.0.0.1:10",
            ("reap", f"{URL[:-1]}10", False),
            "faces\n",
        ),
        ("delete faces", ("delete", "faces", False), ""),
        ("delete faces --dry-run", ("delete", "faces", True), "'the plan'\n"),
        ("endpoints", ("endpoints", URL), "[]\n"),
    ],
)
def test_command_makes_its_call(calls, capsys, line, call, said):
    assert program.main(line.split()) == 0
    assert calls == [call]
    assert capsys.readouterr().out == said


@pytest.mark.parametrize(("problems", "code"), [([], 0), (["no role"], 1)])
def test_doctor_says_by_its_exit_code_whether_it_found_problems(
    monkeypatch, calls, problems, code
):
    def doctor(session, *, model):
        calls.append(("doctor", session.target.label, model))
        return SimpleNamespace(problems=problems)

    monkeypatch.setattr(smnb, "doctor", doctor)

    assert program.main(["doctor", "faces/"]) == code
    assert calls == [("doctor", URL, "faces/")]


def test_error_is_told_in_words_and_by_the_exit_code(monkeypatch, capsys, calls):
    def fail(**_):
        raise ConfigurationError("No region.", hint="Name one.")

    monkeypatch.setattr(smnb, "reap", fail)

    assert program.main(["reap"]) == 1
    assert capsys.readouterr().err == "No region.\n  Name one.\n"


def test_ctrl_c_ends_it_as_a_shell_expects(monkeypatch, calls):
    def stop(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(smnb, "reap", stop)

    assert program.main(["reap"]) == 130


@pytest.mark.parametrize("line", ["", "rep", "delete", "delete a b"])
def test_wrong_command_line_is_refused(line, capsys):
    with pytest.raises(SystemExit) as caught:
        program.main(line.split())

    assert caught.value.code == 2
    assert "usage: python -m smnb" in capsys.readouterr().err
