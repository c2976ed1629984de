"""Makes small video files of every awkward kind, and decodes them as ffmpeg does.

The judge is the ffmpeg program of the imageio-ffmpeg package, which shares no code with
what is tested.
"""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np

_SIZE = "160x120"
# Everything moves in each frame, so that no frame passes for its neighbour.
_PICTURES = (
    f"-f lavfi -i testsrc2=size={_SIZE}:rate=25:duration=1.2,scroll=h=0.06:v=0.02"
)
_LONG = _PICTURES.replace("1.2", "4")
_SOUND = "-f lavfi -i sine=duration=1.2"
_X264 = "-c:v libx264 -pix_fmt yuv420p -preset veryfast"
_VP9 = "-c:v libvpx-vp9 -cpu-used 8 -b:v 300k"
_VP8 = (
    "-f lavfi -i mandelbrot=size=160x120:rate=25 -t 1.2 -pix_fmt yuv420p -c:v libvpx "
    "-auto-alt-ref 1 -lag-in-frames 25 -arnr-maxframes 7 -b:v 300k"
)
_COLOURS = "-vf scale=out_color_matrix={0}:out_range={1},format=yuv420p {2}"

# File name → the arguments that make it, joined by && if it takes two runs; an input named
# {…} is another clip.
RECIPES = {
    # time: frames that last unequally, do not start at 0, or are stored out of order
    "plain.mp4": f"{_PICTURES} {_X264} -bf 0",
    "b-frames.mp4": f"{_PICTURES} {_X264} -bf 3 -g 12",
    "open-gop.mp4": f"{_PICTURES} {_X264} -bf 3 -g 10 -x264-params open-gop=1:scenecut=0",
    "variable-rate.mp4": f"{_PICTURES} -vf \"select='mod(n,5)',setpts='PTS*(1+N/40)'\" "
    f"-fps_mode passthrough {_X264}",
    "edit-list.mp4": "-ss 0.3 -i {b-frames.mp4} -c copy",
    "delayed.mp4": f"-itsoffset 0.5 {_PICTURES} {_SOUND} {_X264} -c:a aac",
    "fragmented.mp4": f"{_PICTURES} {_X264} -g 10 -movflags frag_keyframe+empty_moov",
    "transport.ts": f"{_PICTURES} {_X264} -bf 2 -g 10",
    "mpeg2.ts": f"{_PICTURES} -c:v mpeg2video -q:v 3 -bf 2 -g 10",
    "program.mpg": f"{_PICTURES} -c:v mpeg1video -q:v 3 -bf 2",
    "late.mkv": f"{_PICTURES} {_X264} -output_ts_offset 7",
    "long.mp4": f"{_LONG} {_X264} -bf 2 -g 20",
    "long.ts": f"{_LONG} {_X264} -bf 2 -g 20",
    "long.mpg": f"{_LONG} -c:v mpeg1video -q:v 3 -bf 2 -g 20",
    "long.webm": f"{_LONG} -c:v libvpx -g 20 -b:v 300k",
    "long.avi": f"{_LONG} -c:v mpeg4 -q:v 3 -bf 2 -g 20",
    "hevc-open-gop.mp4": f"{_LONG} -c:v libx265 -pix_fmt yuv420p -preset veryfast -x265-params "
    "keyint=20:min-keyint=20:scenecut=0:open-gop=1:bframes=3:log-level=none",
    "intra-refresh.mp4": f"{_LONG} {_X264} -g 20 -x264-params intra-refresh=1",
    "long-open-gop.mp4": f"{_LONG} {_X264} -bf 3 -g 20 -x264-params open-gop=1:scenecut=0",
    "raw.h264": f"{_PICTURES} {_X264} -bf 0 -f h264",
    # containers and codecs
    "mjpeg.avi": f"{_PICTURES} -c:v mjpeg -q:v 3 -pix_fmt yuvj422p",
    "mpeg4.avi": f"{_PICTURES} -c:v mpeg4 -q:v 3 -bf 2",
    "h264.avi": f"{_PICTURES} {_X264} -bf 2",
    "cinepak.avi": f"{_PICTURES} -c:v cinepak -frames:v 8",
    # Two passes make it hide frames that only serve to predict others.
    "vp8.webm": f"{_VP8} -pass 1 -f null - && {_VP8} -pass 2",
    "vp9.webm": f"{_PICTURES} {_VP9} -auto-alt-ref 1 -lag-in-frames 16",
    "av1.mp4": f"{_PICTURES} -c:v libsvtav1 -preset 10",
    "hevc-10-bit.mp4": f"{_PICTURES} -c:v libx265 -pix_fmt yuv420p10le -x265-params log-level=none",
    "prores.mov": f"{_PICTURES} -c:v prores_ks",
    "animation.mov": f"{_PICTURES} -c:v qtrle",
    "flash.flv": f"{_PICTURES} -c:v flv -q:v 3",
    "windows.wmv": f"{_PICTURES} -c:v wmv2 -q:v 3",
    "theora.ogv": f"{_PICTURES} -c:v libtheora -q:v 7",
    "animated.gif": f"{_PICTURES}",
    # pictures: size, fields, orientation
    "odd-size.mkv": f"{_PICTURES} -vf scale=161:121,format=yuv420p -c:v ffv1",
    "interlaced.mp4": f"{_PICTURES} -vf gblur=4,setfield=tff {_X264} -x264-params interlaced=1",
    "interlaced.ts": f"{_PICTURES} -vf gblur=4,setfield=tff -c:v mpeg2video -q:v 3 -flags +ildct+ilme",
    "rotated-90.mp4": "-display_rotation 90 -i {plain.mp4} -c copy",
    "rotated-180.mp4": "-display_rotation 180 -i {plain.mp4} -c copy",
    "rotated-270.mp4": "-display_rotation 270 -i {plain.mp4} -c copy",
    "mirrored.mp4": "-display_hflip -i {plain.mp4} -c copy",
    "mirrored-rotated.mp4": "-display_hflip -display_rotation 90 -i {plain.mp4} -c copy",
    # colours
    "bt601-limited.mp4": f"{_PICTURES} {_COLOURS.format('bt601', 'tv', _X264)} "
    "-colorspace smpte170m -color_range tv",
    "bt601-full.mp4": f"{_PICTURES} {_COLOURS.format('bt601', 'pc', _X264)} "
    "-colorspace smpte170m -color_range pc",
    "bt709-limited.mp4": f"{_PICTURES} {_COLOURS.format('bt709', 'tv', _X264)} "
    "-colorspace bt709 -color_range tv",
    "bt709-full.webm": f"{_PICTURES} {_COLOURS.format('bt709', 'pc', _VP9)} "
    "-colorspace bt709 -color_range pc",
    # few frames, more streams, none
    "one-frame.mp4": f"{_PICTURES} {_X264} -frames:v 1",
    "still.png": f"{_PICTURES} -frames:v 1 -update 1",
    "still.jpg": f"{_PICTURES} -frames:v 1 -update 1",
    "with-sound.mp4": f"{_SOUND} {_PICTURES} {_X264} -c:a aac",
    "sound.m4a": f"{_SOUND} -c:a aac",
    "sound-with-cover.m4a": "-i {sound.m4a} -i {still.jpg} -map 0 -map 1 -c copy -disposition:v attached_pic",
}


