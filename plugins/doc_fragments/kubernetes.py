# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of every module that talks to Kubernetes; twin of ``glue.options.KUBERNETES``."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
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
    description: The bearer token for O(host).
    type: str
  validate_certs:
    description: Whether certificates are checked. They are unless this or the cloud's settings say otherwise.
    type: bool
  ca_cert:
    description: The file of certificate authorities to check against.
    type: path
requirements:
  - kubernetes >= 29.0
"""
