# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``service_characterise``, in process: it says how far the campaign is while it runs."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from ansible.utils.display import Display

from ..module_utils.characterisation.campaign import sectioned
from ..module_utils.clients.campaign.interruption import Interrupted, alone, interruptible, raise_if_interrupted
from ..module_utils.clients.files.reader import Files
from ..module_utils.core.errors import InputError, NfvError, Place
from ..modules.service_characterise import SECTIONS, SPEC
from ..plugin_utils.campaign_keepers import InFile, InInfluxdb, Keeper
from ..plugin_utils.campaign_reading import campaign_from
from ..plugin_utils.characterising import Characterisation
from ..plugin_utils.deciding import DecidingAction
from ..plugin_utils.plain import plain
from ..plugin_utils.yaml_text import read, read_all

KEPT = "what was deployed is terminated, and finished experiments are kept: start it again to go on"


class ActionModule(DecidingAction):
    """It finds files as actions that decide do."""

    spec = SPEC

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super(DecidingAction, self).run(tmp, task_vars)
        one = None
        try:
            options = SPEC.validated(plain(self._task.args))
            one = self._characterisation(options)
            return {**result, **self._answer(one, options["state"])}
        except NfvError as error:
            return {**result, "failed": True, "changed": one is not None and one.ran > 0, "msg": str(error)}
        except Interrupted:
            return {**result, "failed": True, "changed": True, "msg": f"the campaign was interrupted; {KEPT}"}

    def _answer(self, one: Characterisation, state: str) -> dict[str, Any]:
        if self._task.check_mode:
            return told(one, 0) if state == "measured" else {"changed": False}
        with alone(one.mark), interruptible():
            if state == "terminated":
                return {"changed": one.clear()}
            return carried_out(one)

    def _characterisation(self, options: Mapping[str, Any]) -> Characterisation:
        """What the options describe, checked as far as can be without beginning."""
        folder = None
        there = plain(self._task.args)  # as they were given: what is validated twice has null where nothing was said
        given = {name: there[name] for name in SECTIONS.argument_spec if there.get(name) is not None}
        if options["campaign"]:
            path = self._locate(options["campaign"])
            folder = os.path.dirname(os.path.abspath(path))
            given = sectioned(read(Files().text(path), options["campaign"]))
        sections = SECTIONS.validated(given, f"{options['campaign']}: " if options["campaign"] else "")
        campaign = campaign_from(sections)
        document = self._document(sections["service_definition"], folder)
        one = Characterisation(campaign, document, _keeper(options, campaign.instance))
        one.require(options["state"])
        return one

    def _document(self, service: Mapping[str, Any], folder: str | None) -> Any:
        """The service definition: itself, in a file beside that of the campaign, or a name of OSM's catalogue."""
        given, deployer = service["service_id"], service["deployer"]
        if isinstance(given, dict) or (isinstance(given, list) and deployer == "kubernetes"):
            return given
        if not isinstance(given, str):
            raise InputError("give the file of the service definition", Place(path="service_definition.service_id"))
        if deployer == "osm" and not given.endswith((".yml", ".yaml", ".json")):
            return given
        beside = os.path.join(folder or "", given)
        text = Files().text(beside if folder and os.path.exists(beside) else self._locate(given))
        try:
            return plain(read_all(text, given) if deployer == "kubernetes" else read(text, given))
        except RecursionError as error:
            raise InputError("is nested too deep, or in itself", Place(given)) from error


def _keeper(options: Mapping[str, Any], instance: str) -> Keeper:
    """Where the campaign is kept; in an InfluxDB it has the name of the instance unless the user gives another."""
    if options["influxdb"]:
        return InInfluxdb({**options["influxdb"], "campaign": options["influxdb"]["campaign"] or instance})
    if options["store"] is None:
        raise InputError("give the file of the store, or an influxdb", Place(path="store"))
    return InFile(os.path.join(os.environ.get("PWD", os.getcwd()), options["store"]))


def carried_out(one: Characterisation) -> dict[str, Any]:
    """Run what is left of a campaign, and say so on the screen."""
    with closing(one.opened()) as store:
        left_over = one.clear()
        if left_over:
            Display().display("removed what an earlier run of this campaign had left")
        with closing(one.events(store)) as events:
            for event in events:
                raise_if_interrupted()
                Display().display(line(event))
        answer = told(one, one.ran, store)
    return {**answer, "changed": bool(one.ran or one.failures or left_over)}


def told(one: Characterisation, ran: int, store: Any = None) -> dict[str, Any]:
    """What the task returns; without a store it is looked at and not changed."""
    left = one.left(store) if store else one.unfinished()
    counts = {"planned": one.planned, "finished": one.planned - left, "failed": len(one.failures), "run": ran}
    answer = {
        "changed": left > 0,
        "experiments": counts,
        "seconds": round(sum(store.durations()), 1) if store else 0.0,
        "failures": one.failures,
        "store": one.keeper.name,
        "kpi_mapping": one.kpi_mapping(store) if store else {},
        "template_optimise": one.optimisation(),
    }
    if one.failures:
        message = (
            f"{len(one.failures)} experiments failed and {left} are left, first {one.failures[0]}. {KEPT[0].upper()}{KEPT[1:]}"
        )
        return {**answer, "failed": True, "msg": message}
    return answer


def line(event: Mapping[str, Any]) -> str:
    """An event on one line: ``12 of 48 done, the end is expected at 21:34: now cpus=1 memory=64 #2``."""
    head = f"{event['done']} of {event['all']} done"
    if event["left"] is not None:
        head += f", the end is expected at {time.strftime('%H:%M:%S', time.localtime(time.time() + event['left']))}"
    if event["state"] == "running":
        return f"{head}: now {event['name']}"
    return f"{head}: {event['name']} {event['state']} after {event['seconds']:.1f} s" + (
        f": {event['message']}" if event["message"] else ""
    )
