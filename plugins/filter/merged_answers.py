# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``merged_answers``: what was verified in parts, as one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils.core.errors import NfvError
from ..module_utils.symbolic.merging import merged
from ..module_utils.symbolic.report import sentence
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: merged_answers
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Merge what was verified of parts of the packets
description:
  - Takes results of M(superfluidity.nfv.sefl_verify) on the same network and policies, each about a part of the packets, and
    answers the result about all of them.
  - A policy that speaks of every packet holds where it holds of each part, one that speaks of some packet where it holds of
    any part. What parts do not tell is V(unknown), unless O(whole) decides it.
  - Paths that several parts reach count in each of them, findings once.
positional: whole
options:
  _input:
    description: The results.
    type: list
    elements: dict
    required: true
  whole:
    description: A result about all packets, for the policies whose C(quantifier) is V(mixed).
    type: dict
seealso:
  - module: superfluidity.nfv.sefl_verify
  - plugin: superfluidity.nfv.verify
    plugin_type: role
"""

EXAMPLES = r"""
- name: Merge what two tasks have verified
  ansible.builtin.set_fact:
    result: "{{ [first, second] | superfluidity.nfv.merged_answers }}"
"""

RETURN = r"""
_value:
  description: One result, as M(superfluidity.nfv.sefl_verify) has it, and C(msg), which policies do not hold and why.
  type: dict
"""


def merged_answers(answers: Any, whole: Any = None) -> dict[str, Any]:
    try:
        answer = merged(plain(answers), plain(whole))
    except NfvError as error:
        raise AnsibleFilterError(f"merged_answers: {error}") from error
    return {**answer, "msg": "every policy holds" if answer["holds"] else sentence(answer)}


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"merged_answers": merged_answers}
