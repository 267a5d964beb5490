# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of the actions: a deciding verb, answered in process on the controller.

A new process for each task costs more than most of the algorithms, so a deciding verb runs where the
playbook runs. Its module file of the same name documents it, holds its spec and its ``decide`` function,
and still works alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, ClassVar

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils.clients.files.reader import Files
from ..module_utils.core.errors import NfvError
from ..module_utils.glue.argspec import ArgumentSpec
from .plain import plain

Decide = Callable[[dict[str, Any], Files], dict[str, Any]]


class DecidingAction(ActionBase):
    """A subclass names its ``spec`` and its ``decide``; the rest is the same for all of them.

    ``decide(options, files)`` gets validated options of builtin types and the reader of files; what it
    returns is the result. It never changes anything, so check mode makes no difference.
    """

    spec: ClassVar[ArgumentSpec]
    decide: ClassVar[Decide]
    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        try:
            answer = type(self).decide(self.spec.validated(plain(self._task.args)), Files(self._locate))
        except NfvError as error:
            return {**result, "failed": True, "msg": str(error)}
        return {**result, "changed": False, **answer}

    def _locate(self, path: str) -> str:
        """A relative path means what it means everywhere in Ansible: near the role or the playbook.

        Where nothing is there, it means the folder in which the command is run, as for who runs a playbook of a collection.
        """
        if os.path.isabs(path):
            return path
        try:
            return self._find_needle("files", path)
        except AnsibleError:
            near = self._loader.path_dwim(path)
        return near if os.path.exists(near) else os.path.join(os.environ.get("PWD", os.getcwd()), path)
