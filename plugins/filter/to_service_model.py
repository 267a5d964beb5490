# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``to_service_model``: a descriptor of any language as the service model."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ..module_utils.core.errors import NfvError
from ..module_utils.descriptors.read import read
from ..module_utils.descriptors.reading import sentences
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: to_service_model
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Read a descriptor into the service model
description:
  - Takes the text of a descriptor, or what such a text says as data, and answers the service model.
  - It reads what stands in the text alone. A descriptor of several files, or one that names others, is read by
    M(superfluidity.nfv.nfv_descriptor).
  - Warns of what the model has no place for.
options:
  _input:
    description: A descriptor as text, or a dictionary.
    type: raw
    required: true
  format:
    description: The language, as in M(superfluidity.nfv.nfv_descriptor).
    type: str
    default: auto
  nsd:
    description: The network service that is meant, where there are several.
    type: str
  default_site:
    description: The site of functions for which the descriptor names none.
    type: dict
    default: {role: core}
seealso:
  - module: superfluidity.nfv.nfv_descriptor
"""

EXAMPLES = r"""
- name: Write an old VNFD down as a service
  ansible.builtin.copy:
    content: "{{ lookup('ansible.builtin.file', 'vnfd.yaml') | superfluidity.nfv.to_service_model | to_nice_yaml }}"
    dest: service.yaml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The service model.
  type: dict
"""


def to_service_model(
    descriptor: Any,
    format: str = "auto",  # noqa: A002  the option of the module has this name
    nsd: str | None = None,
    default_site: dict | None = None,
) -> dict[str, Any]:
    given = plain(descriptor)
    text = given if isinstance(given, str) else json.dumps(given)
    try:
        reading = read({"content": text.encode()}, plain(format), plain(default_site), plain(nsd))
    except NfvError as error:
        raise AnsibleFilterError(str(error)) from None  # Ansible would say what the parser said, too
    for sentence in sentences(reading.warnings):
        Display().warning(sentence)
    return reading.service


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"to_service_model": to_service_model}
