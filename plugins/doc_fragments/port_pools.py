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
      - A call that makes ports makes O(pools[].batch) of them.
    type: float
    default: 20
  kubernetes:
    description:
      - The cluster to ask, with the options C(kubeconfig), C(context), C(host), C(api_key), C(validate_certs) and C(ca_cert)
        that kubernetes.core knows.
    type: dict
"""
