# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is there on a NetScaler, what is wanted, and the calls that lie between: plain values.

The planner makes :class:`Step` values out of :class:`Wanted` and :class:`Found`; the client carries their calls out without
knowing what they are about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...core.plan import Change

State = Mapping[str, Any]
Id = tuple[str, str]
"""The resource and the name."""


@dataclass(frozen=True)
class Wanted:
    """One object in one state, with NITRO's names and values; an empty text asks for the appliance's own default.

    :param disabled: None leaves it as it is
    :param shutdown: what goes with a disabling
    :param bindings: the members, by binding; what is not named here is left alone
    :param recreate: whether it may be deleted and made again where something fixed differs
    :param renew_secrets: whether secrets are sent to an object that is there already
    """

    kind: str
    name: str
    present: bool = True
    attributes: State = field(default_factory=dict)
    secrets: State = field(default_factory=dict)
    disabled: bool | None = None
    shutdown: State = field(default_factory=dict)
    bindings: Mapping[str, tuple[State, ...]] = field(default_factory=dict)
    recreate: bool = False
    renew_secrets: bool = False

    @property
    def id(self) -> Id:
        return self.kind, self.name


@dataclass(frozen=True)
class Found:
    """One object as NITRO tells it.

    :param bindings: the members of each binding that was asked for
    :param users: ``{binding or resource: members}`` of who uses it, where that was asked for
    :param foreign: bindings that it has and the table does not know, where that was asked for
    :param host_down: whether what it runs on is disabled, which makes it look disabled itself
    """

    attributes: State
    bindings: Mapping[str, tuple[State, ...]] = field(default_factory=dict)
    users: Mapping[str, tuple[State, ...]] = field(default_factory=dict)
    foreign: tuple[str, ...] = ()
    host_down: bool = False


@dataclass(frozen=True)
class Call:
    """One call of NITRO.

    :param method: POST, PUT or DELETE
    :param repeatable: whether it may be sent again when no answer came; one that makes something may not
    """

    method: str
    resource: str
    payload: State = field(default_factory=dict)
    name: str = ""
    args: tuple[tuple[str, str], ...] = ()
    action: str = ""
    repeatable: bool = True


@dataclass(frozen=True)
class Step(Change):
    """A change with the calls that make it.

    :param undo: the calls that take it back, empty where that cannot be done safely
    :param belongs_to: the object that it is a part of: with that one gone, it is
    """

    calls: tuple[Call, ...] = ()
    undo: tuple[Call, ...] = ()
    belongs_to: Id | None = None
