"""The magics in a real IPython, and what its completion offers."""

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import smnb


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doubler")
    (folder / "code").mkdir()
    (folder / "code" / "inference.py").write_text(
        "def model_fn(d): return None\n"
        "def predict_fn(x, m): return {'got': x if isinstance(x, (dict, int)) else "
        "[list(row) for row in x]}\n"
    )
    with smnb.deploy(folder, name="doubler") as ep:
        yield ep


@pytest.fixture
def shell(endpoint):
    shell = InteractiveShell()
    shell.history_manager.enabled = False
    shell.run_cell("import smnb\n%load_ext smnb").raise_error()
    yield shell
    shell.history_manager.end_session()


def value_of(shell, cell):
    done = shell.run_cell(cell)
    done.raise_error()
    return done.result


def test_endpoints_magic_shows_the_table(shell):
    assert "doubler  InService" in repr(value_of(shell, "%endpoints"))


def test_invoke_magic_sends_json_and_keeps_the_answer(shell):
    answer = value_of(shell, '%%invoke doubler --as kept\n{"a": 1}')

    assert answer == {"got": {"a": 1}}
    assert shell.user_ns["kept"] == shell.user_ns["_"] == answer


def test_invoke_magic_sends_the_value_of_an_expression(shell):
    shell.user_ns["n"] = 20

    assert value_of(shell, "%%invoke doubler\n{n + 1}") == {"got": 21}


def test_invoke_magic_sends_csv(shell):
    answer = value_of(shell, "%%invoke doubler --content-type text/csv\n1,2\n3,4\n")

    assert answer == {"got": [[1.0, 2.0], [3.0, 4.0]]}


def test_name_of_an_endpoint_is_completed(shell):
    shell.user_ns["found"] = smnb.endpoints()
    with provisionalcompleter():
        offered = {c.text for c in shell.Completer.completions('found["dou', 10)}

    assert offered == {"doubler"}


def test_parts_of_an_endpoint_are_completed(shell, endpoint):
    shell.user_ns["ep"] = endpoint
    with provisionalcompleter():
        offered = {c.text for c in shell.Completer.completions("ep.m", 4)}

    assert "metrics" in offered
