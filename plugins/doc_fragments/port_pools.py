# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limits that the modules of port pools share; twin of ``glue.options.PORT_POOLS``."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  concurrency:
    description: Calls to Neutron under way at one time, and pools that are worked on at one time.
    type: int
    default: 4
  rate:
    description:
      - Calls to Neutron per second, at most; V(0) for no limit.
      - A call that makes ports makes a whole batch of them.
    type: float
    default: 20
  kubernetes:
    description: The cluster to ask which ports pods have, and which nodes there are.
    type: dict
    suboptions:
      kubeconfig:
        description: The path of a kubeconfig file, or its content as a dictionary; without it the client's own default.
        type: raw
      context:
        description: The context in it.
        type: str
      host:
        description: The address of the API server, where no kubeconfig is used.
        type: str
      api_key:
        description: The bearer token for O(kubernetes.host).
        type: str
      validate_certs:
        description: Whether certificates are checked. They are unless this or the kubeconfig says otherwise.
        type: bool
      ca_cert:
        description: The file of certificate authorities to check against.
        type: path
requirements:
  - kubernetes >= 29.0, where a cluster is asked
"""
