"""A PyTorch module as model.pth, with its code.

Its class is pickled by value: TorchScript takes only some modules and is deprecated,
torch.export wants an example of the input, and weights alone want the class again.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from smnb._extras import require
from smnb._objects import pickling
from smnb._objects.requirements import packages_of

if TYPE_CHECKING:
    from pathlib import Path


def write(module: Any, folder: Path) -> list[str]:
    """Write the module; return the packages that it takes to read it."""
    torch = require("torch", purpose="Deploying a module")
    if isinstance(module, torch.jit.ScriptModule):
        # It holds its code itself, in a form that torch.load knows and pickle does not.
        module.save(str(folder / "model.pth"))
        return []
    modules: set[str] = set()

    class Pickler(pickling.Pickler):
        """One whose notes outlive it."""

        def __init__(self, file: Any, protocol: int) -> None:
            super().__init__(file, protocol)
            self.modules = modules

    pickler = SimpleNamespace(__name__="cloudpickle", Pickler=Pickler)
    with pickling.local_code_by_value():
        torch.save(
            module,
            folder / "model.pth",
            pickle_module=pickler,
            pickle_protocol=pickling.PROTOCOL,
        )
    # The container has PyTorch; another build of it would take minutes to install.
    others = [name for name in packages_of(modules) if name != "torch"]
    return ["cloudpickle", *others]
