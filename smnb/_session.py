"""A session: target, credentials and region; hands out clients, translates errors."""

from __future__ import annotations

import os
import platform
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from smnb import (
    _aws_errors,
    _boto,
    _bucket,
    _credentials,
    _html,
    _kernel_note,
    _role,
    _studio,
    _target,
)
from smnb.errors import ConfigurationError, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smnb._vpc import Vpc

_POOL_CONNECTIONS = 64
# A serverless cold start may hold a call for 180 s before the model's own 60 s.
_READ_TIMEOUT_S = 250


class Session:
    """Where calls go, as whom, and what is attached to all that they create.

    Parameters
    ----------
    target
        ``"local"``, ``"aws"`` or the URL of a local backend. Default: the
        environment variable ``SMNB_TARGET``, and without it ``"local"``.
    profile
        Name of an AWS profile; default as in boto3.
    region
        AWS region. Default: ``AWS_REGION`` or ``AWS_DEFAULT_REGION``, the profile's,
        the SageMaker notebook's own; ``us-east-1`` on the local backend.
    role
        ARN of the role that the model runs as. Default: ``SMNB_ROLE``, ``smnb_role``
        of the profile, the notebook's own role; the local backend needs none.
    bucket
        S3 bucket for models and payloads. Default: ``SMNB_BUCKET``, ``smnb_bucket``
        of the profile, ``sagemaker-<region>-<account>``.
    create_bucket
        Whether a missing bucket is made, private and encrypted. Default: whoever sits
        at the keyboard is asked; the local backend makes it.
    kms_key
        KMS key id for volumes and results.
    vpc
        Network that models run in.
    tags
        Put on everything that is created.
    scheduler_role
        ARN of a role that EventBridge Scheduler takes on to delete expired endpoints.

    Examples
    --------
    >>> Session("aws", region="eu-west-1").target.label
    'aws'
    """

    def __init__(  # noqa: PLR0913  what an account's calls share, each by its name
        self,
        target: str | None = None,
        *,
        profile: str | None = None,
        region: str | None = None,
        role: str | None = None,
        bucket: str | None = None,
        create_bucket: bool | None = None,
        kms_key: str | None = None,
        vpc: Vpc | None = None,
        tags: Mapping[str, str] | None = None,
        scheduler_role: str | None = None,
    ) -> None:
        self.target = _target.resolve(target)
        self.profile = profile
        self.kms_key = kms_key
        self.vpc = vpc
        self.tags = dict(tags or {})
        self.scheduler_role = scheduler_role
        self._region = region
        self._role = role
        self._bucket = bucket
        self.creates_bucket = create_bucket
        self._found_role: str | None = None
        self._clients: dict[str, Any] = {}
        self._identity: dict[str, Any] | None = None
        # boto3 sessions are not safe to share between threads, clients are.
        self._lock = threading.RLock()
        self._boto: Any = None

    def __repr__(self) -> str:
        region = self._region or ("" if self.target.bills else _boto.LOCAL_REGION)
        parts = [self.target.label, self.profile or "", region]
        return f"Session {' · '.join(part for part in parts if part)}"

    def _repr_html_(self) -> str:
        rows = [
            ("profile", self.profile or ""),
            ("region", self._region or ""),
            ("role", self._role or ""),
            ("bucket", self._bucket or ""),
            ("address", str(self.target.endpoint_url or "")),
        ]
        mark = _html.badge(self.target.label, bills=self.target.bills)
        return _html.card("Session", mark, [row for row in rows if row[1]])

    def __reduce__(self) -> tuple[Any, ...]:
        # By its arguments: keys are looked up where it arrives, and never travel.
        given = {
            "profile": self.profile,
            "region": self._region,
            "role": self._role,
            "bucket": self._bucket,
            "kms_key": self.kms_key,
            "vpc": self.vpc,
            "tags": self.tags,
            "create_bucket": self.creates_bucket,
            "scheduler_role": self.scheduler_role,
        }
        return _arrived, (self.target.label, given)

    @property
    def label(self) -> str:
        """What reprs show as the place: ``"local"``, or ``"aws eu-west-1"``."""
        if self.target.bills:
            return f"{self.target.label} {self.region}"
        return self.target.label

    @property
    def region(self) -> str:
        """The AWS region of every call."""
        with self._lock:
            region = self._boto_session().region_name
        if region is None and (place := _studio.notebook()):
            region = place.region or None
        if region is None:
            raise ConfigurationError(
                "No AWS region is set.",
                hint='Name one: Session("aws", region="us-east-1"), or AWS_REGION, or '
                f"aws configure set region us-east-1 --profile "
                f"{_credentials.profile_name(self.profile)}",
            )
        return str(region)

    @property
    def partition(self) -> str:
        """``"aws"``, ``"aws-cn"`` or ``"aws-us-gov"``: the second word of every ARN."""
        with self._lock, self.translated(f"Looking for the region {self.region}"):
            return str(self._boto_session().get_partition_for_region(self.region))

    @property
    def account(self) -> str:
        """The 12-digit AWS account id of the caller."""
        return str(self._caller()["Account"])

    @property
    def known_account(self) -> str | None:
        """The same if it was asked for before, else None."""
        return None if self._identity is None else self.account

    @property
    def caller_arn(self) -> str:
        """The ARN of the user or assumed role that calls."""
        return str(self._caller()["Arn"])

    def regions_of(self, service: str) -> list[str]:
        """Return the regions of this partition that have `service`, as boto3 knows."""
        with self._lock:
            boto = self._boto_session()
            found: list[str] = boto.get_available_regions(
                service, partition_name=self.partition
            )
        return found

    def profile_setting(self, name: str) -> str | None:
        """Return what the AWS profile in use says of `name`; None if nothing."""
        with self._lock, self.translated("Reading the AWS configuration"):
            # boto3 has no public way to the session that it wraps.
            config = self._boto_session()._session.get_scoped_config()  # noqa: SLF001
        value: str | None = config.get(name)
        return value

    def _caller(self) -> dict[str, Any]:
        if self._identity is None:
            with self.translated("Asking who you are (sts:GetCallerIdentity)"):
                self._identity = dict(self.client("sts").get_caller_identity())
        return self._identity

    def credentials(self) -> Any:
        """Return botocore's keys of this moment, refreshed if that is due."""
        from botocore.exceptions import NoCredentialsError

        with self._lock:  # boto3 finds them once, and keeps them
            found = self._boto_session().get_credentials()
        if found is None:
            raise NoCredentialsError
        return found.get_frozen_credentials()

    def client(self, service: str) -> Any:
        """Return the boto3 client of `service`, made once."""
        with self._lock:
            if service not in self._clients:
                _kernel_note.leave(self)
                with self.translated(f"Preparing calls to {service}"):
                    self._clients[service] = self._make_client(service)
            return self._clients[service]

    def role(self) -> str:
        """Return the ARN of the role that models run as.

        Raises
        ------
        ConfigurationError
            If none was given and none is found; the hint names the commands that
            make one.
        """
        if self._found_role is None:
            self._found_role = _role.find(self, self._role)
        return self._found_role

    def bucket(self) -> str:
        """Return the bucket for models and payloads.

        Raises
        ------
        NotFoundError
            If it does not exist and may not be created: see ``create_bucket``.
        ConfigurationError
            If it is another account's, or in another region.
        """
        return _bucket.find(self, self.bucket_name(), create=self.creates_bucket)

    def bucket_name(self) -> str:
        """Return the name of that bucket, whether it exists or not."""
        named = self._bucket or os.environ.get("SMNB_BUCKET")
        named = named or self.profile_setting(_bucket.SETTING)
        return named or f"sagemaker-{self.region}-{self.account}"

    @contextmanager
    def translated(self, doing: str) -> Iterator[None]:
        """Raise smnb's errors in place of botocore's.

        Parameters
        ----------
        doing
            What the block does, as the start of a sentence.
        """
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        try:
            yield
        except ClientError as error:
            raise _aws_errors.from_client_error(
                error, doing=doing, sign_in=self._sign_in
            ) from error
        except (BotoCoreError, ResponseParserError) as error:
            raise _aws_errors.from_core_error(
                error,
                doing=doing,
                local=self.target.is_loopback,
                sign_in=self._sign_in,
            ) from error
        except KeyboardInterrupt:  # without boto3's frames, as `stoppable` does
            raise KeyboardInterrupt from None

    def _sign_in(self) -> str:
        return _credentials.sign_in(self.profile)

    def _boto_session(self) -> Any:
        if self._boto is None:
            with self.translated("Reading the AWS configuration"):
                self._boto = _boto.make_session(
                    self.target, profile=self.profile, region=self._region
                )
        return self._boto

    def _make_client(self, service: str) -> Any:
        import boto3
        from botocore.config import Config

        from smnb import __version__

        config = Config(
            max_pool_connections=_POOL_CONNECTIONS,
            read_timeout=_READ_TIMEOUT_S if service == "sagemaker-runtime" else 60,
            # Requests to models are tried again by `_retry`: not by botocore as well.
            retries={
                "mode": "standard",
                "total_max_attempts": 1 if service == "sagemaker-runtime" else 4,
            },
            # botocore would put its own together twice a request: an eighth of its time.
            user_agent=f"smnb/{__version__} Boto3/{boto3.__version__} "
            f"Python/{platform.python_version()} {platform.system()}",
            # A proxy would be asked for loopback addresses too.
            proxies={} if self.target.is_loopback else None,
            s3={"addressing_style": "path"} if self.target.is_loopback else None,
            # Over HTTP the signature covers the content: a checksum would be the second.
            request_checksum_calculation=(
                "when_required" if self.target.is_loopback else None
            ),
        )
        client = self._boto_session().client(
            service,
            region_name=self.region,
            endpoint_url=self.target.endpoint_url,
            config=config,
        )
        if service == "s3":
            client.meta.events.register(
                "before-parameter-build.s3", _bucket.expect_owner
            )
        if self.target.is_loopback:
            client.meta.events.register("before-sign", _name_this_python)
        if self.target.label == "local":
            # Before botocore's own handler: its answer counts then.
            client.meta.events.register_first("needs-retry", self._start_again)
        return client

    def _start_again(
        self,
        request_dict: dict[str, Any],
        caught_exception: object,
        **_: object,
    ) -> int | None:
        """Start a local backend that has stopped, and send the request once more.

        It stops when nobody uses it for long, and comes back with all that it held.
        """
        from botocore.exceptions import EndpointConnectionError

        refused = isinstance(caught_exception, EndpointConnectionError)
        if not refused or request_dict["context"].get("smnb_started"):
            return None  # botocore's matter
        request_dict["context"]["smnb_started"] = True
        with self._lock:
            last, self.target = self.target, _target.resolve("local")
            if self.target != last:
                # Its port was taken meanwhile, or its data was deleted.
                self._clients.clear()
                self._boto = None
        place = urlsplit(str(self.target.endpoint_url)).netloc
        request_dict["url"] = (
            urlsplit(str(request_dict["url"]))._replace(netloc=place).geturl()
        )
        return 0  # seconds to wait


def _name_this_python(request: Any, **_: object) -> None:
    """Tell the local backend which Python may run the caller's model."""
    request.headers["x-smnb-python"] = sys.executable


_arrivals: dict[str, Session] = {}


def _arrived(target: str, given: dict[str, Any]) -> Session:
    """Return the session of these arguments: one in a process, with its clients."""
    key = f"{target} {given}"
    if key not in _arrivals:
        _arrivals[key] = Session(target, **given)
    return _arrivals[key]


_default: dict[str, Session] = {}


def default_session(given: Session | None = None) -> Session:
    """Return `given`, or the session of calls that name none: one a ``SMNB_TARGET``.

    Raises
    ------
    InvalidInputError
        If `given` is the name of a place.
    """
    if isinstance(given, str):
        raise InvalidInputError(
            f"session={given!r} is no session.",
            hint=f"Make one: session=smnb.Session({given!r}).",
        )
    if given is not None:
        return given
    target = os.environ.get("SMNB_TARGET") or "local"
    if target not in _default:
        _default[target] = Session(target)
    return _default[target]
