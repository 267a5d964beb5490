# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kubernetes API emulator: the API of a cluster and its few needed controllers, and no cluster.

Clients find what they ask of a server (discovery, verbs, patches, watches, conflicts, errors); pods are
bound to nodes and become Running and Ready, but nothing runs in them.
"""
