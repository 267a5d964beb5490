# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``to_nemo``: a service as a NEMO program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ..module_utils.core.errors import NfvError
from ..module_utils.descriptors.to_nemo import to_nemo as translate
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: to_nemo
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Translate a service into a NEMO program
description:
  - Takes a service model, as M(superfluidity.nfv.nfv_descriptor) returns it, and answers a program in NEMO. The same module
    reads it back as the same service.
  - Each function is a NodeModel whose nodes are its VDUs, and the service is a NodeModel made of these.
  - Warns of each part of the service that NEMO has no words for, such as routers, documents and fixed addresses.
options:
  _input:
    description: The service model.
    type: dict
    required: true
seealso:
  - module: superfluidity.nfv.nfv_descriptor
"""

EXAMPLES = r"""
- name: Write a service down in NEMO
  ansible.builtin.copy:
    content: "{{ video.service | superfluidity.nfv.to_nemo }}"
    dest: video.nemo
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The program.
  type: str
"""


def to_nemo(service: Any) -> str:
    try:
        program = translate(plain(service))
    except NfvError as error:
        raise AnsibleFilterError(str(error)) from error
    for sentence in program.warnings:
        Display().warning(sentence)
    return program.text


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"to_nemo": to_nemo}