@dataclass(frozen=True)
class Decoded:
    """Frames as ffmpeg decodes them: BGR of shape (frame, height, width, 3), and times."""

    bgr: np.ndarray
    times_s: list[float]


class Clips:
    """Makes clips on demand, each once, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._decoded: dict[str, Decoded] = {}

    def path(self, name: str) -> Path:
        """Return the file of a recipe."""
        path = self._folder / name
        if not path.exists():
            *first, last = RECIPES[name].split(" && ")
            for step in first:
                self._run(step)
            self._run(last, str(path))
        return path

    def _run(self, arguments: str, *output: str) -> None:
        words = [
            str(self.path(word[1:-1])) if word[0] == "{" else word
            for word in shlex.split(arguments)
        ]
        _ffmpeg(*words, *output, folder=self._folder)

    def decoded(self, name: str) -> Decoded:
        """Return what ffmpeg makes of a recipe's file."""
        if name not in self._decoded:
            self._decoded[name] = decoded(self.path(name))
        return self._decoded[name]


def decoded(path: Path) -> Decoded:
    """Return what ffmpeg makes of a file, damaged or not.

    By one thread: how several conceal damage is left to chance.
    """
    with tempfile.TemporaryDirectory() as folder:
        stamps = Path(folder) / "stamps"
        every_frame = ("-an", "-fps_mode", "passthrough", "-enc_time_base", "demux")
        content = _ffmpeg(
            *(
                "-threads",
                "1",
                "-i",
                str(path),
                *every_frame,
                "-f",
                "framecrc",
                str(stamps),
            ),
            *(*every_frame, "-f", "rawvideo", "-pix_fmt", "bgr24", "-"),
        )
        lines = stamps.read_text().splitlines()
    head = dict(line[1:].split(": ") for line in lines if line[0] == "#")
    numerator, denominator = map(int, head["tb 0"].split("/"))
    width, height = map(int, head["dimensions 0"].split("x"))
    pts = [int(line.split(",")[2]) for line in lines if line[0] != "#"]
    return Decoded(
        np.frombuffer(content, np.uint8).reshape(-1, height, width, 3),
        [(stamp - pts[0]) * numerator / denominator for stamp in pts],
    )


def _ffmpeg(*arguments: str, folder: Path | None = None) -> bytes:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    return subprocess.run(
        [program, "-v", "error", "-y", *arguments],
        check=True,
        capture_output=True,
        cwd=folder,
    ).stdout
