"""What a job does: deploy, update, delete; and how it says that it ended.

Measuring has a file of its own: `measuring`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, ClassVar, Protocol

from smnb import _hosting, _removal
from smnb._compute import Async, Serverless, check_name
from smnb._control import Silent
from smnb._deploy import deploy
from smnb._endpoint import Endpoint
from smnb._lifetime import parse_ttl
from smnb._model import Model
from smnb._quote import quote
from smnb._spending import spent
from smnb._text import dollars_text, seconds_text
from smnb.errors import InvalidInputError, SmnbError
from smnb.jupyter import models
from smnb.jupyter.views import choices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smnb._compute import Compute
    from smnb._hosting import Described
    from smnb._session import Session
    from smnb.jupyter import jobs
    from smnb.jupyter.shapes import DeployArgs

DEMO_NAME = "demo-brightest"


class Deed(Protocol):
    """Work for a job."""

    @property
    def kind(self) -> jobs.Deed:
        """Which of the four it is."""

    @property
    def endpoint(self) -> str:
        """The endpoint's name, or how many there are."""

    @property
    def text(self) -> str:
        """What goes on, in words."""

    def work(self) -> str:
        """Do it, and return how it ended."""


@dataclass(frozen=True)
class Deploy:
    """Put a model behind an endpoint."""

    kind: ClassVar[jobs.Deed] = "deploy"

    session: Session
    model: Model
    compute: Compute
    endpoint: str
    overflow: Async | None = None
    ttl: str | None = None

    @classmethod
    def of(cls, session: Session, args: DeployArgs, root: Path) -> Deploy:
        """Return what the form asks for.

        Raises
        ------
        InvalidInputError
            If the name, the compute or the time to live is none.
        """
        if args["ttl"] is not None:
            parse_ttl(args["ttl"])
        return cls(
            session,
            models.named(args["path"], root).model,
            choices.compute_of(args["choice"]),
            check_name(args["name"]),
            overflow=Async() if args["twin"] else None,
            ttl=args["ttl"],
        )

    @classmethod
    def of_demo(cls, session: Session) -> Deploy:
        """Return the deploy of a model that comes with smnb, free of charge.

        Raises
        ------
        InvalidInputError
            If that would bill somebody.
        """
        if session.target.bills:
            raise InvalidInputError(
                "The demo runs on this machine, and AWS is shown.",
                hint="Choose the target local first.",
            )
        with as_file(files("smnb").joinpath("data/demo")) as folder:
            model = Model(str(folder))
        return cls(session, model, Serverless(), DEMO_NAME, ttl="2h")

    @property
    def text(self) -> str:
        """What goes on."""
        where = "AWS" if self.session.target.bills else "the local backend"
        return f"Deploying {self.endpoint} to {where}"

    def work(self) -> str:
        """Deploy, and say how long it took and what it costs from now on."""
        began = time.monotonic()
        deploy(
            self.model,
            self.compute,
            name=self.endpoint,
            overflow=self.overflow,
            ttl=self.ttl,
            session=self.session,
        )
        took = seconds_text(time.monotonic() - began)
        found = _hosting.describe(self.session, self.endpoint)
        words = f"{self.endpoint} is in service after {took}."
        words += _rate_words(self.session, choices.compute_in(found))
        if self.ttl is None:
            return words
        stays_s = parse_ttl(self.ttl).total_seconds()
        return f"{words} Deletes itself in {seconds_text(stays_s)}."


@dataclass(frozen=True)
class Update:
    """Move an endpoint to another compute."""

    kind: ClassVar[jobs.Deed] = "update"

    session: Session
    found: Described
    compute: Compute

    @property
    def endpoint(self) -> str:
        """The endpoint's name."""
        return self.found.name

    @property
    def text(self) -> str:
        """What changes, and that it serves meanwhile."""
        before, after = choices.move_words(choices.compute_in(self.found), self.compute)
        return f"Updating {self.endpoint}, {before} → {after}. The old fleet serves."

    def work(self) -> str:
        """Update, and say what it runs on and costs from now on."""
        Endpoint(self.endpoint, session=self.session).update(self.compute)
        found = _hosting.describe(self.session, self.endpoint)
        rate = _rate_words(self.session, choices.compute_in(found))
        return f"{self.endpoint} runs {choices.words_of(found)}.{rate}"


@dataclass(frozen=True)
class Delete:
    """Delete endpoints with all that was deployed with them."""

    kind: ClassVar[jobs.Deed] = "delete"

    session: Session
    names: Sequence[str]

    @property
    def endpoint(self) -> str:
        """The endpoint's name, or how many there are."""
        return self.names[0] if len(self.names) == 1 else f"{len(self.names)} endpoints"

    @property
    def text(self) -> str:
        """What goes on."""
        return f"Deleting {', '.join(self.names)}"

    def work(self) -> str:
        """Delete all, and say what stays and what they have cost."""
        costs = [self._spent(name) for name in self.names]
        stays: list[str] = []
        for name in self.names:
            removal = _removal.plan(self.session, name)
            _removal.carry_out(removal, Silent())
            stays += [] if removal.places else removal.stays
        verb = "is" if len(self.names) == 1 else "are"
        words = f"{', '.join(self.names)} {verb} gone."
        left = (
            f"There stay {', '.join(stays)}." if stays else "Nothing left that costs."
        )
        return f"{words} {left}{self._cost_words(costs)}"

    def _spent(self, name: str) -> float | None:
        found = _hosting.find(self.session, name)
        if found is None:
            return 0.0
        try:
            cost = spent(self.session, found)
        except SmnbError:
            return None
        return None if cost.at_most else cost.usd

    def _cost_words(self, costs: list[float | None]) -> str:
        known = [usd for usd in costs if usd is not None]
        if len(known) != len(costs) or not sum(known):
            return ""
        verb, where = "cost", ""
        if not self.session.target.bills:
            verb, where = "would have cost", " on AWS"
        it = "It" if len(costs) == 1 else "They"
        return f" {it} {verb} {dollars_text(sum(known))}{where} in all."


def _rate_words(session: Session, compute: Compute | None) -> str:
    """Say what it costs from now on; locally, what it would on AWS."""
    if compute is None:
        return ""
    text = quote(compute, region=session.region).text
    return f" {text}." if session.target.bills else f" On AWS: {text}."
