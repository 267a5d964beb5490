# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's OpenStack: real services of one release on loopback, one Keystone and a region for each site.

``cloud`` (everything) and ``small`` (Neutron alone) describe the two sizes to the supervisor, each with
the same four functions: ``port_names``, ``secret_kinds``, ``render`` and ``stages``. One file for each
service says what is particular to it; ``schemas`` builds and loads the databases, ``identity`` and
``resources`` fill the clouds.
"""
