# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of every module that talks to a NetScaler; twin of ``glue.options.NETSCALER`` and ``NETSCALER_KEPT``."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  nsip:
    description:
      - The management address of the appliance (NSIP), with a port where it has another than the protocol's, as
        V(192.0.2.1:8443) or V([2001:db8::1]:8443). Of a pair of nodes it is that of the primary.
      - The environment variable E(NETSCALER_NSIP) stands in for it.
    type: str
    required: true
  nitro_user:
    description: The user; E(NETSCALER_NITRO_USER) stands in for it.
    type: str
    required: true
  nitro_pass:
    description: The password; E(NETSCALER_NITRO_PASS) stands in for it.
    type: str
    required: true
  nitro_protocol:
    description:
      - The protocol; E(NETSCALER_NITRO_PROTOCOL) stands in for it.
      - V(http) is the default, as with the classic modules. It sends the password unencrypted, of which a run warns.
    type: str
    choices: [http, https]
    default: http
  validate_certs:
    description: Whether the certificate of the appliance is checked.
    type: bool
    default: true
  ca_cert:
    description: The file of certificate authorities to check it against.
    type: path
  nitro_timeout:
    description: Seconds that one call may take, its repetitions included.
    type: float
    default: 310
requirements:
  - requests >= 2.31
"""

    KEPT = r"""
options:
  save_config:
    description:
      - Whether the configuration is saved after a change, so that it outlives a restart of the appliance.
      - Without a change nothing is saved. Saving takes seconds, so many tasks may rather end in one of
        M(superfluidity.nfv.netscaler_save_config).
    type: bool
    default: true
  recreate:
    description:
      - What to do where something differs that cannot be changed. V(false) refuses and names it.
      - V(true) deletes and makes anew, with what was bound, and binds it again where it was bound. Connections are cut. Where
        the new one is refused the old one comes back. Where something would be lost, such as certificates and policies, it
        refuses.
    type: bool
    default: false
notes:
  - A run that is killed leaves what it has made, unsaved; the next one completes it.
  - This was tried against an emulator of NITRO and against no appliance.
"""
