"""Which way to host a model, and why; pure but for looking at what it is given."""

from smnb._recommend.advice import recommend
from smnb._recommend.options import Option
from smnb._recommend.recommendation import Recommendation
from smnb._recommend.workload import Workload

__all__ = ["Option", "Recommendation", "Workload", "recommend"]
