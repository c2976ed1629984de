"""The processor time of a process, read from its clock."""

import os
import subprocess
import sys
import time

import pytest

from smnb.local.container.usage import CpuGauge

# No other system lets the clock of another process be read.
pytestmark = pytest.mark.xfail(sys.platform != "linux", reason="needs Linux")


@pytest.fixture
def gauge():
    """Return the gauge of this very process."""
    return CpuGauge(os.getpid())


def test_work_counts_as_this_process_s_own_clock_says(gauge):
    gauge.reset()
    began = time.process_time()
    sum(range(1_000_000))
    took = time.process_time() - began

    assert gauge.used_s() == pytest.approx(took, rel=0.2, abs=0.002)


def test_reset_counts_anew(gauge):
    gauge.reset()
    sum(range(1_000_000))
    before = gauge.used_s()
    gauge.reset()

    assert gauge.used_s() < before


@pytest.mark.parametrize("end", [CpuGauge.close, lambda gauge: None])
def test_nothing_is_known_without_a_reset_or_after_the_end(gauge, end):
    end(gauge)

    assert gauge.used_s() is None


def test_nothing_is_known_of_a_process_that_has_ended():
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    gauge = CpuGauge(process.pid)
    gauge.reset()
    process.wait()

    assert gauge.used_s() is None
