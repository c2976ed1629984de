"""Send a video in parts through parallel requests; answers come back in order.

A part that the service did not take is sent again (`_retry`); one that the model failed
on is not. What was answered is on disk meanwhile, so that no run begins anew.
"""

from __future__ import annotations

from smnb._split.clip import Clip, as_video, bring
from smnb._split.manifest import Manifest, key_of
from smnb._split.run import VideoRun

__all__ = ["Clip", "Manifest", "VideoRun", "as_video", "bring", "key_of"]
