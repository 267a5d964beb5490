# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules promise: of each (``attributes``), and of each kind of module."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use the group C(group/superfluidity.nfv.nfv) in C(module_defaults) to set options of all modules at once.
    support: full
    membership:
      - superfluidity.nfv.nfv
  platform:
    description: The operating systems that it runs on.
    support: full
    platforms: posix
"""

    ACTING = r"""
options: {}
attributes:
  check_mode:
    description: Tells what would change and changes nothing.
    support: full
  diff_mode:
    description: Shows the plan.
    support: full
  idempotent:
    description: A second run finds nothing to do.
    support: full
"""

    DECIDING = r"""
options: {}
attributes:
  check_mode:
    description: Changes nothing, so it runs the same.
    support: full
  diff_mode:
    description: Changes nothing.
    support: N/A
  idempotent:
    description: The same answer for the same input.
    support: full
  action:
    description: Runs in process on the controller, so that paths are the controller's and C(async) does not apply.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Changes nothing, so it runs the same.
    support: full
  diff_mode:
    description: Changes nothing.
    support: N/A
  idempotent:
    description: Changes nothing.
    support: full
"""
