"""Models, configurations and tags in a data directory of the test's own."""

import pytest
from resource_requests import OneObject

from smnb.local.services.sagemaker.models import Models
from smnb.local.services.sagemaker.tags import Tags
from smnb.local.state import State


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path)
    yield state
    state.close()


@pytest.fixture
def tags(state):
    return Tags(state)


@pytest.fixture
def models(state, tags):
    return Models(state, OneObject(), tags)
