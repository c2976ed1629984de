"""Checks of the endpoint that is asked for: its name, compute, price and quota."""

from __future__ import annotations

import re
from typing import Final

from smnb import _hosting, prices
from smnb._compute import check_name
from smnb._doctor import usage
from smnb._doctor.subject import Check, Outcome, Subject, bad, fine, unknown, warn
from smnb._quote import quote
from smnb._text import dollars_text
from smnb.errors import SmnbError

_COMPUTE: Final = frozenset({"compute"})
_ON_AWS: Final = frozenset({"compute", "aws", "caller"})
_WORKERS: Final = "SAGEMAKER_MODEL_SERVER_WORKERS"
_ON_AN_INSTANCE: Final = 'Deploy on an instance: smnb.RealTime("ml.m5.large").'
# Their disks are inside of the machine and encrypted by it: AWS takes no key for them.
_OWN_DISK: Final = re.compile(r"ml\.(?:\w*d[ne]*|g4dn|g5|g6e?|p4de?|p5\w*|trn1n?)\.")
_QUOTA_SERVERLESS: Final = re.compile(
    r"(?i)total concurrency .*across all serverless endpoints"
)


def _name_legal(subject: Subject) -> Outcome | None:
    if subject.name is None:
        return None
    return fine(check_name(subject.name))


def _name_free(subject: Subject) -> Outcome | None:
    if subject.name is None:
        return None
    found = _hosting.find(subject.session, subject.name)
    if found is None:
        return fine(f"{subject.name} is free")
    return warn(
        f"{subject.name} exists and is {found.status}",
        "Deploying the very same returns it; change it with ep.update(…), delete it "
        f'with smnb.endpoint("{subject.name}").delete(), or choose another name=.',
    )


def _price(subject: Subject) -> Outcome | None:
    if subject.compute is None:
        return None
    priced = quote(subject.compute, region=subject.session.region)
    cost = f"{priced.compute}: {priced.cost}"
    if subject.session.target.bills:
        return fine(cost)
    return fine(f"$0 here; on AWS {cost}")


def _instance(subject: Subject) -> Outcome | None:
    kind = subject.instance_type
    if kind is None:
        return None
    region = subject.session.region
    price = prices.instance_hour(kind, region)
    if price is None and prices.instance_hour(kind):
        return fine(f"{kind} is offered in us-east-1; its price in {region} is unknown")
    if price is None:
        return warn(
            f"{kind} is not in the price list, so it may not be offered",
            "Look it up in AWS's price list, or choose a type that is in "
            "smnb.prices.known_instances().",
        )
    return fine(f"{kind} is offered, {dollars_text(price.usd)} an hour")


def _network(subject: Subject) -> Outcome | None:
    if subject.session.vpc is None:
        return None
    if subject.is_serverless:
        return bad(
            "serverless endpoints cannot be in a VPC",
            f"Leave vpc= out of the session. Or: {_ON_AN_INSTANCE}",
        )
    return fine(f"{len(subject.session.vpc.subnets)} subnets of your VPC")


def _isolation(subject: Subject) -> Outcome | None:
    model = subject.model
    if model is None or not subject.isolated:
        return None
    if subject.is_serverless and not model.network_isolation:
        return bad(
            "serverless endpoints do not take what AWS isolates: packages of AWS "
            "Marketplace, and models that were made so",
            _ON_AN_INSTANCE,
        )
    if subject.is_serverless:
        return bad(
            "serverless endpoints do not take network isolation",
            f"Leave network_isolation= out. Or: {_ON_AN_INSTANCE}",
        )
    if model.data is None:
        return fine("the container is cut off from the network")
    return warn(
        "the container cannot reach pip, nor anything else",
        "Put its requirements into the image: smnb.container(model, …).",
    )


def _key_for_disk(subject: Subject) -> Outcome | None:
    """Say whether the key can encrypt the instance's disk."""
    session, kind = subject.session, subject.instance_type
    if not session.kms_key or subject.compute is None:
        return None
    if kind is None:
        return warn(
            "the key is not used: serverless endpoints take none for their disk",
            f"That is fine if AWS's own key is. Otherwise: {_ON_AN_INSTANCE}",
        )
    if _OWN_DISK.match(kind):
        return bad(
            f"{kind} has disks of its own, which take no key",
            "Choose a type without, for example ml.m5.xlarge, or leave kms_key= out.",
        )
    return fine(f"the key encrypts the disk of {kind}")


