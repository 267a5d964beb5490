# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of every module that talks to OpenStack; twin of ``glue.options.OPENSTACK``."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  cloud:
    description:
      - The name of a cloud in C(clouds.yaml), or its settings as a dictionary.
      - The sites inventory gives it as C(nfv_cloud).
    type: raw
  clouds_file:
    description:
      - The C(clouds.yaml) to read; without it the one that E(OS_CLIENT_CONFIG_FILE) names, or the places that openstacksdk
        looks in.
    type: path
  auth:
    description: The authentication settings, such as C(auth_url), C(username), C(password) and C(project_name).
    type: dict
  auth_type:
    description: The authentication plugin, such as V(password) or V(v3applicationcredential).
    type: str
  region_name:
    description: The region.
    type: str
  validate_certs:
    description: Whether certificates are checked. They are unless this or the cloud's settings say otherwise.
    type: bool
  ca_cert:
    description: The file of certificate authorities to check against.
    type: path
  client_cert:
    description: The certificate to show.
    type: path
  client_key:
    description: The key of O(client_cert).
    type: path
  interface:
    description: The kind of endpoint to use.
    type: str
    choices: [admin, internal, public]
  api_timeout:
    description: Seconds to wait for one answer of an API; 60 where nothing is said.
    type: int
  wait:
    description: Whether to wait until what was asked for is done.
    type: bool
    default: true
  timeout:
    description: Seconds to wait in all.
    type: int
    default: 600
requirements:
  - openstacksdk >= 4.0
"""
