"""What a shell exports so that any AWS client in it uses the local backend."""

from __future__ import annotations

import json
import os
from shlex import quote
from typing import TYPE_CHECKING, Final

from smnb.local.account import ACCOUNT_ID, REGION, ROLE_ARN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from smnb._runtime_file import RuntimeFile

_LOOPBACK: Final = ("127.0.0.1", "localhost")
_DEFAULTS_NAME: Final = "sagemaker-defaults.yaml"
# Each of these would win over what is exported, or be sent along with it.
_STALE: Final = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
)


def shell_lines(found: RuntimeFile, data_dir: Path) -> list[str]:
    """Return lines for a POSIX shell, and write the file that one of them names."""
    stale = {
        *_STALE,
        *(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL_")),
    }
    exports = _variables(found, _write_sagemaker_defaults(data_dir))
    return [
        f"unset {' '.join(sorted(stale))}",
        *(f"export {name}={quote(value)}" for name, value in exports.items()),
    ]


def _variables(found: RuntimeFile, defaults: Path) -> Mapping[str, str]:
    no_proxy = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
    hosts = dict.fromkeys([*filter(None, no_proxy.split(",")), *_LOOPBACK])
    return {
        "AWS_ENDPOINT_URL": found.url,
        "AWS_ACCESS_KEY_ID": found.access_key,
        "AWS_SECRET_ACCESS_KEY": found.secret_key,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "NO_PROXY": ",".join(hosts),
        "no_proxy": ",".join(hosts),
        "SAGEMAKER_USER_CONFIG_OVERRIDE": str(defaults),
        "SAGEMAKER_VALIDATE_ROLE": "false",
    }


def _write_sagemaker_defaults(data_dir: Path) -> Path:
    """Write the defaults of the sagemaker SDKs.

    Without a bucket and a role they ask the real STS, whatever the endpoint URL is.
    """
    defaults = {
        "SchemaVersion": "1.0",
        "SageMaker": {
            "PythonSDK": {
                "Modules": {
                    "TelemetryOptOut": True,
                    "Session": {"DefaultS3Bucket": f"sagemaker-{REGION}-{ACCOUNT_ID}"},
                }
            },
            "Model": {"ExecutionRoleArn": ROLE_ARN},
        },
    }
    path = data_dir / _DEFAULTS_NAME
    path.write_text(json.dumps(defaults, indent=2) + "\n", "utf-8")  # JSON is YAML
    return path
