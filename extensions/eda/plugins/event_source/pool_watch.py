# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event source ``superfluidity.nfv.pool_watch`` of Event-Driven Ansible: what happens to pools of ports.

Arguments
---------
The options of the module ``pool_watch``, but for ``duration``, and

keep
    Whether the source fills the pools itself (the default), or only tells that they are below their minimum, so
    that a rule may run ``kuryr_port_pool``.

Events
------
``{pool, size, in_use, down, recyclable, below_minimum, created, attached, recycled, deleted, leaked}``, and ``msg`` where
something failed; one for each pool whenever its numbers change.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

for folder in Path(__file__).absolute().parents:
    if folder.name == "ansible_collections" and str(folder.parent) not in sys.path:
        sys.path.append(str(folder.parent))  # a rulebook finds sources by their path and knows no collections


async def main(queue: asyncio.Queue, args: dict[str, Any]) -> None:
    """Watch until the rulebook ends."""
    from ansible_collections.superfluidity.nfv.plugins.module_utils.glue.argspec import ArgumentSpec
    from ansible_collections.superfluidity.nfv.plugins.modules.pool_watch import SPEC
    from ansible_collections.superfluidity.nfv.plugins.plugin_utils.pool_watching import watch_of

    keep = ArgumentSpec({"keep": {"type": "bool", "default": True}})  # a template gives texts, and "false" is one
    options = SPEC.merge(keep).validated({"duration": 0, **args})
    events = watch_of(options, act=options["keep"]).events(None)
    while True:
        event = await asyncio.to_thread(next, events)
        if event["pool"] is not None:
            await queue.put(event)
