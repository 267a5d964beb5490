# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is wanted of a pool and what is there to the steps in between: pure, for one pool at a time.

The amounts are Kuryr's: a pool below its minimum gets max(batch, what is missing), within the maximum and the
quota, so that not every pod causes a creation. Virtual LANs are the smallest that are free, without holes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..core.errors import ConflictError, InputError
from ..model.port_pools import NESTED, Port, Seen, Step, Wanted
from .nodes import expand_pools, in_use_of, unmatched_labels
from .sorting import Sorted, is_clean, sort_ports
from .steps import changes, newest

Steps = tuple[Step, ...]

ATTACHED_WITHIN = 60.0
"""Seconds within which whoever made a port has attached it to its trunk."""


__all__ = ["changes", "expand_pools", "in_use_of", "plan_pool", "smallest_free", "sort_ports", "unmatched_labels"]


def plan_pool(wanted: Wanted, seen: Seen) -> Steps:
    """The steps that bring the pool to its state; none where it is there.

    :raises InputError: the quota, the limit of the pool or the VLANs do not allow what is wanted
    :raises ConflictError: ports that are to go are in use
    """
    return PLANS[wanted.state](wanted, seen, sort_ports(wanted, seen))


def _present(wanted: Wanted, seen: Seen, found: Sorted) -> Steps:
    finished = _removal(found.removing, "its removal was begun")
    ready = [*found.free, *found.down, *found.abandoned]
    missing = _target(wanted, len(ready)) - len(ready)
    surplus = newest(ready, -missing) if missing < 0 else ()
    given_back = [port for port in found.abandoned if port not in surplus]
    finished = (*finished, *_removal(surplus, _surplus(wanted)))
    brought, gone = _detached(wanted, found, len(ready) - len(surplus), seen.now, needed=missing > 0)
    number = _within_quota(wanted, seen, len(ready) + len(brought), max(0, missing - len(brought)))
    vlans = _free_vlans(wanted, seen, len(brought) + number) if wanted.key.driver == NESTED else ()
    if wanted.key.driver == NESTED:
        brought, number = brought[: len(vlans)], min(number, max(0, len(vlans) - len(brought)))
    steps = (
        *_removal(gone, _surplus(wanted)),
        Step("recycle", tuple(port for port in [*given_back, *brought] if not is_clean(wanted, port))),
        Step("attach", tuple(brought), vlans=vlans[: len(brought)]),
        Step("create", vlans=vlans[len(brought) :], number=number),
    )
    return (*finished, *(step for step in steps if step.ports or step.number))


def _recycled(wanted: Wanted, seen: Seen, found: Sorted) -> Steps:
    """Give back what users left; replace nothing, create nothing."""
    stuck = [port for port in found.down if _stuck(wanted, port, seen.now)]
    left_over = [*found.recyclable, *found.abandoned]
    kept = len(left_over) + found.size
    limit = _upper(wanted)
    surplus = max(0, kept - limit) if limit is not None else 0
    gone = newest([*left_over, *found.free, *found.down], surplus)
    brought, unwanted = _detached(wanted, found, kept - surplus, seen.now, needed=False)
    vlans = _free_vlans(wanted, seen, len(brought)) if brought else ()
    steps = (
        *_removal(found.removing, "its removal was begun"),
        *_removal([*gone, *unwanted], _surplus(wanted)),
        *_audited(found),
        Step("recycle", tuple(port for port in [*left_over, *brought] if port not in gone and not is_clean(wanted, port))),
        Step("attach", tuple(brought[: len(vlans)]), vlans=vlans),
        Step("reattach", tuple(port for port in stuck if port not in gone)),
    )
    return tuple(step for step in steps if step.ports)


def _detached(wanted: Wanted, found: Sorted, size: int, now: float, needed: bool) -> tuple[list[Port], list[Port]]:
    """The ports that never got to their trunk: which to bring there, and which there is no room for.

    Where they are not needed, the young ones are left alone: somebody may be about to attach them.
    """
    ready = [port for port in found.detached if needed or now - port.created >= ATTACHED_WITHIN]
    limit = _upper(wanted)
    room = len(ready) if limit is None else max(0, limit - size)
    return ready[:room], ready[room:]


def _absent(wanted: Wanted, _seen: Seen, found: Sorted) -> Steps:
    if found.in_use and not wanted.force:
        raise ConflictError(
            f"pool {wanted.key}: {len(found.in_use)} of its ports are in use, such as {_who(found.in_use[0])}: "
            "release them first, or say force"
        )
    free = [*found.free, *found.down, *found.recyclable, *found.abandoned]
    gone = [*found.removing, *found.detached, *free, *found.in_use]
    return (*_removal(gone, "the pool is to be absent"), *_audited(found))


