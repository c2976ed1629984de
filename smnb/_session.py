"""A session: target, credentials and region; hands out clients, translates errors.

The only module that imports boto3.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from smnb import _aws_errors, _target
from smnb.errors import ConfigurationError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LOCAL_REGION = "us-east-1"
_POOL_CONNECTIONS = 64
# A serverless cold start may hold a call for 180 s before the model's own 60 s.
_READ_TIMEOUT_S = 250


@dataclass(frozen=True)
class Vpc:
    """The network that a model runs in.

    Parameters
    ----------
    subnets
        1 to 16 subnet ids.
    security_groups
        1 to 5 security group ids.
    """

    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]


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
        AWS region; default as in boto3, ``us-east-1`` on the local backend.
    role
        ARN of the role that the model runs as. Default: ``SMNB_ROLE``; the local
        backend needs none.
    bucket
        S3 bucket for models and payloads; default ``sagemaker-<region>-<account>``.
    kms_key
        KMS key id for volumes and results.
    vpc
        Network that models run in.
    tags
        Put on everything that is created.

    Examples
    --------
    >>> Session("aws", region="eu-west-1").target.label
    'aws'
    """

    def __init__(
        self,
        target: str | None = None,
        *,
        profile: str | None = None,
        region: str | None = None,
        role: str | None = None,
        bucket: str | None = None,
        kms_key: str | None = None,
        vpc: Vpc | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        self.target = _target.resolve(target)
        self.profile = profile
        self.kms_key = kms_key
        self.vpc = vpc
        self.tags = dict(tags or {})
        self._region = region
        self._role = role
        self._bucket = bucket
        self._clients: dict[str, Any] = {}
        self._account: str | None = None
        # boto3 sessions are not safe to share between threads, clients are.
        self._lock = threading.RLock()
        self._boto: Any = None

    def __repr__(self) -> str:
        region = self._region or ("" if self.target.bills else _LOCAL_REGION)
        parts = [self.target.label, self.profile or "", region]
        return f"Session {' · '.join(part for part in parts if part)}"

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
        if region is None:
            raise ConfigurationError(
                "No AWS region is set.",
                hint='Name one: Session("aws", region="us-east-1"), or AWS_REGION.',
            )
        return str(region)

    @property
    def account(self) -> str:
        """The 12-digit AWS account id of the caller."""
        if self._account is None:
            with self.translated("Asking who you are (sts:GetCallerIdentity)"):
                self._account = self.client("sts").get_caller_identity()["Account"]
        return str(self._account)

    def client(self, service: str) -> Any:
        """Return the boto3 client of `service`, made once."""
        with self._lock:
            if service not in self._clients:
                with self.translated(f"Preparing calls to {service}"):
                    self._clients[service] = self._make_client(service)
            return self._clients[service]

    def role(self) -> str:
        """Return the ARN of the role that models run as.

        Raises
        ------
        ConfigurationError
            If none was given and the target has none of its own.
        """
        role = self._role or self.target.role or os.environ.get("SMNB_ROLE")
        if not role:
            raise ConfigurationError(
                "SageMaker needs a role to run the model as.",
                hint='Give one: Session("aws", role="arn:aws:iam::…:role/…"), '
                "or set SMNB_ROLE.",
            )
        return role

    def bucket(self) -> str:
        """Return the bucket for models and payloads.

        Raises
        ------
        NotFoundError
            If it does not exist; it is created unasked on the local backend alone.
        """
        name = self._bucket or f"sagemaker-{self.region}-{self.account}"
        s3 = self.client("s3")
        try:
            with self.translated(f"Looking for the bucket {name}"):
                s3.head_bucket(Bucket=name)
        except NotFoundError:
            if not self.target.makes_bucket:
                raise NotFoundError(
                    f"There is no bucket {name}.",
                    hint=f"Make one: aws s3 mb s3://{name} --region {self.region}, "
                    "or name yours: Session(bucket=…).",
                ) from None
            with self.translated(f"Creating the bucket {name}"):
                s3.create_bucket(Bucket=name)
        self._bucket = name
        return name

    @contextmanager
    def translated(self, doing: str) -> Iterator[None]:
        """Raise smnb's errors in place of botocore's.

        Parameters
        ----------
        doing
            What the block does, as the start of a sentence.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            raise _aws_errors.from_client_error(error, doing=doing) from error
        except BotoCoreError as error:
            raise _aws_errors.from_core_error(
                error, doing=doing, local=self.target.is_loopback
            ) from error

    def _boto_session(self) -> Any:
        if self._boto is None:
            with self.translated("Reading the AWS configuration"):
                self._boto = self._make_boto_session()
        return self._boto

    def _make_boto_session(self) -> Any:
        import boto3
        import botocore.session

        if self.target.access_key is None:
            return boto3.Session(profile_name=self.profile, region_name=self._region)
        # The user's AWS profile has no say on the local backend, broken or not.
        alone = botocore.session.Session(
            session_vars={
                "config_file": (None, None, os.devnull, None),
                "credentials_file": (None, None, os.devnull, None),
                "profile": (None, None, None, None),
            }
        )
        return boto3.Session(
            aws_access_key_id=self.target.access_key,
            aws_secret_access_key=self.target.secret_key,
            region_name=self._region or _LOCAL_REGION,
            botocore_session=alone,
        )

    def _make_client(self, service: str) -> Any:
        from botocore.config import Config

        from smnb import __version__

        config = Config(
            max_pool_connections=_POOL_CONNECTIONS,
            read_timeout=_READ_TIMEOUT_S if service == "sagemaker-runtime" else 60,
            retries={"mode": "standard", "total_max_attempts": 4},
            user_agent_extra=f"smnb/{__version__}",
            # A proxy would be asked for loopback addresses too.
            proxies={} if self.target.is_loopback else None,
            s3={"addressing_style": "path"} if self.target.is_loopback else None,
        )
        client = self._boto_session().client(
            service, endpoint_url=self.target.endpoint_url, config=config
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


_default: dict[str, Session] = {}


def default_session() -> Session:
    """Return the session of calls that name none: one for each ``SMNB_TARGET``."""
    target = os.environ.get("SMNB_TARGET") or "local"
    if target not in _default:
        _default[target] = Session(target)
    return _default[target]
