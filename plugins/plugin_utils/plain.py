# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's values as Python's own: the door between a plugin and the library.

Templates and variables reach a plugin as subclasses of str, dict and so on that carry tags (where
a value comes from, whether it may be templated). YAML and JSON writers refuse them, so a plugin
turns its input into builtin types once, before anything else.
"""

from __future__ import annotations

import datetime
import typing as t
from collections.abc import Mapping

from ansible.errors import AnsibleError
from ansible.parsing.vault import EncryptedString


def plain(value: t.Any) -> t.Any:
    """``value`` with exactly dict, list, str, int, float, bool and None, at any depth.

    Tuples and sets become lists (sets sorted), dates become text as YAML writes them, and a vaulted
    text is decrypted.
    """
    if value is None:
        return None
    for kinds, convert in CONVERSIONS:
        if isinstance(value, kinds):
            return convert(value)
    raise AnsibleError(f"a value of the type {type(value).__name__} cannot be used here; use text, numbers or lists")


CONVERSIONS: tuple[tuple[type | tuple[type, ...], t.Callable[[t.Any], t.Any]], ...] = (
    (bool, bool),  # before int: a bool is one too
    (int, int),
    (float, float),
    ((str, EncryptedString), str),
    (Mapping, lambda mapping: {plain(key): plain(item) for key, item in mapping.items()}),
    ((list, tuple), lambda items: [plain(item) for item in items]),
    ((set, frozenset), lambda items: sorted(plain(item) for item in items)),
    (datetime.date, lambda date: date.isoformat()),
)
