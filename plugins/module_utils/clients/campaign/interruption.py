# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An end to a campaign that is interrupted, and no two of one name at a time.

A signal becomes an exception, so that what was deployed is terminated on the way out; while that lasts, further signals wait.
"""

from __future__ import annotations

import ctypes
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...core.errors import ConflictError

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


class Interrupted(BaseException):
    """The campaign shall end now. No :class:`Exception`, so that nothing takes it for an experiment that failed."""


_asked: list[int] = []
"""The signals since :func:`interruptible` began."""


def raise_if_interrupted() -> None:
    """Raise :class:`Interrupted` where a signal has come already.

    Python drops an exception that a signal's handler raises in a finalizer. Who calls this now and then ends all the same.

    :raises Interrupted: a signal has come
    """
    if _asked:
        raise Interrupted


@contextmanager
def interruptible() -> Iterator[None]:
    """Signals that end a process raise :class:`Interrupted` here; the end of the parent process counts as one.

    Ansible's own handler would end a worker at once, whatever it had deployed.
    """
    _asked.clear()
    before = {one: signal.signal(one, _interrupt) for one in SIGNALS}
    _die_with_parent(signal.SIGTERM)
    try:
        yield
    finally:
        _die_with_parent(0)
        for one, handler in before.items():
            signal.signal(one, handler)


_held: list[bool] = []
"""An entry for each :func:`undisturbed` that is entered; True where a signal came meanwhile."""


def _interrupt(number: int, _frame: Any) -> None:
    _asked.append(number)
    for one in SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    if _held:
        _held[-1] = True
    else:
        raise Interrupted


@contextmanager
def undisturbed() -> Iterator[None]:
    """A signal that comes inside is taken at the end.

    A process is started inside: an exception on the way would leave one that nobody knows of, and that goes on.
    """
    _held.append(False)
    came = False
    try:
        yield
    finally:
        came = _held.pop()
    if came:
        raise Interrupted


def _die_with_parent(number: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Only one process of this machine is inside for a name; the kernel ends that with the process, however it ends.

    :raises ConflictError: another one is
    """
    with socket.socket(socket.AF_UNIX) as lock:
        try:
            lock.bind(f"\0superfluidity.nfv/{name}")
        except OSError as error:
            raise ConflictError("a campaign with this instance_name runs on this machine already; wait for its end") from error
        yield
