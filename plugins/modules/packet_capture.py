#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets as a capture file."""

from __future__ import annotations

DOCUMENTATION = r"""
module: packet_capture
short_description: Write packets into a capture file
version_added: "0.1.0"
description:
  - Writes packets, such as those that M(superfluidity.nfv.sefl_verify) shows, into a file in the pcap format, which tcpdump,
    Wireshark and traffic generators read.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  platform:
    platforms: posix
options:
  path:
    description: The file; its folder must be there.
    type: path
    required: true
  packets:
    description:
      - The packets, each as M(superfluidity.nfv.sefl_verify) answers it, or its bytes as hexadecimal digits, from the Ethernet
        header on.
    type: list
    elements: raw
    required: true
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Verify
  superfluidity.nfv.sefl_verify:
    network: "{{ network }}"
    packets: [{at: fw.outside, template: tcp}]
    policies: [{name: no-ssh, formula: "AG (tcp.dstport == 22 -> !delivered)"}]
    fail_on_violation: false
  register: verified

- name: Keep the packets that break a policy, to send them to the real firewall
  superfluidity.nfv.packet_capture:
    path: violations.pcap
    packets: "{{ verified.policies | map(attribute='packet') | select }}"
  delegate_to: localhost
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
count:
  description: How many packets it has.
  returned: success
  type: int
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: create, kind: capture, name: violations.pcap}
"""

from ..module_utils.clients.files.capture import Capture
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting

SPEC = ArgumentSpec(
    {
        "path": {"type": "path", "required": True},
        "packets": {"type": "list", "elements": "raw", "required": True},
    }
)


def main() -> None:
    run_acting(SPEC, Capture)


if __name__ == "__main__":
    main()
