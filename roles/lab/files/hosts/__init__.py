# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain hosts of the lab: sets of namespaces that are reached by real SSH.

::

    __main__   the commands start, stop and status
    lab        which hosts there are, and every name and address that follows from it
    network    bridge, network namespaces, the wire between them
    disk       a host's own /etc, /var, /root …: folders below the lab's state
    boot       process 1 of a host: mounts those folders, runs sshd, reaps
    ssh        the keys, what both sides need to know of each other, the health check
    host       starts, checks and stops one host by means of the above
    processes  pid files that a reused pid cannot mislead
    command    one foreign program, and the sentence when it fails
"""
