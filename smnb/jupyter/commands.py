"""What the panel asks for and has done, by name: the same for server and widget."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from smnb import _hosting
from smnb._control import Silent
from smnb._endpoint import Endpoint
from smnb._progress import told_to
from smnb.errors import SmnbError
from smnb.jupyter import deeds, problems, shapes
from smnb.jupyter.checking import ShapeError, check
from smnb.jupyter.forms import Forms
from smnb.jupyter.jobs import Jobs
from smnb.jupyter.measuring import Measure
from smnb.jupyter.place import Place
from smnb.jupyter.poller import Poller
from smnb.jupyter.problems import UnknownCommandError
from smnb.jupyter.sources import Sources, describe
from smnb.jupyter.testing import Tests
from smnb.jupyter.uploads import Uploads
from smnb.jupyter.views import change, charts, choices, cost, facts, log, pictures
from smnb.jupyter.views.subject import of_endpoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smnb._hosting import Described
    from smnb._session import Session

_DONE: Final = shapes.Nothing()


class Commands:
    """The commands of one server, or of one widget.

    Parameters
    ----------
    root
        The folder that paths are relative to.
    session
        Of a widget, which shows one place; None for the server's panel.
    """

    def __init__(self, root: Path, session: Session | None = None) -> None:
        self.place = Place(session)
        self.uploads = Uploads()
        self.model_paths: dict[str, str] = {}
        self.jobs = Jobs(self._jobs_changed)
        self.poller = Poller(self.place, self.jobs, self.model_paths)
        self._root = root
        self._sources = Sources(self.uploads, root)
        self._tests = Tests()
        self._forms = Forms(root)

    def close(self) -> None:
        """Stop what goes on, and remove what was uploaded."""
        self.jobs.stop_all()
        self._tests.close()
        self.poller.close()
        self.uploads.close()

    def run(self, name: object, args: object) -> Any:
        """Do what a command says, and return its answer; may take long.

        Raises
        ------
        UnknownCommandError
            If there is none of this name.
        ShapeError
            If the arguments are not its own.
        SmnbError
            If it cannot be done.
        """
        if not isinstance(name, str) or name not in shapes.COMMANDS:
            raise UnknownCommandError(f"There is no command {name!r:.40}.")
        check(args, shapes.COMMANDS[name][0])
        do: Callable[[Any], Any] = getattr(self, f"_{name}")
        with told_to(Silent()):
            return do(args)

    def problem(self, error: Exception) -> problems.Refusal:
        """Say what went wrong, with the command or the policy to copy."""
        session = None
        with suppress(SmnbError):  # its own configuration may be what is wrong
            session = self.place.known_session()
        return problems.of(error, session)

    def uploaded(self, identity: str) -> shapes.Uploaded:
        """Say what was uploaded."""
        return describe(identity, self.uploads.path(identity))

    def _jobs_changed(self) -> None:
        self.poller.tell()

    def _refresh(self, _: shapes.Nothing) -> shapes.Nothing:
        self.poller.refresh()
        return _DONE

    def _set_target(self, args: shapes.SetTarget) -> shapes.Nothing:
        self.place.choose(args["target"])
        self.poller.refresh()
        return _DONE

    def _cost(self, args: shapes.CostArgs) -> shapes.Cost:
        session, found = self._look_at(args["name"])
        choice = args["choice"]
        twin = None
        if _hosting.TAG_OVERFLOW in found.tags:
            twin = _hosting.find(session, _hosting.twin_name(found.name))
        return cost.cost(
            session,
            of_endpoint(session, found),
            calls_per_month=_calls(args["calls_per_month"]),
            chosen=None if choice is None else choices.compute_of(choice),
            twin=twin,
        )

    def _plan_update(self, args: shapes.UpdateArgs) -> shapes.ChangePlan:
        session, found = self._look_at(args["name"])
        compute = change.new_compute(found, choices.compute_of(args["choice"]))
        return change.plan_update(
            of_endpoint(session, found),
            compute,
            calls_per_month=_calls(args["calls_per_month"]),
            last_took_s=self.poller.last_update_s(found.name),
        )

    def _update(self, args: shapes.UpdateArgs) -> shapes.Started:
        session, found = self._use(args["name"])
        wanted = choices.compute_of(args["choice"])
        compute = change.new_compute(found, wanted)
        return self._start(deeds.Update(session, found, compute))

    def _plan_measure(self, args: shapes.OfEndpoint) -> shapes.MeasurePlan:
        session, found = self._look_at(args["name"])
        return Measure(session, found, self._tests.last(found)).plan()

    def _measure(self, args: shapes.OfEndpoint) -> shapes.Started:
        session, found = self._use(args["name"])
        return self._start(Measure(session, found, self._tests.last(found)))

    def _plan_delete(self, args: shapes.DeleteArgs) -> shapes.DeletePlan:
        return change.plan_delete(self.place.looking(), _names(args))

    def _delete(self, args: shapes.DeleteArgs) -> shapes.Started:
        return self._start(deeds.Delete(self.place.session(), _names(args)))

    def _extend(self, args: shapes.ExtendArgs) -> shapes.Nothing:
        Endpoint(args["name"], session=self.place.session()).extend(args["ttl"])
        self.poller.refresh()
        return _DONE

    def _facts(self, args: shapes.OfEndpoint) -> shapes.Facts:
        return facts.facts(*self._look_at(args["name"]))

    def _metrics(self, args: shapes.MetricsArgs) -> shapes.Metrics:
        return charts.metrics(*self._look_at(args["name"]), args["hours"])

    def _logs(self, args: shapes.LogArgs) -> shapes.Log:
        return log.log(self.place.looking(), args["name"], args["after"])

    def _plan_test(self, args: shapes.TestArgs) -> shapes.RoutePlan:
        session, found = self._look_at(args["name"])
        content = self._sources.content(args["source"], found.accepts)
        return self._tests.plan(session, found, content, args["route"])

    def _test(self, args: shapes.TestArgs) -> shapes.Pending:
        session, found = self._use(args["name"])
        content = self._sources.content(args["source"], found.accepts)
        return self._tests.send(session, found, content, args["route"])

    def _pending(self, args: shapes.PendingArgs) -> shapes.Pending:
        return self._tests.pending(args["id"])

    def _stop_test(self, args: shapes.PendingArgs) -> shapes.Nothing:
        self._tests.stop(args["id"])
        return _DONE

    def _frame(self, args: shapes.FrameArgs) -> shapes.Picture:
        path = self._sources.path(args["source"])
        times_s = self._tests.times_s(str(path))
        return pictures.picture(path, args["index"], times_s)

    def _form(self, args: shapes.FormArgs) -> shapes.DeployForm:
        return self._forms.form(self.place.looking(), args)

    def _deploy(self, args: shapes.DeployArgs) -> shapes.Started:
        deed = deeds.Deploy.of(self.place.session(), args, self._root)
        self.model_paths[args["name"]] = args["path"]
        return self._start(deed)

    def _demo(self, _: shapes.Nothing) -> shapes.Started:
        return self._start(deeds.Deploy.of_demo(self.place.session()))

    def _stop(self, args: shapes.StopArgs) -> shapes.Nothing:
        self.jobs.stop(args["job"])
        return _DONE

    def _policy(self, _: shapes.Nothing) -> shapes.PolicyText:
        return shapes.PolicyText(text=problems.policy_text(self.place.looking()))

    def _start(self, deed: deeds.Deed) -> shapes.Started:
        def work() -> str:
            try:
                return deed.work()
            finally:
                self.poller.refresh()

        path = self.model_paths.get(deed.endpoint)
        job = self.jobs.start(
            deed.kind, deed.endpoint, deed.text, work, model_path=path
        )
        self.poller.refresh()
        return shapes.Started(job=job)

    def _look_at(self, name: str) -> tuple[Session, Described]:
        session = self.place.looking()
        return session, _hosting.describe(session, name)

    def _use(self, name: str) -> tuple[Session, Described]:
        session = self.place.session()
        return session, _hosting.describe(session, name)


def _calls(calls_per_month: float | None) -> float | None:
    if calls_per_month is not None and calls_per_month < 0:
        raise ShapeError("args.calls_per_month is below 0")
    return calls_per_month


def _names(args: shapes.DeleteArgs) -> list[str]:
    if not args["names"]:
        raise ShapeError("args.names names no endpoint")
    return args["names"]
