"""`Undo` removes in reverse, and tells the truth about what it cannot remove."""

import pytest

from smnb._undo import Undo
from smnb.errors import NotFoundError, ServiceError


@pytest.fixture
def removed():
    return []


def raising(error):
    def remove():
        raise error

    return remove


def test_undo_removes_the_newest_first(removed):
    undo = Undo()
    undo.add("model", lambda: removed.append("model"))
    undo.add("endpoint", lambda: removed.append("endpoint"))

    assert undo.run() == []
    assert removed == ["endpoint", "model"]


def test_undo_takes_what_is_gone_as_removed(removed):
    undo = Undo()
    undo.add("model", lambda: removed.append("model"))
    undo.add("endpoint", raising(NotFoundError("gone", hint="")))

    assert undo.run() == []
    assert removed == ["model"]


def test_undo_keeps_what_an_endpoint_in_progress_still_needs(removed):
    undo = Undo()
    undo.add("model", lambda: removed.append("model"))
    refused = ServiceError('Cannot update in-progress endpoint "arn".', hint="")
    undo.add("endpoint", raising(refused))

    assert undo.run() == ["endpoint", "model"]
    assert removed == []


def test_undo_reports_any_other_error():
    undo = Undo()
    undo.add("model", raising(ServiceError("throttled", hint="")))

    with pytest.raises(ServiceError, match="throttled"):
        undo.run()
