# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's supervisor: starts, watches and ends the processes of one lab, all below one state folder.

The way through it: ``cli`` reads a command, ``configuration`` turns the user's specification into a
:class:`~supervisor.lab.Lab` and its files, ``parts`` lists the lab's stages, ``runner`` carries them out.
What a stage is made of, :class:`~supervisor.process.Process` and :class:`~supervisor.process.Task`, is
plain data: another part of the lab plugs in by adding records to that table.
"""
