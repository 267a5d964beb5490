# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter ``to_network``: a service as the network that its policies are proven on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ..module_utils.core.errors import NfvError
from ..module_utils.descriptors.to_network import to_network as translate
from ..plugin_utils.plain import plain

DOCUMENTATION = r"""
name: to_network
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Translate a service into the network that its policies are proven on
description:
  - Takes a service model, as M(superfluidity.nfv.nfv_descriptor) returns it, and answers what
    M(superfluidity.nfv.sefl_verify) needs to prove the policies of the service.
  - Each function is an element of its name with a port for each connection point. How it handles packets says its C(model),
    or the Click configurations of its VDUs; where there is neither, packets end at the function.
  - Two members of a network are linked. In a network of more, a packet for the fixed address of a member goes to that one
    alone, and any other to all members, as a switch floods it.
  - Each access point is an element of its name; packets enter at its port C(in), and leave the service by C(out).
  - Warns of functions with several connection points that packets are not followed through.
options:
  _input:
    description: The service model.
    type: dict
    required: true
seealso:
  - module: superfluidity.nfv.sefl_verify
"""

EXAMPLES = r"""
- name: See that the policies of a service hold
  superfluidity.nfv.sefl_verify:
    network: "{{ verification.network }}"
    packets: "{{ verification.packets }}"
    policies: "{{ verification.policies }}"
  vars:
    verification: "{{ service | superfluidity.nfv.to_network }}"
"""

RETURN = r"""
_value:
  description: The arguments C(network), C(packets) and C(policies) of M(superfluidity.nfv.sefl_verify), and C(warnings).
  type: dict
"""


def to_network(service: Any) -> dict[str, Any]:
    try:
        answer = translate(plain(service))
    except NfvError as error:
        raise AnsibleFilterError(str(error)) from error
    for sentence in answer["warnings"]:
        Display().warning(sentence)
    return answer


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"to_network": to_network}
