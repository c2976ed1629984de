"""What a model answered on a video, frame by frame, and how it is shown."""

from __future__ import annotations

from smnb._results.video_result import FrameResult, VideoResult

__all__ = ["FrameResult", "VideoResult"]
