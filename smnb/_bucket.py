"""The bucket for models and payloads: found, checked, or made private and encrypted."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from smnb.errors import ConfigurationError, NotFoundError, SmnbError

if TYPE_CHECKING:
    from smnb._session import Session

SETTING = "smnb_bucket"
_NO_CONSTRAINT = "us-east-1"  # the one region that S3 does not let be named
# SageMaker's own name for it says whose it is: nobody else's bucket is written to,
# even if they took the name first.
_DEFAULT = re.compile(r"sagemaker-[a-z]+(?:-[a-z]+)+-\d+-(\d{12})")


def find(session: Session, name: str, *, create: bool | None) -> str:
    """Return the bucket `name` once it is known to be there.

    Parameters
    ----------
    create
        Whether a missing one is created; None asks whoever sits at the keyboard.

    Raises
    ------
    NotFoundError
        If it does not exist and may not be created.
    ConfigurationError
        If it is somebody else's, or in another region.
    """
    try:
        region = _region(session, name)
    except NotFoundError:
        if create is None:
            create = session.target.makes_bucket or _is_wanted(name)
        if not create:
            raise _missing(session, name) from None
        _create(session, name)
        return name
    # The local backend is a single place, whatever the region is called.
    elsewhere = region != session.region and not session.target.makes_bucket
    if region and elsewhere:
        raise ConfigurationError(
            f"The bucket {name} is in {region}, and the endpoint would be in "
            f"{session.region}: SageMaker reads models from its own region.",
            hint=f'Use Session(region="{region}"), or another bucket=.',
        )
    return name


def command(name: str, region: str) -> str:
    """Return the command that makes the bucket; new ones are private and encrypted."""
    return f"aws s3 mb s3://{name} --region {region}"


def expect_owner(params: dict[str, Any], model: Any, **_: object) -> None:
    """Let S3 refuse a call if the default bucket is not its account's.

    A handler of botocore's event ``before-parameter-build.s3``.
    """
    found = _DEFAULT.fullmatch(str(params.get("Bucket", "")))
    if found and "ExpectedBucketOwner" in model.input_shape.members:
        params.setdefault("ExpectedBucketOwner", found.group(1))


def _region(session: Session, name: str) -> str | None:
    from botocore.exceptions import ClientError

    with session.translated(f"Looking for the bucket {name}"):
        try:
            answer = session.client("s3").head_bucket(Bucket=name)
        except ClientError as error:
            # HEAD has no body to say why, so the words are ours.
            if error.response["Error"]["Code"] == "403":
                raise _not_ours(name) from error
            raise
    region: str | None = answer.get("BucketRegion")
    return region


def _not_ours(name: str) -> ConfigurationError:
    return ConfigurationError(
        f"The bucket {name} is another account's, or you may not look at it "
        "(s3:ListBucket).",
        hint="Ask for the permission, smnb.iam_policy() writes it; or name a bucket of "
        "yours: Session(bucket=…), SMNB_BUCKET.",
    )


def _missing(session: Session, name: str) -> NotFoundError:
    return NotFoundError(
        f"There is no bucket {name}.",
        hint=f"Make it: {command(name, session.region)}  Or let smnb make it, private "
        "and encrypted: Session(create_bucket=True). Or name yours: Session(bucket=…).",
    )


def _is_wanted(name: str) -> bool:
    """Ask, where a person can answer."""
    if not _is_attended():
        return False
    question = f"There is no bucket {name}. Make it, private and encrypted? [y/N] "
    try:
        return input(question).strip().lower() in ("y", "yes")
    except (EOFError, NotImplementedError):  # a notebook that runs by itself
        return False


def _is_attended() -> bool:
    if "ipykernel" in sys.modules:
        return True  # its `input` refuses where nobody listens
    return sys.stdin is not None and sys.stdin.isatty()


def _create(session: Session, name: str) -> None:
    request: dict[str, Any] = {"Bucket": name}
    if session.region != _NO_CONSTRAINT:
        place = {"LocationConstraint": session.region}
        request["CreateBucketConfiguration"] = place
    s3 = session.client("s3")
    with session.translated(f"Creating the bucket {name}"):
        s3.create_bucket(**request)
    if session.target.makes_bucket:
        return  # reachable from this machine alone
    try:
        _close(session, name)
    except SmnbError:
        with session.translated(f"Removing the bucket {name}"):
            s3.delete_bucket(Bucket=name)
        raise


def _close(session: Session, name: str) -> None:
    """Make sure that nobody else reads it, and that what it holds is encrypted."""
    s3 = session.client("s3")
    nothing_public = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    with session.translated(f"Closing the bucket {name} to the public"):
        s3.put_public_access_block(
            Bucket=name, PublicAccessBlockConfiguration=nothing_public
        )
    with session.translated(f"Encrypting the bucket {name}"):
        s3.put_bucket_encryption(
            Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]}
        )
