"""Statistics of samples: as a naive computation and numpy have them."""

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb.local.services.statistics import (
    MAX_VALUES,
    Periods,
    Samples,
    percent_of,
    statistic,
)

VALUES = st.lists(
    st.floats(0, 1e9).map(lambda value: round(value, 3)), min_size=1, max_size=60
)
SIGNED = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)
PERCENTS = st.decimals(0, 100, places=2)


def samples_of(values):
    return Samples.of({value: float(n) for value, n in Counter(values).items()})


@given(SIGNED)
def test_plain_statistics_are_numpys(values):
    samples = samples_of(values)
    expected = {
        "SampleCount": len(values),
        "Sum": np.sum(values),
        "Average": np.mean(values),
        "Minimum": np.min(values),
        "Maximum": np.max(values),
    }

    for name, value in expected.items():
        assert statistic(name)(samples) == pytest.approx(value, rel=1e-9, abs=1e-6)


@given(VALUES, PERCENTS)
def test_percentile_is_the_value_at_its_rank(values, percent):
    rank = max(math.ceil(len(values) * Fraction(percent) / 100), 1)

    assert samples_of(values).percentile(float(percent)) == sorted(values)[rank - 1]


@given(VALUES, st.integers(0, 100))
def test_percentile_is_numpys_inverted_distribution(values, percent):
    expected = np.percentile(values, percent, method="inverted_cdf")

    assert samples_of(values).percentile(percent) == expected


@given(st.lists(st.tuples(st.integers(0, 10**6), VALUES), max_size=20))
def test_merged_samples_are_those_of_all_values(parts):
    merged = Samples()
    for _, values in parts:
        merged.merge(samples_of(values))
    together = [value for _, values in parts for value in values]

    assert merged.values == Counter(together)
    assert merged.count == len(together)
    assert merged.total == pytest.approx(math.fsum(together))


@pytest.mark.parametrize(
    ("decades", "most"),
    [pytest.param(1, 0.01, id="one-decade"), pytest.param(3, 0.04, id="three-decades")],
)
def test_rounding_keeps_percentiles_close(decades, most):
    values = np.random.default_rng(7).uniform(3, 3 + decades, 20_000)
    values = sorted(float(value) for value in (10**values).round())
    samples = samples_of(values)

    samples.compact()

    assert len(samples.values) <= MAX_VALUES
    for percent in (0, 1, 50, 90, 99, 99.9, 100):
        exact = np.percentile(values, percent, method="inverted_cdf")
        assert samples.percentile(percent) == pytest.approx(exact, rel=most)


@given(st.integers(0, 2**32), st.integers(0, 100))
def test_rounding_changes_no_plain_statistic(seed, octaves):
    generator = np.random.default_rng(seed)
    values = generator.normal(0, 1, 600) * 2.0 ** generator.uniform(0, octaves, 600)
    exact, rounded = samples_of(values.tolist()), samples_of(values.tolist())

    rounded.compact()

    assert (rounded.count, rounded.total) == (exact.count, exact.total)
    assert (rounded.minimum, rounded.maximum) == (exact.minimum, exact.maximum)
    assert sum(rounded.values.values()) == rounded.count


def test_few_values_are_not_rounded():
    samples = samples_of(range(MAX_VALUES))

    samples.compact()

    assert sorted(samples.values) == list(range(MAX_VALUES))


def test_statistic_set_among_the_samples_takes_the_percentiles_away():
    samples = samples_of([1.0, 2.0])
    samples.merge(Samples(10.0, 50.0, 0.0, 9.0, None))

    assert samples.percentile(50) is None
    assert (samples.count, samples.total) == (12, 53)
    assert (samples.minimum, samples.maximum) == (0, 9)


def test_negative_values_have_no_percentiles():
    assert samples_of([-1.0, 2.0]).percentile(50) is None


@pytest.mark.parametrize(
    ("name", "percent"),
    [
        pytest.param("p0", 0, id="lowest"),
        pytest.param("p0.0", 0, id="lowest-with-places"),
        pytest.param("p50", 50, id="median"),
        pytest.param("p99.99", 99.99, id="places"),
        pytest.param("p100", 100, id="highest"),
        pytest.param("p100.1", None, id="over"),
        pytest.param("p", None, id="no-number"),
        pytest.param("p-1", None, id="negative"),
        pytest.param("tm90", None, id="trimmed-mean"),
        pytest.param("P90", None, id="upper-case"),
    ],
)
def test_percentiles_are_known_by_name(name, percent):
    assert percent_of(name) == percent
    assert (statistic(name) is None) == (percent is None)


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 9)), max_size=50),
    st.integers(0, 10**6),
    st.sampled_from([1, 5, 60, 300, 3600]),
)
def test_each_point_is_in_the_period_it_falls_in(points, start, period_s):
    periods = Periods(start, period_s)
    for time, value in points:
        periods.add(time, samples_of([float(value)]))
    expected = Counter()
    for time, _ in points:
        expected[start + (time - start) // period_s * period_s] += 1

    got = {begin: samples.count for begin, samples in periods.samples.items()}
    assert got == expected


def test_periods_begin_where_they_are_asked_to():
    periods = Periods(120, 300)
    for time, value in ((120, 1.0), (419, 2.0), (420, 4.0)):
        periods.add(time, samples_of([value]))

    totals = {begin: samples.total for begin, samples in periods.samples.items()}
    assert totals == {120: 3, 420: 4}
