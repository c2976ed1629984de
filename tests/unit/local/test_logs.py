"""CloudWatch Logs: what containers wrote, as clients read it."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smnb.local.errors import ServiceError
from smnb.local.request import Context
from smnb.local.services.log_store import MAX_LINE_BYTES, LogStore
from smnb.local.services.logs import LogsService, _matcher
from smnb.local.state import State

REGION = "us-east-1"
GROUP = "/aws/sagemaker/Endpoints/faces"
STREAM = "AllTraffic/i-1"
CONTEXT = Context(REGION, "000000000000", "r", None)


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path)
    yield state
    state.close()


@pytest.fixture
def store(state):
    return LogStore(state)


@pytest.fixture
def call(store):
    """Call an operation of the service on what `store` holds."""
    service = LogsService(store)

    def call(operation, **params):
        return asyncio.run(getattr(service, operation)(CONTEXT, params))

    return call


def write(store, *lines, stream=STREAM, group=GROUP):
    async def append():
        for line in lines:
            store.append(REGION, group, stream, line.encode())
        store.flush()

    asyncio.run(append())


def messages(answer):
    return [event["message"] for event in answer["events"]]


def test_lines_reach_the_disk_without_being_read(state, store):
    async def append_and_wait():
        store.append(REGION, GROUP, STREAM, b"hello")
        store._timer._run()

    asyncio.run(append_and_wait())

    assert state.db.execute("SELECT count(*) FROM log_batches").fetchone()[0] == 1


def test_log_that_was_opened_has_its_group_before_the_first_line(store, call):
    store.open(REGION, GROUP, STREAM)

    assert call("filter_log_events", logGroupName=GROUP)["events"] == []


def test_line_is_read_at_once_after_it_was_appended(store, call):
    async def append_and_read():
        store.append(REGION, GROUP, STREAM, b"hello\n")
        return await LogsService(store).filter_log_events(
            CONTEXT, {"logGroupName": GROUP}
        )

    assert messages(asyncio.run(append_and_read())) == ["hello"]


def test_line_that_is_not_utf8_is_kept_with_replacements(store, call):
    async def append():
        store.append(REGION, GROUP, STREAM, b"caf\xe9")

    asyncio.run(append())

    assert messages(call("filter_log_events", logGroupName=GROUP)) == ["caf\ufffd"]


def test_long_line_is_cut_at_the_service_limit(store, call):
    write(store, "x" * (MAX_LINE_BYTES + 1))

    (message,) = messages(call("filter_log_events", logGroupName=GROUP))

    assert len(message) == MAX_LINE_BYTES


def test_full_group_drops_its_oldest_lines(state):
    store = LogStore(state, max_group_bytes=10_000)
    for number in range(40):
        write(store, f"{number:04d}" + "x" * 1000)

    kept = [event.message[:4] for event in store.after(1, 0)]

    assert kept[-1] == "0039"
    assert 0 < len(kept) < 11
    assert kept == sorted(kept)


def test_full_group_says_how_much_it_holds(state):
    store = LogStore(state, max_group_bytes=10_000)
    for _ in range(40):
        write(store, "x" * 1000)

    (group,) = store.groups(REGION)
    held = state.db.execute("SELECT sum(size_bytes) FROM log_batches").fetchone()[0]

    assert group["size_bytes"] == held


def test_get_log_events_without_token_gives_the_latest(store, call):
    write(store, *(f"line {n}" for n in range(10)))

    answer = call("get_log_events", logGroupName=GROUP, logStreamName=STREAM, limit=3)

    assert messages(answer) == ["line 7", "line 8", "line 9"]


def test_get_log_events_goes_backward_to_the_head(store, call):
    write(store, *(f"line {n}" for n in range(5)))
    where = {"logGroupName": GROUP, "logStreamName": STREAM, "limit": 2}

    latest = call("get_log_events", **where)
    middle = call("get_log_events", **where, nextToken=latest["nextBackwardToken"])
    head = call("get_log_events", **where, nextToken=middle["nextBackwardToken"])

    assert messages(middle) + messages(head) == ["line 1", "line 2", "line 0"]


def test_get_log_events_forward_at_the_end_returns_the_same_token(store, call):
    write(store, "only")
    where = {"logGroupName": GROUP, "logStreamName": STREAM}
    first = call("get_log_events", **where, startFromHead=True)

    end = call("get_log_events", **where, nextToken=first["nextForwardToken"])

    assert messages(end) == []
    assert end["nextForwardToken"] == first["nextForwardToken"]


def test_get_log_events_forward_token_finds_what_came_later(store, call):
    write(store, "early")
    where = {"logGroupName": GROUP, "logStreamName": STREAM}
    token = call("get_log_events", **where)["nextForwardToken"]
    write(store, "late")

    assert messages(call("get_log_events", **where, nextToken=token)) == ["late"]


def test_get_log_events_in_an_empty_interval_finds_all_by_its_forward_token(
    store, call
):
    write(store, "here")
    where = {"logGroupName": GROUP, "logStreamName": STREAM}
    token = call("get_log_events", **where, endTime=1)["nextForwardToken"]

    assert messages(call("get_log_events", **where, nextToken=token)) == ["here"]


@settings(max_examples=25, deadline=None)
@given(
    batches=st.lists(st.integers(1, 4), min_size=1, max_size=6),
    limit=st.integers(1, 5),
    forward=st.booleans(),
)
def test_get_log_events_pages_hold_every_line_once(
    tmp_path_factory, batches, limit, forward
):
    state = State(tmp_path_factory.mktemp("state"))
    store = LogStore(state)
    numbers = iter(range(100))
    for size in batches:
        write(store, *(str(next(numbers)) for _ in range(size)))
        write(store, "noise", stream="other")
    service = LogsService(store)
    where = {"logGroupName": GROUP, "logStreamName": STREAM, "limit": limit}
    key = "nextForwardToken" if forward else "nextBackwardToken"

    async def read():
        pages, token = [], None
        while True:
            more = {"nextToken": token} if token else {"startFromHead": forward}
            answer = await service.get_log_events(CONTEXT, where | more)
            if not answer["events"]:
                return pages
            pages.append([int(message) for message in messages(answer)])
            token = answer[key]

    pages = asyncio.run(read())
    state.close()
    in_order = pages if forward else pages[::-1]

    assert [n for page in in_order for n in page] == list(range(sum(batches)))


def test_filter_log_events_pages_by_size(store, call):
    write(store, *("x" * 200_000 for _ in range(8)))

    first = call("filter_log_events", logGroupName=GROUP)
    second = call("filter_log_events", logGroupName=GROUP, nextToken=first["nextToken"])

    assert [len(first["events"]), len(second["events"])] == [5, 3]
    assert second["nextToken"] is None


@pytest.mark.parametrize(
    ("pattern", "message", "expected"),
    [
        pytest.param("", "anything", True, id="empty-matches-all"),
        pytest.param("ERROR", "an ERROR here", True, id="term"),
        pytest.param("ERROR", "an error here", False, id="case-matters"),
        pytest.param("out memory", "memory ran out", True, id="every-term-any-order"),
        pytest.param('"out memory"', "memory ran out", False, id="phrase"),
        pytest.param("ERROR -retry", "ERROR, will retry", False, id="excluded-term"),
        pytest.param("?ERROR ?WARN", "WARN only", True, id="one-of"),
        pytest.param("?ERROR ?WARN", "INFO only", False, id="none-of"),
    ],
)
def test_filter_pattern_matches_by_terms(pattern, message, expected):
    assert _matcher(pattern)(message) is expected


def test_filter_pattern_for_json_is_refused():
    with pytest.raises(ServiceError, match="by terms"):
        _matcher('{ $.level = "error" }')


def test_filter_log_events_of_some_streams_leaves_out_others(store, call):
    write(store, "mine")
    write(store, "theirs", stream="Other/i-2")

    by_name = call("filter_log_events", logGroupName=GROUP, logStreamNames=[STREAM])
    by_prefix = call("filter_log_events", logGroupName=GROUP, logStreamNamePrefix="Oth")

    assert messages(by_name) == ["mine"]
    assert messages(by_prefix) == ["theirs"]


def test_describe_log_streams_by_last_event_starts_with_the_latest(state, store, call):
    write(store, "a", stream="a")
    write(store, "b", stream="b")
    state.db.execute("UPDATE log_streams SET last_ms = last_ms + 1000 WHERE name = 'a'")

    answer = call(
        "describe_log_streams",
        logGroupName=GROUP,
        orderBy="LastEventTime",
        descending=True,
    )

    assert [stream["logStreamName"] for stream in answer["logStreams"]] == ["a", "b"]


def test_describe_log_groups_pages_by_name(store, call):
    for name in ("/c", "/a", "/b"):
        write(store, "x", group=name)

    first = call("describe_log_groups", limit=2)
    second = call("describe_log_groups", limit=2, nextToken=first["nextToken"])
    names = [
        group["logGroupName"] for group in first["logGroups"] + second["logGroups"]
    ]

    assert names == ["/a", "/b", "/c"]
    assert second["nextToken"] is None


def test_deleted_group_is_gone_with_its_events(state, store, call):
    write(store, "x")
    call("delete_log_group", logGroupName=GROUP)

    assert state.db.execute("SELECT count(*) FROM log_batches").fetchone()[0] == 0
    with pytest.raises(ServiceError, match="specified log group"):
        call("filter_log_events", logGroupName=GROUP)


def test_group_is_found_by_its_arn(store, call):
    write(store, "x")
    arn = call("describe_log_groups")["logGroups"][0]["logGroupArn"]

    assert messages(call("filter_log_events", logGroupIdentifier=arn)) == ["x"]


@pytest.mark.parametrize("token", ["x", "f/1", "g/1/s", "f/-1/s", f"f/{2**64}/s"])
def test_get_log_events_with_an_invalid_token_is_refused(store, call, token):
    write(store, "x")

    with pytest.raises(ServiceError, match="nextToken is invalid"):
        call(
            "get_log_events", logGroupName=GROUP, logStreamName=STREAM, nextToken=token
        )