def _workers(subject: Subject) -> Outcome | None:
    """Each worker holds a model, and they share the memory of one container."""
    model = subject.model
    if not subject.is_serverless or model is None or model.model_name is not None:
        return None  # of SageMaker's own model, the environment is what it is
    count = model.environment.get(_WORKERS, "1")  # what a deploy asks for
    if count != "1":
        fix = f'Model(…, environment={{"{_WORKERS}": "1"}})'
        return warn(f"{count} workers load the model {count} times", fix)
    return fine("one worker, one copy of the model")


def _warm(subject: Subject) -> Outcome | None:
    if not subject.is_serverless:
        return None
    kept = getattr(subject.compute, "provisioned_concurrency", None)
    if kept:
        return warn(
            f"{kept} containers are kept warm, and billed while idle",
            "If calls come that steadily, an instance is cheaper: "
            'smnb.RealTime("ml.m5.large"). If a first call may take a few seconds, '
            "leave provisioned_concurrency= out.",
        )
    return fine("nothing is kept warm, nothing is billed while idle")


def _accelerator(subject: Subject) -> Outcome | None:
    kind = subject.instance_type
    if kind is None or not re.match(r"ml\.(?:g|p|inf|trn)\d", kind):
        return None
    if subject.session.target.bills:
        return fine(f"{kind} has an accelerator")
    return warn(
        f"the accelerator of {kind} is not imitated here",
        "The model runs on this machine as it is; measure its speed on AWS.",
    )


def _quota(subject: Subject) -> Outcome:
    session, kind = subject.session, subject.instance_type
    with session.translated("Asking for quotas (servicequotas:ListServiceQuotas)"):
        pages = session.client("service-quotas").get_paginator("list_service_quotas")
        for page in pages.paginate(ServiceCode="sagemaker"):
            for quota in page["Quotas"]:
                if _is_meant(quota["QuotaName"], kind):
                    return _compared(subject, quota["QuotaName"], quota["Value"])
    return unknown(
        f"AWS names no quota for {kind or 'serverless inference'}",
        "See the console: Service Quotas → Amazon SageMaker.",
    )


def _is_meant(name: str, instance_type: str | None) -> bool:
    if instance_type is None:
        return bool(_QUOTA_SERVERLESS.search(name))
    return name == f"{instance_type} for endpoint usage"


def _compared(subject: Subject, name: str, value: float) -> Outcome:
    wanted = 1
    for attribute in ("max_concurrency", "max_count", "count"):
        wanted = getattr(subject.compute, attribute, wanted)
    what = f"{name}: {value:.0f}, and {wanted} asked for"
    try:
        used = usage.in_use(
            subject.session, subject.instance_type, without=subject.name
        )
    except SmnbError:  # it may be forbidden to look
        used = 0
        what = f"{what} (beside what runs already, which could not be counted)"
    else:
        what = f"{what} beside {used} that run already"
    if wanted + used > value:
        return bad(
            what,
            "Ask for more: Service Quotas → Amazon SageMaker; or use less.",
        )
    return fine(what)


CHECKS: Final = (
    Check("name", _name_legal, is_cheap=True),
    Check("name is free", _name_free, frozenset({"caller"})),
    Check("price", _price, _COMPUTE),
    Check("instance type", _instance, _COMPUTE, is_cheap=True),
    Check("accelerator", _accelerator, _COMPUTE, is_cheap=True),
    Check("network", _network, _COMPUTE, is_cheap=True),
    Check("isolation", _isolation, _COMPUTE, is_cheap=True),
    Check("key for disk", _key_for_disk, _COMPUTE, is_cheap=True),
    Check("workers", _workers, _COMPUTE, is_cheap=True),
    Check("pre-warming", _warm, _COMPUTE, is_cheap=True),
    Check("quota", _quota, _ON_AWS),
)
