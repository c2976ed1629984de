"""Makes a video whose frames say which they are, and reads it from one as it arrives."""

from PIL import Image

from smnb._video import write_video

_BITS, _BAR = 12, 16
_BRIGHT = 128

# The same for a model's inference.py: what `read` does.
READ = f"""
import io
from PIL import Image

def read(body):
    image = Image.open(io.BytesIO(body)).convert("L")
    places = [({_BAR} * bit + {_BAR // 2}, 8) for bit in range({_BITS})]
    return sum((image.getpixel(p) > {_BRIGHT}) << bit for bit, p in enumerate(places))
"""


def write(path, count, fps=25):
    """Write a video of `count` frames, each with its index in bars."""
    write_video(path, ((i / fps, _picture(i)) for i in range(count)))
    return path


def _picture(index):
    image = Image.new("L", (_BITS * _BAR, 32))
    for bit in range(_BITS):
        if index >> bit & 1:
            image.paste(255, (bit * _BAR, 0, (bit + 1) * _BAR, 32))
    return image.convert("RGB")


read = {}
exec(READ, read)  # noqa: S102  one reader for both
read = read["read"]
