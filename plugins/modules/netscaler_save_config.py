#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The saved configuration of a NetScaler."""

from __future__ import annotations

DOCUMENTATION = r"""
module: netscaler_save_config
short_description: Save the configuration of a NetScaler
version_added: "0.1.0"
description:
  - Saves the running configuration, so that it outlives a restart, where something was changed since it was saved last.
  - Many tasks with C(save_config=false) and one of this module at the end, or as a handler, are faster than saving with each.
extends_documentation_fragment:
  - superfluidity.nfv.netscaler
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  platform:
    platforms: posix
options:
  all_partitions:
    description: Whether the configurations of all partitions are saved.
    type: bool
    default: false
  force:
    description: Whether it is saved even where the appliance says that nothing was changed.
    type: bool
    default: false
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Save what the tasks before have changed
  superfluidity.nfv.netscaler_save_config:
    nsip: 127.0.0.1:8080
    nitro_user: nsroot
    nitro_pass: nsroot
"""

RETURN = r"""
last_saved:
  description: When it was saved last, in the words of the appliance; null where it does not say.
  returned: success
  type: str
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: update, kind: configuration, name: running}
"""

from ..module_utils.clients.nitro.saving import SavedConfiguration
from ..module_utils.clients.nitro.session import Sessions
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting
from ..module_utils.glue.options import NETSCALER

SPEC = NETSCALER.merge(
    ArgumentSpec({"all_partitions": {"type": "bool", "default": False}, "force": {"type": "bool", "default": False}})
)


def main() -> None:
    with Sessions() as sessions:
        run_acting(SPEC, lambda options: SavedConfiguration(sessions, options))


if __name__ == "__main__":
    main()
