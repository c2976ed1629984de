"""What `map` is given: items, or a place full of videos; and how these share requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from smnb import _s3
from smnb._s3 import S3Uri
from smnb._sniff import HEAD_BYTES, sniff
from smnb._video import Video
from smnb.errors import InvalidInputError, NotFoundError
from smnb.serializers._kinds import is_a

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from smnb._session import Session

# Videos that are decoded at the same time by threads of one process.
_AT_ONCE = 4
_UNKNOWN_WORKERS = 16


class _Raising(Iterator[Any]):
    """Items of which the first cannot be had."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __next__(self) -> Any:
        raise self._error


class Turns(NamedTuple):
    """How many items are worked on at the same time, each with how many requests."""

    at_once: int
    share: int


def items_of(session: Session, given: Iterable[Any] | str | Path) -> Iterable[Any]:
    """Return the items: of a folder or an ``s3://`` prefix, the videos below it.

    Raises
    ------
    NotFoundError
        If there is no such folder, or no video in it.
    InvalidInputError
        If it is a single value.
    """
    if isinstance(given, str) and given.startswith("s3://"):
        place = S3Uri.parse(given)
        found: list[Any] = [
            f"s3://{place.bucket}/{key}"
            for key in _s3.keys(session, place)
            if is_video(key)
        ]
    elif isinstance(given, str | Path):
        folder = Path(given).expanduser()
        found = sorted(p for p in folder.rglob("*") if is_video(p) and p.is_file())
    elif _is_one_value(given):
        raise InvalidInputError(
            f"map() takes many values, and a {type(given).__name__} is one.",
            hint="Send it with ep.invoke(x), or give a list: ep.map([x, …]); of a "
            'DataFrame, its rows: ep.map(frame.to_dict("records")).',
        )
    else:
        return given
    if not found:
        raise NotFoundError(
            f"There is no video in {given}.",
            hint="Name a folder or an s3:// prefix with videos, or a list of items.",
        )
    return found


def _is_one_value(given: Any) -> bool:
    """Whether iterating over it would give something else than values to send.

    A DataFrame and a mapping would give their keys, bytes numbers.
    """
    if is_a(given, "pandas", "DataFrame"):
        return True
    is_iterable = isinstance(given, Iterable)
    return not is_iterable or isinstance(
        given, Mapping | bytes | bytearray | memoryview
    )


def is_video(item: Any) -> bool:
    """Say whether an item looks like a video, without opening it."""
    if isinstance(item, Video):
        return True
    if isinstance(item, bytes):
        return (sniff(item[:HEAD_BYTES]) or "").startswith("video/")
    return isinstance(item, str | Path) and (sniff(b"", str(item)) or "").startswith(
        "video/"
    )


def turns(
    items: Iterable[Any],
    concurrency: int,
    executor: Executor | None,
    *,
    in_parts: Callable[[Any], bool],
) -> tuple[Turns, Iterable[Any]]:
    """Return how the items share the requests, and the items, of which one is looked at.

    Of videos that go in parts only some are worked on at the same time, each with an
    equal share, so that never more than `concurrency` requests are in flight.

    Parameters
    ----------
    in_parts
        Whether an item goes in several requests.
    """
    first, items = _peeked(items)
    if not is_video(first) or not in_parts(first):
        return Turns(concurrency, 1), items
    most = _AT_ONCE
    if executor is not None:
        most = getattr(executor, "_max_workers", _UNKNOWN_WORKERS)
    if isinstance(items, Sized):
        most = min(most, len(items))
    at_once = max(1, min(most, concurrency))
    return Turns(at_once, concurrency // at_once), items


def _peeked(items: Iterable[Any]) -> tuple[Any, Iterable[Any]]:
    """Return the first item, and all of them; an error comes where it would have come."""
    if isinstance(items, Sized):
        return next(iter(items), None), items
    iterator = iter(items)
    try:
        first = next(iterator)
    except StopIteration:
        return None, ()
    except Exception as error:  # noqa: BLE001  raised again when the item is taken
        return None, _Raising(error)
    return first, chain([first], iterator)
