# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a campaign asks ``template_optimise`` at its end, checked before its first experiment: measuring takes hours."""

from __future__ import annotations

from typing import Any

from ..module_utils.characterisation.campaign import Campaign
from ..module_utils.characterisation.task import task
from ..module_utils.characterisation.values import priced, value
from ..module_utils.core.errors import InputError, Place
from ..modules.template_optimise import SPEC

OPTIMISATION = ("template_optimization", "template_optimisation")
"""The action's name, in either spelling."""
PATH = "methodology.action.parameters"
SOURCES = ("samples", "store", "influxdb")
"""Where samples come from; those of a campaign come from its own store."""


def options_of(campaign: Campaign) -> dict[str, Any]:
    """The options of ``template_optimise``, without those that say where the samples are."""
    given = {name: one for name, one in (campaign.action.get("parameters") or {}).items() if name != "slos"}
    return {"parameters": list(campaign.varied), "load": "users", "fixed": dict(campaign.fixed), **given}


def check(campaign: Campaign) -> None:
    """See that they will be understood, and that each value has a cost.

    :raises InputError: as ``template_optimise`` would raise it when everything is measured
    """
    given = options_of(campaign)
    for name in SOURCES:
        if name in given:
            raise InputError("is not for a campaign, which has its own store; leave it out", Place(path=f"{PATH}.{name}"))
    options = SPEC.validated({**given, "samples": ["the campaign's"]}, f"{PATH}: ")
    try:
        wanted = task(options).wanted
        priced(options["costs"], {name: set(map(value, _values(campaign, name))) for name in wanted.parameters})
    except InputError as error:
        raise InputError(error.message, Place(path=f"{PATH}.{error.place.path}")) from error


def _values(campaign: Campaign, name: str) -> tuple[Any, ...]:
    if name in campaign.fixed:
        return (campaign.fixed[name],)
    if name not in campaign.varied:
        raise InputError(f"{name!r} is no parameter; there are: {', '.join(campaign.varied)}", Place(path="parameters"))
    return campaign.varied[name]
