"""Read the endpoints of one place: list them, and describe again only what changed."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from smnb import _configured, _explain, _hosting, _logs, _spending
from smnb.errors import SmnbError
from smnb.jupyter import use as using
from smnb.jupyter.seen import Listed, Seen
from smnb.jupyter.shapes import Failure
from smnb.jupyter.views.rows import BROKEN, CHANGING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from smnb._session import Session

_PAGE: Final = 100  # the most that ListEndpoints answers at once
_AT_ONCE: Final = 10
_BATCH: Final = 25
# Tags and instances change without a word in the list: a few are asked for again, on
# the local backend soon after it has changed.
_OLD_S: Final = 60.0
_LOCAL_OLD_S: Final = 2.0
_OLD_AT_ONCE: Final = 10
# An update's steps, which take a minute and more on AWS, are asked for so often.
_STAGE_S: Final = 5.0
# Of the local backend, which is free, as soon as there is something new.
_LOCAL_USE_S: Final = 3.0
# Of CloudWatch, at most once a minute, and 100 metrics a minute ($0.06 an hour) on
# average: with more endpoints, less often (CloudWatch pricing: $0.01 per 1,000).
_USE_S: Final = 60.0
_METRICS_A_MINUTE: Final = 100


class Watch:
    """What is known of the endpoints of one place.

    Parameters
    ----------
    session
        Whose endpoints they are.
    model_paths
        What endpoints were deployed from, by their names, as far as that is known.
    """

    def __init__(self, session: Session, model_paths: Mapping[str, str]) -> None:
        self.session = session
        self._model_paths = model_paths
        self._seen: dict[str, Seen] = {}
        self._took_s: dict[str, float] = {}
        self.update_took_s: dict[str, float] = {}
        self._read_at = time.monotonic()
        self._use_read_at = -_USE_S
        self._use_is_old = True
        self._threads = ThreadPoolExecutor(_AT_ONCE, "smnb-panel")

    def close(self) -> None:
        """Begin nothing any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    @property
    def seen(self) -> list[Seen]:
        """All endpoints, the newest first."""
        return sorted(
            self._seen.values(), key=lambda one: one.listed.created, reverse=True
        )

    @property
    def changing(self) -> bool:
        """Whether AWS is changing one of them."""
        return any(one.listed.status in CHANGING for one in self._seen.values())

    def read(self, told: Callable[[], None]) -> None:
        """Bring everything up to date.

        Parameters
        ----------
        told
            Is called when part of it is there: hundreds are described in batches.

        Raises
        ------
        SmnbError
            If the endpoints cannot be listed; what was known stays.
        """
        self._read_at = time.monotonic()
        listed = self._list()
        keys = {one.key for one in listed}
        self._seen = {key: one for key, one in self._seen.items() if key in keys}
        self._look_at(self._changed(listed), told)
        self._use_is_old = True
        self.catch_up(told)

    def catch_up(self, told: Callable[[], None]) -> None:
        """Read what may have changed since it was read, though nothing says so."""
        self._look_at(self._old(), told)
        self._read_use()

    def _look_at(self, listed: list[Listed], told: Callable[[], None]) -> None:
        for batch in _batches(listed):
            for one in self._threads.map(self._look, batch):
                if one is not None:
                    self._seen[one.listed.key] = one
            told()

    def _read_use(self) -> None:
        """Read how they are used, if that is due; without the right to, it is unknown."""
        serving = [one for one in self._seen.values() if _has_metrics(one)]
        since_s = time.monotonic() - self._use_read_at
        if not self._use_is_old or since_s < self._use_every_s(len(serving)):
            return
        self._use_read_at = time.monotonic()
        self._use_is_old = False
        now = datetime.now(timezone.utc)
        last = {one.listed.name: one.use for one in serving if one.use is not None}
        try:
            found = using.read(self.session, [one.found for one in serving], last, now)
        except SmnbError:
            return
        for one in serving:
            known = replace(one, use=found[one.listed.name])
            self._seen[one.listed.key] = replace(
                known, over_budget=self._is_over_budget(known)
            )

    def _use_every_s(self, endpoints: int) -> float:
        if not self.session.target.bills:
            return _LOCAL_USE_S
        metrics = endpoints * using.METRICS
        return max(_USE_S, 60 * metrics / _METRICS_A_MINUTE)

    def _list(self) -> list[Listed]:
        with self.session.translated("Listing the endpoints"):
            pages = self.session.client("sagemaker").get_paginator("list_endpoints")
            rows: list[dict[str, Any]] = [
                row
                for page in pages.paginate(PaginationConfig={"PageSize": _PAGE})
                for row in page["Endpoints"]
            ]
        return [
            Listed(
                row["EndpointName"],
                row["EndpointArn"],
                row["EndpointStatus"],
                row["CreationTime"],
                row["LastModifiedTime"],
            )
            for row in rows
        ]

    def _changed(self, listed: Iterable[Listed]) -> list[Listed]:
        """Return what is new, or not as it was; and how far AWS is, which is not listed."""
        updating_before = time.monotonic() - _STAGE_S
        return [
            one
            for one in listed
            if one.key not in self._seen
            or one != self._seen[one.key].listed
            or (one.status == "Creating" and not self._seen[one.key].has_begun)
            or (
                one.status == "Updating"
                and self._seen[one.key].described_at < updating_before
            )
        ]

    def _old(self) -> list[Listed]:
        """Return a few that were looked at longest ago."""
        age_s = _OLD_S if self.session.target.bills else _LOCAL_OLD_S
        before = min(time.monotonic() - age_s, self._read_at)
        by_age = sorted(self._seen.values(), key=lambda one: one.described_at)
        return [
            one.listed for one in by_age[:_OLD_AT_ONCE] if one.described_at < before
        ]

    def _look(self, listed: Listed) -> Seen | None:
        """Ask for all of one endpoint; None if it is gone by now."""
        last = self._seen.get(listed.key)
        if last is not None and last.listed == listed and listed.status == "Creating":
            return self._begun(last)
        found = _hosting.find(self.session, listed.name)
        if found is None:
            return None
        seen = Seen(
            listed,
            found,
            time.monotonic(),
            use=last.use if last else None,
            over_budget=last.over_budget if last else False,
            model_path=self._model_paths.get(listed.name),
        )
        digest = found.tags.get(_hosting.TAG_DIGEST, "")
        if listed.status == "Creating":
            return self._begun(replace(seen, last_took_s=self._took_s.get(digest)))
        self._note_time(last, listed, digest)
        if listed.status in BROKEN:
            return replace(seen, failure=self._failure(seen))
        if found.pending:
            pending = _configured.compute_of(self.session, found.pending)
            return replace(seen, pending=pending)
        return seen

    def _note_time(self, last: Seen | None, now: Listed, digest: str) -> None:
        """Note how long AWS took to bring a model, or an update, into service."""
        if last is None or now.status != "InService":
            return
        took_s = (now.modified - last.listed.modified).total_seconds()
        if last.listed.status == "Creating":
            self._took_s[digest] = (now.modified - now.created).total_seconds()
        elif last.listed.status == "Updating":
            self.update_took_s[now.name] = took_s

    def _begun(self, seen: Seen) -> Seen:
        name, created = seen.listed.name, seen.listed.created
        try:
            begun = _logs.has_begun(self.session, name, since=created)
        except SmnbError:  # no right to read logs; the rest is known
            begun = False
        return replace(seen, has_begun=begun)

    def _failure(self, seen: Seen) -> Failure:
        reason = seen.found.reason
        try:
            told = _explain.explain(self.session, seen.listed.name)
        except SmnbError as error:
            return Failure(cause=reason or error.what, fix=error.hint, reason=reason)
        return Failure(cause=told.cause, fix=told.step, reason=reason)

    def _is_over_budget(self, seen: Seen) -> bool:
        budget = _spending.budget_of(seen.found)
        if budget is None:
            return False
        with suppress(SmnbError):
            cost = _spending.spent(self.session, seen.found)
            return cost.usd is not None and cost.usd > budget.usd
        return False


def _has_metrics(seen: Seen) -> bool:
    return seen.listed.status not in ("Creating", "Failed", "Deleting")


def _batches(listed: list[Listed]) -> Iterator[list[Listed]]:
    for first in range(0, len(listed), _BATCH):
        yield listed[first : first + _BATCH]
