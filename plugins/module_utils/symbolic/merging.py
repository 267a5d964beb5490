# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Merges answers about parts of the packets into the answer about all of them.

What a packet may do does not depend on which others are verified with it. So a policy on every packet holds of all
where it holds of each part, and one on some packet where it holds of any. A mixed policy (:func:`.netctl.quantifier`)
needs an answer about all packets at once; without it, it is ``unknown``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..core.errors import InputError, Place

Answer = Mapping[str, Any]
MIXED = "it speaks of every packet and of some, so answers about parts of the packets do not tell"
DECISIVE = {"every": ("violated", "unknown", "holds"), "some": ("holds", "unknown", "violated")}
"""By quantifier: the verdicts, each of which decides unless an earlier one was given of some part."""


def merged(parts: Sequence[Answer], whole: Answer | None = None) -> dict[str, Any]:
    """The answer about all packets, with the keys of each part, see the module ``sefl_verify``.

    Classes of packets that several parts reach count in each of them among ``paths``; ``seconds`` is the longest.

    :param parts: answers on the same policies of the same network, each about a part of the packets
    :param whole: an answer about all packets, for the mixed policies
    :raises InputError: there are no parts, one is no answer, or they have different policies
    """
    _check(parts)
    decided = {policy["name"]: policy for policy in whole["policies"]} if whole else {}
    policies = [
        decided.get(told[0]["name"]) or _policy(told) for told in zip(*(part["policies"] for part in parts), strict=True)
    ]
    answers = [*parts, whole] if whole else parts
    limits = [answer["incomplete"] for answer in answers if answer["incomplete"]]
    return {
        "holds": all(policy["holds"] for policy in policies),
        "complete": not limits,
        "incomplete": limits[0] if limits else None,
        "policies": policies,
        "paths": {how: sum(part["paths"][how] for part in parts) for how in parts[0]["paths"]},
        "findings": _findings(parts),
        "seconds": max(answer["seconds"] for answer in answers),
    }


def _check(parts: Sequence[Answer]) -> None:
    if not parts:
        raise InputError("there is no answer to merge; verify some packets")
    for number, part in enumerate(parts):
        if "policies" not in part:
            raise InputError(f"this part was not verified: {part.get('msg', 'no reason was given')}", Place(path=f"[{number}]"))
        if [policy["name"] for policy in part["policies"]] != [policy["name"] for policy in parts[0]["policies"]]:
            raise InputError("this answer is about other policies than the first", Place(path=f"[{number}]"))


def _policy(told: Sequence[Answer]) -> dict[str, Any]:
    """One policy's verdict with its reasons, from the parts that decide it."""
    if len(told) == 1:
        return dict(told[0])
    if told[0]["quantifier"] == "mixed":
        nothing = {"packets": [], "exact": True, "packet": None, "trace": []}
        return {**told[0], "holds": False, "verdict": "unknown", "reason": MIXED, **nothing}
    verdict = next(one for one in DECISIVE[told[0]["quantifier"]] if any(policy["verdict"] == one for policy in told))
    deciding = [policy for policy in told if policy["verdict"] == verdict]
    packets = [line for policy in deciding for line in policy["packets"]]
    return {**deciding[0], "packets": packets, "exact": all(policy["exact"] for policy in deciding)}


def _findings(parts: Sequence[Answer]) -> list[dict[str, Any]]:
    """Each finding once, with the packet of the first part that has it."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for finding in (finding for part in parts for finding in part["findings"]):
        found.setdefault((finding["kind"], finding["at"], finding["message"]), finding)
    return list(found.values())
