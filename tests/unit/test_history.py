"""How an endpoint's calls are spread over the hours, and what that is called."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb._recommend.history import History, pattern_of

MONDAY = datetime(2026, 11, 2, tzinfo=timezone.utc)
MONTH = [MONDAY + timedelta(hours=hour) for hour in range(24 * 28)]


@pytest.mark.parametrize(
    ("hours", "pattern"),
    [
        pytest.param(dict.fromkeys(MONTH, 100.0), "steady", id="every-hour"),
        pytest.param(
            {at: 50.0 for at in MONTH if at.weekday() < 5 and 8 <= at.hour < 18},
            "office hours",
            id="working-days",
        ),
        pytest.param(
            dict.fromkeys(MONTH[::4], 5.0), "intermittent", id="every-fourth-hour"
        ),
        pytest.param(
            {MONTH[3]: 10_000.0} | dict.fromkeys(MONTH[::24], 1.0),
            "bursts",
            id="one-busy-night",
        ),
    ],
)
def test_pattern_of_calls(hours, pattern):
    assert pattern_of(hours, hours_observed=len(MONTH)) == pattern


def test_less_than_a_day_tells_no_pattern():
    assert pattern_of({MONDAY: 8.0}, hours_observed=1) is None


@given(
    hours=st.dictionaries(
        st.sampled_from(MONTH), st.floats(1, 1e6), min_size=1, max_size=len(MONTH)
    )
)
def test_pattern_has_a_name_whatever_the_calls(hours):
    assert pattern_of(hours, hours_observed=len(MONTH)) in (
        "steady",
        "office hours",
        "bursts",
        "intermittent",
    )


def test_history_tells_the_month_at_this_rate():
    seen = History(days=7.0, calls=7_000.0, mean_s=0.1, pattern="steady")

    assert seen.calls_per_month == pytest.approx(1_000 * 730 / 24)
