"""AWS's words for what goes wrong in a container, wherever they are shown."""

from __future__ import annotations

from typing import Final

from smnb.local.account import ACCOUNT_ID
from smnb.local.container import ArchiveError, OutOfMemoryError, StartFailedError
from smnb.local.services.log_store import endpoint_group

MODEL_TIMED_OUT: Final = (
    "Your invocation timed out while waiting for a response from container primary. Review"
    " the latency metrics for each container in Amazon CloudWatch, resolve the issue, and"
    " try again."
)


def model_died(endpoint_name: str, error: Exception) -> str:
    """Return the message for a container that died while it worked on a request."""
    message = (
        f"Amazon SageMaker could not get a response from the {endpoint_name} endpoint. This"
        " can occur when CPU or memory utilization is high. To check your utilization, see"
        " Amazon CloudWatch. To fix this problem, use an instance type with more CPU"
        " capacity or memory."
    )
    if isinstance(error, OutOfMemoryError):
        message += " The container had insufficient memory."
    return message


def stream_broken(error: Exception) -> str:
    """Return the message for an answer that breaks off in the middle, and why it did."""
    return f"The response stream was broken. {error}"


def model_error(region: str, endpoint_name: str, status: int, message: str) -> str:
    """Return the text of a ModelError.

    Parameters
    ----------
    status
        What the container answered, 0 if it did not answer.
    message
        The container's body, or what SageMaker says in its place.
    """
    side = "client" if 400 <= status < 500 else "server"  # noqa: PLR2004 - HTTP's classes
    console = f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
    return (
        f'Received {side} error ({status}) from primary with message "{message}".'
        f" See {console}#logEventViewer:group={endpoint_group(endpoint_name)}"
        f" in account {ACCOUNT_ID} for more information."
    )


def start_failure(
    variant_name: str, model_data_url: str | None, error: StartFailedError
) -> str:
    """Return why a variant's container is not in service, and the cause that it gave."""
    if isinstance(error, ArchiveError):
        return (
            f'Failed to extract model data archive from URL "{model_data_url}". Please ensure'
            f" that the object located at the URL is a valid tar.gz archive. {error}"
        )
    return (
        f"The primary container for production variant {variant_name} did not pass the ping"
        f" health check. Please check CloudWatch logs for this endpoint. {error}"
    )
