# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the machines of a service cost with measured templates, held against what they may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.errors import InputError, Place
from .service import validate
from .service_parts import VMS

Data = Mapping[str, Any]


def check_costs(service: Data, answers: Data) -> None:
    """Refuse templates with which the machines cost more than ``cost.maximum`` of a function, or of the service.

    :param service: with the class that it asks for
    :param answers: by function, or ``function.vdu``, those of ``template_optimise``; templates alone have no prices
    :raises InputError: they cost too much, or a service with such a bound is none
    """
    functions = service.get("functions")
    owners = [service, *(functions if isinstance(functions, list) else ())]
    if not any(isinstance(owner, Mapping) and "cost" in owner for owner in owners):
        return
    validate(dict(service))
    spent: dict[str, float] = {}
    for name, answer in answers.items():
        function, _dot, vdu = name.partition(".")
        price = _price(answer.get("costs"), service.get("sla", {}).get("class"))
        spent[function] = spent.get(function, 0) + price * _count(service, function, vdu)
    _refuse(service, "", sum(spent.values()))
    for index, one in enumerate(service["functions"]):
        _refuse(one, f"functions[{index}].", spent.get(one["name"], 0))


def _price(costs: Any, sla_class: str | None) -> float:
    found = costs.get(sla_class) if isinstance(costs, Mapping) else None
    return found if isinstance(found, int | float) and not isinstance(found, bool) else 0


def _count(service: Data, function: str, vdu: str) -> int:
    """How many machines a template is for."""
    vdus = [one for owner in service["functions"] if owner["name"] == function for one in owner["vdus"]]
    return sum(one.get("instances", 1) for one in vdus if one["kind"] in VMS and vdu in ("", one["name"]))


def _refuse(owner: Data, path: str, price: float) -> None:
    most = owner.get("cost", {}).get("maximum")
    if most is not None and price > most:
        message = f"with these templates the machines of {owner['name']} cost {price:g}, which is more than {most:g}"
        raise InputError(message, Place(path=f"{path}cost.maximum"))
