"""The network that models run in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST: Final = {"subnets": 16, "security_groups": 5}


@dataclass(frozen=True)
class Vpc:
    """The network that a model runs in.

    Parameters
    ----------
    subnets
        1 to 16 subnet ids.
    security_groups
        1 to 5 security group ids.

    Raises
    ------
    InvalidInputError
        If there are more or fewer (API model).

    Examples
    --------
    >>> Vpc(subnets=["subnet-1", "subnet-2"], security_groups="sg-1")
    Vpc(subnets=('subnet-1', 'subnet-2'), security_groups=('sg-1',))
    """

    subnets: Sequence[str] | str
    security_groups: Sequence[str] | str

    def __post_init__(self) -> None:
        for name, most in _MOST.items():
            given = getattr(self, name)
            ids = (given,) if isinstance(given, str) else tuple(given)
            if not 1 <= len(ids) <= most:
                raise InvalidInputError(
                    f"{name} has {len(ids)} ids.", hint=f"AWS takes 1 to {most}."
                )
            object.__setattr__(self, name, ids)
