"""How close a video's frames come to what decoding and the endpoint allow, and the memory.

Run: ``python tests/benchmarks/bench_video.py [360p|720p|1080p|hour …]``. The endpoint is a
bare server in a process of its own that answers after 30 ms; with 16 in flight that is 533
frames a second. By turns, in one run: the loop that one writes without smnb (cv2, imencode,
boto3, one by one), `invoke`, and `invoke` with sending replaced by discarding, which is the
machine's own limit. Medians. Then an hour of video, every tenth frame: its peak memory, and
what that grew by after the first fifth. Exits 1 below what is promised.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import cv2
import imageio_ffmpeg
from bench_map import IN_FLIGHT, client, endpoint_at

import smnb
from smnb import _request

DELAY_S = 0.030
LIMIT = IN_FLIGHT / DELAY_S
TURNS = 5
NAIVE_FRAMES = 60
ANSWER = b'{"n":1}'
# Height → frames, least times as fast as the loop, least share of the limit.
CLIPS = {"360p": (900, 0, 0.85), "720p": (450, 8, 0.85), "1080p": (300, 5, 0.85)}
SIZES = {"360p": "640x360", "720p": "1280x720", "1080p": "1920x1080"}
HOUR_S, EVERY = 3600, 10
MOST_MEMORY_MB, MOST_GROWTH_MB = 350, 25


class Bare(asyncio.BufferedProtocol):
    """HTTP, as far as it is needed: reads a body of any size, answers one number."""

    buffer = memoryview(bytearray(1 << 20))

    def connection_made(self, transport):
        self.transport = transport
        self.head, self.left = b"", None

    def get_buffer(self, _hint):
        return self.buffer

    def buffer_updated(self, count):
        if self.left is None:
            self.head += self.buffer[:count]
            head, end, rest = self.head.partition(b"\r\n\r\n")
            if not end:
                return
            size = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
            self.left, count = int(size), len(rest)
            self.head = b""
        self.left -= count
        if self.left <= 0:
            self.left = None
            asyncio.get_running_loop().call_later(DELAY_S, self.answer)

    def answer(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        self.transport.write(head + b"%d\r\n\r\n" % len(ANSWER) + ANSWER)


async def serve():
    """Serve until ended; the port is printed first."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Bare, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def bare_server():
    """Run `serve` in a process of its own for the length of a block; yield its URL."""
    command = [sys.executable, __file__, "bare"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def ffmpeg(*arguments):
    """Run ffmpeg; silent if it goes well."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *arguments]
    subprocess.run(command, check=True)


def make_clip(folder, height, frames):
    """Write moving pictures with some noise, as a camera's."""
    path = folder / f"{height}.mp4"
    pictures = f"testsrc2=size={SIZES[height]}:rate=25,noise=alls=6:allf=t"
    ffmpeg("-f", "lavfi", "-i", pictures, "-frames:v", str(frames), "-c:v", "libx264",
           "-preset", "veryfast", "-pix_fmt", "yuv420p", str(path))  # fmt: skip
    return path


def naive(url, clip):
    """Return the frames a second of a plain loop."""
    runtime, video = client(url), cv2.VideoCapture(str(clip))
    begun = time.perf_counter()
    for _ in range(NAIVE_FRAMES):
        jpeg = cv2.imencode(".jpg", video.read()[1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1]
        answer = runtime.invoke_endpoint(
            EndpointName="echo", ContentType="image/jpeg", Body=jpeg.tobytes()
        )
        assert answer["Body"].read() == ANSWER
    return NAIVE_FRAMES / (time.perf_counter() - begun)


def piped(endpoint, clip, frames):
    """Return the frames a second of `invoke`, and its CPU milliseconds a frame."""
    begun, cpu = time.perf_counter(), time.process_time()
    result = endpoint.invoke(clip)
    taken_s = time.perf_counter() - begun
    assert result.frames == list(range(frames))
    assert all(value == {"n": 1} for value in result.values)
    return frames / taken_s, (time.process_time() - cpu) / frames * 1e3


def discarding(endpoint, clip, frames):
    """Do as `piped`, but send nothing."""
    received = _request.Received(ANSWER, "application/json", 30.0, "")
    with mock.patch.object(_request, "exchange", return_value=received):
        return piped(endpoint, clip, frames)


def compare(url, folder, height):
    """Print the figures of one size; return whether they are as promised."""
    frames, least_times, least_share = CLIPS[height]
    clip = make_clip(folder, height, frames)
    endpoint = endpoint_at(url)
    runs = [
        (naive(url, clip), *discarding(endpoint, clip, frames), *piped(endpoint, clip, frames))
        for _ in range(TURNS)
    ]  # fmt: skip
    loop, most, cpu_most, rate, cpu = map(statistics.median, zip(*runs, strict=True))
    share = rate / min(most, LIMIT)
    print(
        f"{height}: {rate:.0f} frames a second, {rate / loop:.1f}x the loop's {loop:.1f}"
        f" (at least {least_times}x), {share:.2f} of {min(most, LIMIT):.0f} (at least"
        f" {least_share}); CPU {cpu:.2f} ms a frame, {cpu_most:.2f} without sending"
        f" (median of {TURNS})",
        flush=True,
    )
    return rate / loop >= least_times and share >= least_share


def hour(url, folder):
    """Print the memory of an hour of video; return whether it is as promised."""
    short, long = make_clip(folder, "360p", 1500), folder / "hour.mp4"
    ffmpeg("-stream_loop", str(HOUR_S // 60 - 1), "-i", str(short), "-c", "copy", str(long))  # fmt: skip
    command = [sys.executable, __file__, "one-hour", url, str(long)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    frames, seconds, peak_mb, growth_mb = map(float, output.stdout.split())
    print(
        f"an hour of 360p, every {EVERY}th frame: {frames:.0f} frames in {seconds:.0f} s,"
        f" at most {peak_mb:.0f} MB of memory (of {MOST_MEMORY_MB}), {growth_mb:.0f} MB"
        f" more than after a fifth (of {MOST_GROWTH_MB})",
        flush=True,
    )
    return peak_mb <= MOST_MEMORY_MB and growth_mb <= MOST_GROWTH_MB


def peak_mb():
    """Return the peak of this process's memory; rusage's is its parent's, if that is more."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def one_hour(url, clip):
    """Send the hour from a process of its own; print frames, seconds, peak and growth."""
    peaks, over = [], threading.Event()

    def watch():
        while not over.wait(0.5):
            peaks.append(peak_mb())

    threading.Thread(target=watch, daemon=True).start()
    begun = time.perf_counter()
    result = endpoint_at(url).invoke(smnb.Video(clip, every=EVERY))
    seconds = time.perf_counter() - begun
    over.set()
    print(len(result), seconds, peaks[-1], peaks[-1] - peaks[len(peaks) // 5])


def main(chosen):
    """Print the figures; 0 if all are as promised."""
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "SMNB_PROGRESS": "off",
    }
    with tempfile.TemporaryDirectory() as name, bare_server() as url:
        os.environ["SMNB_DATA_DIR"] = name
        kept = [
            hour(url, Path(name)) if size == "hour" else compare(url, Path(name), size)
            for size in chosen or [*CLIPS, "hour"]
        ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["bare"]:
        asyncio.run(serve())
    elif sys.argv[1:2] == ["one-hour"]:
        one_hour(*sys.argv[2:])
    else:
        sys.exit(main(sys.argv[1:]))
