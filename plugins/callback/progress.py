# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Callback ``progress``: how long it takes."""

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: aggregate
author:
  - The superfluidity.nfv authors (@superfluidity)
version_added: 0.1.0
short_description: Say how long each task took
description:
  - After each task that took noticeable time, says how long it took and how long the playbook has run. A task that every host
    skipped gets no line, for it may have no heading either.
  - At the end it lists the tasks that took longest.
requirements:
  - Enable it with C(callbacks_enabled = superfluidity.nfv.progress) in C(ansible.cfg).
options:
  noticeable:
    description: Seconds from which a task's time is worth a line.
    type: float
    default: 1.0
    ini:
      - section: callback_progress
        key: noticeable
    env:
      - name: NFV_PROGRESS_NOTICEABLE
  longest:
    description: How many tasks to list at the end.
    type: int
    default: 5
    ini:
      - section: callback_progress
        key: longest
    env:
      - name: NFV_PROGRESS_LONGEST
"""

import time
from typing import Any

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Measures from the start of a task to the start of the next: the hosts of a play work side by side."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "superfluidity.nfv.progress"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._begun = time.monotonic()
        self._task: tuple[str, float] | None = None
        self._ran = False
        self._times: list[tuple[float, str]] = []

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._close()
        self._task = (task.get_name().strip(), time.monotonic())
        self._ran = False

    def v2_runner_on_ok(self, result: Any) -> None:
        self._ran = True

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._ran = True

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._ran = True

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._close()

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._close()
        longest = sorted(self._times, reverse=True)[: self.get_option("longest")]
        for seconds, name in longest:
            self._display.display(f"{seconds:7.1f} s  {name}")
        self._display.display(f"{time.monotonic() - self._begun:7.1f} s  in all")

    def _close(self) -> None:
        """Note the time of the task that ended, and say it where it is worth a line."""
        if self._task is None:
            return
        name, started = self._task
        self._task = None
        now = time.monotonic()
        self._times.append((now - started, name))
        if self._ran and now - started >= self.get_option("noticeable"):
            self._display.display(f"[{now - started:.1f} s; {now - self._begun:.0f} s in all]", color="bright gray")
