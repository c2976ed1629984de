"""Where the panel looks: what the notebook's kernel uses, unless somebody chose another."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from smnb import _credentials, _kernel_note, _runtime_file
from smnb._boto import LOCAL_REGION
from smnb._kernel_note import Note
from smnb._session import Session
from smnb.errors import NotFoundError, SmnbError
from smnb.jupyter.looking import LookingSession
from smnb.jupyter.shapes import Target

if TYPE_CHECKING:
    from collections.abc import Callable

_READ_AGAIN_S: Final = 20.0  # the files of the AWS configuration
_NOTED_S: Final = 0.5
_AWS: Final = "aws"


class Place:
    """The target of a panel, and the session that calls there.

    Parameters
    ----------
    session
        Of a widget, which shows one place; None for the server's panel.
    noted
        Returns what a kernel uses; None if none does.
    """

    def __init__(
        self,
        session: Session | None = None,
        noted: Callable[[], Note | None] = _kernel_note.newest,
    ) -> None:
        self._ask = noted
        self._noted_at: tuple[float, Note | None] = (-_NOTED_S, None)
        self._fixed = session
        self._chosen: Note | None = None
        self._sessions: dict[Note, Session] = {}
        self._looking: dict[Note, LookingSession] = {}
        self._lock = threading.Lock()
        self._listed: tuple[float, list[Note]] = (-_READ_AGAIN_S, [])

    @property
    def follows_kernel(self) -> bool:
        """Whether it is what the notebook uses, and nobody chose another."""
        return self._chosen is None

    def _noted(self) -> Note | None:
        asked_at, noted = self._noted_at
        if time.monotonic() - asked_at > _NOTED_S:
            noted = self._ask()
            self._noted_at = (time.monotonic(), noted)
        return noted

    @property
    def note(self) -> Note:
        """What is shown: chosen, or the kernel's, or what ``SMNB_TARGET`` names."""
        if self._fixed is not None:
            return Note(self._fixed.target.label, self._fixed.profile)
        return self._chosen or self._noted() or _default()

    def session(self) -> Session:
        """Return the session of what is shown; a local backend is started for it.

        Raises
        ------
        SmnbError
            If the target or its configuration is none.
        """
        if self._fixed is not None:
            return self._fixed
        note = self.note
        with self._lock:
            if note not in self._sessions:
                self._sessions[note] = Session(
                    note.target,
                    profile=note.profile,
                    region=note.region,
                    role=note.role,
                    bucket=note.bucket,
                    # Nobody sits at the server's keyboard who could be asked.
                    create_bucket=False if note.target == _AWS else None,
                )
            return self._sessions[note]

    def known_session(self) -> Session | None:
        """Return the session if it was made already; no local backend is started."""
        return self._fixed or self._sessions.get(self.note)

    def looking(self) -> LookingSession:
        """Return a session for what only looks; raises as `session`."""
        note, session = self.note, self.session()
        with self._lock:
            if note not in self._looking:
                self._looking[note] = LookingSession.like(session)
            return self._looking[note]

    def choose(self, name: str | None) -> None:
        """Show another place; None goes back to what the notebook uses.

        Raises
        ------
        NotFoundError
            If no target has this name.
        """
        if name is None:
            self._chosen = None
            return
        known = {name_of(note): note for note in self._known()}
        if name not in known:
            raise NotFoundError(
                f"There is no target {name!r:.60}.",
                hint=f"There are {', '.join(known)}.",
            )
        self._chosen = known[name]

    def target(self) -> Target:
        """Return what is shown, with what is known of it without asking anybody."""
        note = self.note
        session = self.known_session()
        account = None if session is None else session.known_account
        region = note.region
        if session is not None:
            with suppress(SmnbError):
                region = session.region
        return _shape(note, region, account)

    def targets(self) -> list[Target]:
        """Return the places that can be shown: names and regions, asked of no network."""
        return [_shape(note, note.region, None) for note in self._known()]

    def local_daemon(self) -> _runtime_file.RuntimeFile | None:
        """Return the local backend if that is shown, running or gone; else None."""
        if self.note.target != "local":
            return None
        with suppress(_runtime_file.NoHomeError):
            return _runtime_file.read(_runtime_file.data_dir())
        return None

    def _known(self) -> list[Note]:
        if self._fixed is not None:
            return [self.note]
        read_at, listed = self._listed
        if time.monotonic() - read_at > _READ_AGAIN_S:
            listed = [Note("local"), *_profiles()]
            self._listed = (time.monotonic(), listed)
        extra = [self._noted(), self._chosen, _default()]
        places = {name_of(note): note for note in extra if note is not None}
        return list(({name_of(note): note for note in listed} | places).values())


def name_of(note: Note) -> str:
    """Return the name that a place is chosen by.

    Examples
    --------
    >>> name_of(Note("aws", "work", "eu-west-1")), name_of(Note("local"))
    ('aws work eu-west-1', 'local')
    """
    if note.target != _AWS:
        return note.target
    return " ".join(part for part in (_AWS, note.profile, note.region) if part)


def _default() -> Note:
    target = os.environ.get("SMNB_TARGET") or "local"
    if target != _AWS:
        return Note(target)
    named = _credentials.profile_name(None)
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return Note(_AWS, None if named == "default" else named, region)


def _profiles() -> list[Note]:
    """Return the profiles of the AWS configuration that say their region."""
    import botocore.session
    from botocore.exceptions import BotoCoreError

    try:
        config = botocore.session.Session().full_config.get("profiles", {})
    except BotoCoreError:  # `doctor` says what is wrong with it
        return []
    return [
        Note(_AWS, None if name == "default" else name, values["region"])
        for name, values in config.items()
        if values.get("region")
    ]


def _shape(note: Note, region: str | None, account: str | None) -> Target:
    is_aws = note.target == _AWS
    return Target(
        name=name_of(note),
        kind="aws" if is_aws else "local",
        profile=(note.profile or "default") if is_aws else None,
        region=region or (None if is_aws else LOCAL_REGION),
        account_last4=account[-4:] if account and is_aws else None,
    )
