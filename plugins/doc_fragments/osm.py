# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The northbound interface of Open Source MANO; twin of ``glue.options.OSM``."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  url:
    description: Where the northbound interface of OSM is, such as V(https://osm.example.com:9999/osm).
    type: str
    required: true
  user:
    description: Who asks.
    type: str
    default: admin
  password:
    description: The password of O(user).
    type: str
    required: true
  project:
    description: The project of OSM in which all is done.
    type: str
    default: admin
  validate_certs:
    description: Whether OSM's certificate is checked.
    type: bool
    default: true
  ca_cert:
    description: A file with the certificates of the authorities to trust.
    type: path
  api_timeout:
    description: Seconds to wait for OSM's next word.
    type: int
    default: 30
"""

    KEPT = r"""
options:
  state:
    description:
      - V(present) has the packages of the task onboarded and the network service instantiated.
      - V(absent) has the network service terminated and deleted, and with O(remove_packages=true) the packages removed.
    type: str
    choices: [present, absent]
    default: present
  vim_account:
    description:
      - Where the network service is to run, by the name or the id of a VIM account.
      - It is needed to instantiate one.
    type: str
  parameters:
    description:
      - What it is instantiated with beside, as OSM has it; for example C(additionalParamsForVnf), C(vld) or C(ssh_keys).
      - OSM keeps a hash of them in the description, by which a later run sees whether they are the same.
    type: dict
    default: {}
  timeout:
    description: Seconds that one operation of OSM may take. One that is under way already gets as many.
    type: int
    default: 1800
  upgrade:
    description:
      - Whether VNFs that run are changed to the newest state of their package (C(CHANGE_VNFPKG)).
      - OSM takes little else than other primitives and policies for a VNFD in use, unless its C(software-version) is another.
    type: bool
    default: true
  recreate:
    description:
      - Whether a network service that runs may be terminated and instantiated anew, where OSM cannot make it what it is to be.
      - That is so if its NSD, its VIM accounts or its parameters change, and with O(upgrade=false) for its packages.
      - What failed to be instantiated is made anew in any case.
    type: bool
    default: false
  heal:
    description: Whether VDUs that OSM or the VIM says are in error are built anew.
    type: bool
    default: false
  remove_packages:
    description:
      - With O(state=absent), whether the packages of the task are removed, too.
      - Those that something else uses stay, and are named in a warning.
    type: bool
    default: false
  force:
    description:
      - With O(state=absent) or O(recreate=true), whether a network service is deleted from OSM though its termination failed.
      - What it has at the VIM stays there.
    type: bool
    default: false
"""
