"""Lists of resources: filtered, sorted, in pages."""

from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smnb.local.errors import ServiceError
from smnb.local.request import Context
from smnb.local.services.sagemaker.resources import ResourceTable
from smnb.local.state import State

CONTEXT = Context("us-east-1", "000000000000", "r", "/usr/bin/python3")


@pytest.fixture
def table(state):
    """Five resources, created a second apart from Unix time 1000, named out of order."""
    table = ResourceTable(state, "endpoint", "endpoint")
    for number, name in enumerate(["delta", "Alpha", "charlie", "bravo", "echo"]):
        table.insert(CONTEXT, name, {}, "InService" if number % 2 else "Failed")
        state.db.execute(
            "UPDATE sagemaker_resources SET created = ?, modified = ? WHERE name = ?",
            (1000 + number, 2000 + number, name),
        )
    return table


def at(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc)


@pytest.mark.parametrize(
    ("params", "names"),
    [
        pytest.param({}, "echo bravo charlie Alpha delta", id="default-newest-first"),
        pytest.param(
            {"SortBy": "Name", "SortOrder": "Ascending"},
            "Alpha bravo charlie delta echo",
            id="by-name-whatever-the-case",
        ),
        pytest.param(
            {"SortBy": "Status", "SortOrder": "Ascending"},
            "charlie delta echo Alpha bravo",
            id="by-status-then-name",
        ),
        pytest.param({"NameContains": "ALPH"}, "Alpha", id="name-contains"),
        pytest.param({"StatusEquals": "InService"}, "bravo Alpha", id="status"),
        pytest.param({"CreationTimeAfter": at(1003)}, "echo bravo", id="created-from"),
        pytest.param({"CreationTimeBefore": at(1001)}, "delta", id="created-before"),
        pytest.param({"LastModifiedTimeAfter": at(2003)}, "echo", id="modified-after"),
        pytest.param(
            {"LastModifiedTimeBefore": at(2001)}, "delta", id="modified-before"
        ),
    ],
)
def test_list_filters_and_sorts(table, params, names):
    resources, _ = table.page(CONTEXT.region, params)

    assert [resource.name for resource in resources] == names.split()


@settings(max_examples=25, deadline=None)
@given(
    limit=st.integers(1, 6),
    by=st.sampled_from(["Name", "CreationTime", "Status"]),
    order=st.sampled_from(["Ascending", "Descending"]),
)
def test_list_pages_hold_everything_once_in_order(tmp_path_factory, limit, by, order):
    state = State(tmp_path_factory.mktemp("state"))
    table = ResourceTable(state, "endpoint", "endpoint")
    for number, name in enumerate(["delta", "Alpha", "charlie", "bravo", "echo"]):
        table.insert(CONTEXT, name, {}, "InService" if number % 2 else "Failed")
    query = {"SortBy": by, "SortOrder": order}
    whole = [resource.name for resource in table.page(CONTEXT.region, query)[0]]
    names, token = [], None
    while True:
        more = {"NextToken": token} if token else {}
        page, token = table.page(CONTEXT.region, query | {"MaxResults": limit} | more)
        names += [resource.name for resource in page]
        if token is None:
            break
    state.close()

    assert names == whole
    assert len(names) == 5


def test_list_goes_on_after_a_deleted_resource(table):
    query = {"SortBy": "Name", "SortOrder": "Ascending", "MaxResults": 2}
    page, token = table.page(CONTEXT.region, query)
    table.delete(page[-1])

    following, _ = table.page(CONTEXT.region, query | {"NextToken": token})

    assert [resource.name for resource in following] == ["charlie", "delta"]


@pytest.mark.parametrize("token", ["", "xyz", "WzFd", "bnVsbA=="])
def test_list_with_an_invalid_token_is_refused(table, token):
    with pytest.raises(ServiceError) as caught:
        table.page(CONTEXT.region, {"NextToken": token})

    assert caught.value.code == "ValidationException"
