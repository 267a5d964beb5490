# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records of VNFs of the emulated OSM: their VDUs, which come and go with operations."""

from __future__ import annotations

import re
from typing import Any

from .items import Item, bad, listed, new_id
from .packages import configurations

PARAMETER = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
FILLED = ("rw_mgmt_ip", "VDU_SCALE_INFO", "ns_config_info", "OSM")
"""Parameters of primitives that OSM knows by itself."""


def members(nsd: Item) -> list[Item]:
    return listed((listed(nsd.get("df")) or [{}])[0].get("vnf-profile"))


def vnf_record(instance: Item, profile: Item, vnfd: Item, body: Item) -> Item:
    """A VNF before it is instantiated: its VDUs have no address and no state yet."""
    check_parameters(vnfd, profile["id"], body)
    name = new_id()
    record = {
        "_id": name,
        "id": name,
        "nsr-id-ref": instance["_id"],
        "member-vnf-index-ref": profile["id"],
        "vnfd-ref": vnfd["id"],
        "vnfd-id": vnfd["_id"],
        "revision": vnfd["_admin"]["revision"],
        "vim-account-id": body["vimAccountId"],
        "additionalParamsForVnf": parameters_of(profile["id"], body),
        "vdur": [],
    }
    for vdu, count in initial_counts(vnfd).items():
        record["vdur"] += [unit(vdu, number) for number in range(count)]
    return record


def unit(vdu: str, number: int) -> Item:
    return {"_id": new_id(), "vdu-id-ref": vdu, "count-index": number, "status": "BUILD", "interfaces": []}


def initial_counts(vnfd: Item) -> dict[str, int]:
    """The VDUs of the first instantiation level."""
    levels = listed((listed(vnfd.get("df")) or [{}])[0].get("instantiation-level"))
    told = {
        one["vdu-id"]: int(one.get("number-of-instances", 1)) for level in levels[:1] for one in listed(level.get("vdu-level"))
    }
    return {vdu["id"]: told.get(vdu["id"], 1) for vdu in listed(vnfd.get("vdu"))}


def parameters_of(member: str, body: Item) -> Item:
    told = (one for one in listed(body.get("additionalParamsForVnf")) if one.get("member-vnf-index") == member)
    return dict((next(told, None) or {}).get("additionalParams") or {})


def check_parameters(vnfd: Item, member: str, body: Item) -> None:
    """Names are those of Jinja2, and a primitive of day 1 gets every parameter that it names."""
    told = parameters_of(member, body)
    for name in told:
        if not PARAMETER.fullmatch(name):
            raise bad(
                f"Invalid param name at additionalParamsForVnf[member-vnf-index={member}]:{name}. Must contain only "
                "alphanumeric characters and underscores, and cannot start with a digit"
            )
    primitives = [
        one for configuration in configurations(vnfd) for one in listed(configuration.get("initial-config-primitive"))
    ]
    for primitive in primitives:
        for parameter in listed(primitive.get("parameter")):
            value = str(parameter.get("value"))
            if re.fullmatch("<.*>", value) and value[1:-1] not in (*FILLED, *told):
                raise bad(
                    f"Parameter '{value}' needed for vnfd[id={vnfd['id']}]:day1-2 configuration:"
                    f"initial-config-primitive[name={primitive['name']}] not supplied"
                )


def scaled(record: Item, aspect: Item, outward: bool) -> None:
    """One step of a scaling aspect: the last instances go first."""
    for delta in listed(aspect.get("aspect-delta-details", {}).get("deltas"))[:1]:
        for one in listed(delta.get("vdu-delta")):
            own = [at for at in record["vdur"] if at["vdu-id-ref"] == one["id"]]
            count = int(one.get("number-of-instances", 1))
            if outward:
                record["vdur"] += [unit(one["id"], len(own) + number) for number in range(count)]
            else:
                gone = [at["_id"] for at in own[len(own) - count :]]
                record["vdur"] = [at for at in record["vdur"] if at["_id"] not in gone]


def aspect_of(vnfd: Item, name: str) -> Item:
    for aspect in listed((listed(vnfd.get("df")) or [{}])[0].get("scaling-aspect")):
        if aspect["id"] == name:
            return aspect
    raise bad(f"Invalid scaleVnfData:scaleByStepData:scaling-group-descriptor '{name}' is not present at vnfd:scaling-aspect")


def addressed(record: Item, address: str) -> None:
    """What is built gets its state and an address."""
    record["ip-address"] = address
    for at in record["vdur"]:
        if at["status"] == "BUILD":
            at.update({"status": "ACTIVE", "ip-address": address})


def healed(record: Item, asked: Any) -> None:
    """The VDUs that were asked for, or all of them, are built anew."""
    wanted = [(one["vdu-id"], one.get("count-index", 0)) for one in listed((asked or {}).get("vdu"))]
    for at in record["vdur"]:
        if not wanted or (at["vdu-id-ref"], at["count-index"]) in wanted:
            at["status"] = "ACTIVE"