def _audited(found: Sorted) -> Steps:
    """What two audits found goes; what one found is marked for the next."""
    marked = (Step("suspect", tuple(found.suspects)),) if found.suspects else ()
    return (*_removal(found.leaked, "two audits found it on no trunk and no host"), *marked)


def _claimed(wanted: Wanted, seen: Seen, found: Sorted) -> Steps:
    """A claimant who has a port keeps it; an empty pool is filled as ``present`` would."""
    having = {port.device for port in found.in_use}
    asking = tuple(name for name in dict.fromkeys(wanted.claimants) if name not in having)
    short = len(asking) - len(found.free)
    if short <= 0:
        return (Step("claim", tuple(found.free), claimants=asking),) if asking else ()
    if wanted.maximum is not None and wanted.maximum < len(asking):
        raise InputError(
            f"pool {wanted.key}: {len(asking)} ports are asked for and {len(found.free)} are free, of at most "
            f"{wanted.maximum}: raise max, or ask in smaller groups"
        )
    filling = replace(wanted, state="present", minimum=max(wanted.minimum, len(asking)), count=None)
    return (*_present(filling, seen, found), Step("claim", tuple(found.free), claimants=asking))


def _released(wanted: Wanted, _seen: Seen, found: Sorted) -> Steps:
    """Ports that only the cluster says are used have nothing that could be given back."""
    asked = [port for port in found.in_use if port.device in wanted.claimants or port.id in wanted.ports]
    mine = tuple(port for port in asked if not is_clean(wanted, port))
    return (Step("release", mine),) if mine else ()


PLANS: Mapping[str, Callable[[Wanted, Seen, Sorted], Steps]] = {
    "present": _present,
    "recycled": _recycled,
    "absent": _absent,
    "claimed": _claimed,
    "released": _released,
}


def _removal(ports: Sequence[Port], reason: str) -> Steps:
    return (Step("remove", tuple(ports), reason=reason),) if ports else ()


def _upper(wanted: Wanted) -> int | None:
    return wanted.maximum if wanted.count is None else wanted.count


def _surplus(wanted: Wanted) -> str:
    return f"the pool is to have at most {_upper(wanted)}"


def _target(wanted: Wanted, size: int) -> int:
    """How many free ports there are to be.

    >>> from ..model.port_pools import PoolKey
    With a minimum of 5, batches of 10 and a maximum of 12, pools of 0, 4, 5, 12 and 20 are to have 10, 12, 5, 12 and 12.
    """
    if wanted.count is not None:
        return wanted.count
    if size < wanted.minimum:
        size += max(wanted.batch, wanted.minimum - size)
    return size if wanted.maximum is None else min(size, wanted.maximum)


def _within_quota(wanted: Wanted, seen: Seen, having: int, number: int) -> int:
    """How many ports to make: what the quota leaves of a batch, but not less than the minimum needs."""
    room = seen.headroom
    if room is None or number <= room:
        return number
    needed = (wanted.minimum if wanted.count is None else wanted.count) - having
    if room < needed and not wanted.partial:
        raise InputError(
            f"pool {wanted.key}: the quota of ports leaves {room} and {needed} are needed for min: raise the quota of the "
            "project, lower min, or say on_quota: partial"
        )
    return room


def _free_vlans(wanted: Wanted, seen: Seen, number: int) -> tuple[int, ...]:
    free = smallest_free(wanted.vlans, seen.vlans, number)
    if len(free) < number and not wanted.partial:
        low, high = wanted.vlans
        raise InputError(
            f"pool {wanted.key}: {number} VLANs are needed and {len(free)} of {low} to {high} are free on the trunk: widen "
            "segmentation_range or use another trunk"
        )
    return free


def smallest_free(limits: tuple[int, int], taken: frozenset[int], number: int) -> tuple[int, ...]:
    """The smallest ids within limits that are not taken, at most ``number`` of them.

    >>> smallest_free((1, 6), frozenset({2, 3}), 3)
    (1, 4, 5)
    """
    low, high = limits
    free: list[int] = []
    for vlan in range(low, high + 1):
        if len(free) == number:
            break
        if vlan not in taken:
            free.append(vlan)
    return tuple(free)


def _stuck(wanted: Wanted, port: Port, now: float) -> bool:
    """Whether a subport has been down for so long that its host has missed it."""
    return wanted.reattach_after is not None and now - port.updated >= wanted.reattach_after


def _who(port: Port) -> str:
    return f"{port.id} by {port.device}" if port.device else port.id
