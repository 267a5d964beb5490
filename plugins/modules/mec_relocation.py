#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a MEC application when its UE moves?"""

from __future__ import annotations

DOCUMENTATION = r"""
module: mec_relocation
short_description: Decide what happens to a MEC application when its UE moves to another mobile edge host
version_added: "0.1.0"
description:
  - Decides whether the app of a UE, or the state of a UE in an app for all, follows the UE to the host of its new eNB, stays
    where it is, or neither, and tells the steps in order.
  - The first rule of a table that fits decides; every input has an answer. See the page on MEC placement.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.deciding
attributes:
  platform:
    platforms: all
options:
  app:
    description: The app.
    type: dict
    required: true
    suboptions:
      kind:
        description: V(ue) where the instance is for one UE.
        type: str
        choices: [generic, ue]
        default: generic
      stateful:
        description: Whether an instance keeps state of the UE.
        type: bool
        default: false
      state_api:
        description: Whether instances can hand the state of a UE over.
        type: bool
        default: false
      maximum_delay:
        description: The most delay in ms that the app allows; without it any is allowed.
        type: float
  same_host:
    description: Whether the host of the new eNB is that of the old one.
    type: bool
    default: false
  target:
    description: The host of the new eNB.
    type: dict
    default: {}
    suboptions:
      in_scope:
        description: Whether it is within the geographical scope of the app. An app of a UE follows it everywhere.
        type: bool
        default: true
      can_host:
        description: Whether a new instance may run and fits there.
        type: bool
        default: true
      has_instance:
        description: Whether an instance of the app, not of one UE, is there already.
        type: bool
        default: false
  live_migration:
    description: Whether the VIMs migrate an instance live between the two hosts.
    type: bool
    default: false
  delay_to_anchor:
    description:
      - The delay in ms from the new eNB to the host of now.
      - Where it is not known, it counts as too long for an app that has a maximum.
    type: float
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: A UE with a game of its own has moved
  superfluidity.nfv.mec_relocation:
    app: {kind: ue, stateful: true, state_api: true, maximum_delay: 10}
    target: {can_host: true}
    live_migration: false
    delay_to_anchor: 14.5
  register: relocation

- name: A UE with a session in an app for all has moved to a host without that app
  superfluidity.nfv.mec_relocation:
    app: {kind: generic, stateful: true, maximum_delay: 10}
    target: {in_scope: true, can_host: false, has_instance: false}
    delay_to_anchor: 6
"""

RETURN = r"""
action:
  description:
    - V(none), V(state) for a transfer of the state between two instances, V(live) for a live migration, V(emulated) for a new
      instance, V(anchor) for a tunnel to where it is, or V(reject) where the app cannot go on.
  returned: success
  type: str
  sample: emulated
state:
  description: What becomes of the UE's state - V(none) where it stays where it is or there is none, V(transferred) or V(lost).
  returned: success
  type: str
  sample: transferred
reason:
  description: Why, as a sentence.
  returned: success
  type: str
rule:
  description: The name of the rule that decided.
  returned: success
  type: str
process:
  description: The process of the steps, V(A) for apps for all and V(B) for those of a UE; null where nothing is to be done.
  returned: success
  type: str
steps:
  description: The steps in order, each with C(step), its number in the process, and C(actor), C(verb) and C(what).
  returned: success
  type: list
  elements: dict
  sample:
    - {step: B2, actor: target host, verb: detects, what: a new IP address or TEID in its data plane}
"""

from typing import Any

from ..module_utils.clients.files.reader import Files
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.placement.mec_relocation import decision, facts

NO = {"type": "bool", "default": False}
YES = {"type": "bool", "default": True}
APP = {
    "kind": {"type": "str", "choices": ["generic", "ue"], "default": "generic"},
    "stateful": NO,
    "state_api": NO,
    "maximum_delay": {"type": "float"},
}
SPEC = ArgumentSpec(
    {
        "app": {"type": "dict", "required": True, "options": APP},
        "same_host": NO,
        "target": {"type": "dict", "default": {}, "options": {"in_scope": YES, "can_host": YES, "has_instance": NO}},
        "live_migration": NO,
        "delay_to_anchor": {"type": "float"},
    }
)


def decide(options: dict[str, Any], _files: Files) -> dict[str, Any]:
    """The answer to one task: see the RETURN block above."""
    return decision(facts(options))


def main() -> None:
    run_module(SPEC, lambda options: decide(options, Files()))


if __name__ == "__main__":
    main()
