# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words in which resources of a NetScaler are declared; ``resources`` declares them.

NITRO, the REST interface of a NetScaler, names a resource and its attributes much as the classic Ansible modules name their
options. What differs (a truth written YES, an address that is ``ip`` when it is added and ``ipaddress`` ever after, a duration
in two attributes) is said here as data, so that one planner and one client serve them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def words(text: str) -> tuple[str, ...]:
    """The choices of an attribute, written as a line."""
    return tuple(text.split())


@dataclass(frozen=True)
class Attribute:
    """One attribute of a resource or of a binding.

    :param name: the option
    :param form: how a value is written and compared, a key of ``loadbalancer.netscaler_values.FORMS``
    :param wire: NITRO's name, where it is another
    :param added_as: NITRO's name in the call that makes the object, where it is another again
    :param means: the option whose other spelling this one is; that one goes before where both are given
    :param fixed: whether it can be given only when the object is made
    :param secret: whether an appliance keeps it to itself, so that it cannot be compared and must not be shown
    :param unit: the attribute with the unit of this duration
    :param only_with: the option without which the default means nothing and is not sent
    """

    name: str
    form: str = "text"
    choices: tuple[str, ...] = ()
    default: Any = None
    wire: str = ""
    added_as: str = ""
    means: str = ""
    low: int | None = None
    high: int | None = None
    fixed: bool = False
    secret: bool = False
    unit: str = ""
    aliases: tuple[str, ...] = ()
    only_with: str = ""

    @property
    def key(self) -> str:
        """NITRO's name in what is read and in updates."""
        return self.wire or self.name

    @property
    def key_added(self) -> str:
        return self.added_as or self.key


@dataclass(frozen=True)
class Switch:
    """How something is enabled and disabled.

    :param shows: ``{attribute: values}``, any of which says that it is disabled
    :param resource: where the action is sent, with ``fields`` translated to the names that it takes there
    :param with_args: options that go with disabling alone
    """

    shows: Mapping[str, frozenset[str]]
    resource: str
    fields: Mapping[str, str]
    with_args: tuple[str, ...] = ()


@dataclass(frozen=True)
class Binding:
    """What is bound to a resource.

    :param name: NITRO's name of the binding
    :param option: the option that lists the members
    :param parent: the attribute that names what they are bound to
    :param identity: the attributes that tell one member from another, in alternatives; the first that is given in full counts,
        and a deletion takes it as well
    :param update: ``{attribute: name}`` as the parent resource takes them to change a member in place
    :param built_in: values of the first identity that an appliance binds by itself and does not let go
    :param scalar: the one attribute of a member that is a text
    :param plain: the attribute that a member may be, as a text, instead of a dictionary
    """

    name: str
    option: str
    parent: str
    identity: tuple[tuple[str, ...], ...]
    attributes: tuple[Attribute, ...]
    update: Mapping[str, str] = field(default_factory=dict)
    switch: Switch | None = None
    built_in: frozenset[str] = frozenset()
    scalar: str = ""
    plain: str = ""


@dataclass(frozen=True)
class Users:
    """Who uses a resource: asked before it is made anew.

    :param resource: what to read, by the name of the resource that is used
    :param field: the attribute with the user's name; where ``binding`` is empty, the list of those who use it
    :param binding: the binding to make again; empty where the use cannot be carried over and forbids it
    :param member: the attribute that names the used one in that binding
    :param encrypted: whether only what speaks TLS has such users
    """

    resource: str
    field: str
    binding: str = ""
    member: str = ""
    encrypted: bool = False


@dataclass(frozen=True)
class Resource:
    """One kind of object.

    :param key: the attribute with the name
    :param required: options without which none can be made; of a tuple of several, one
    :param exclusive: options that do not go together
    :param with_update: attributes that each update repeats
    :param with_delete: attributes that a deletion takes
    :param number: the highest, where the name is a number from 1
    """

    name: str
    key: str
    noun: str
    attributes: tuple[Attribute, ...]
    required: tuple[tuple[str, ...], ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    switch: Switch | None = None
    bindings: tuple[Binding, ...] = ()
    users: tuple[Users, ...] = ()
    with_update: tuple[str, ...] = ()
    with_delete: tuple[str, ...] = ()
    number: int = 0

    def attribute(self, key: str) -> Attribute | None:
        """The attribute of NITRO's name, or None."""
        return {item.key: item for item in self.attributes if not item.means}.get(key)
