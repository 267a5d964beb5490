# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may speak: users, sessions that run out, and credentials with each call."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from .errors import NitroError


class Sessions:
    """Sessions by token; each use makes one last longer.

    :param basic: whether credentials may come with each call instead
    :param most: sessions at a time
    """

    def __init__(self, users: Mapping[str, str], seconds: float = 1800, *, basic: bool = True, most: int = 20):
        self.users, self.seconds, self.basic, self.most = dict(users), seconds, basic, most
        self.open: dict[str, float] = {}
        self.timeouts: dict[str, float] = {}

    def log_in(self, given: Mapping[str, Any]) -> str:
        name, password = given.get("username"), given.get("password")
        if not isinstance(name, str) or name not in self.users or self.users[name] != password:
            raise NitroError(354)
        now = time.monotonic()
        self.open = {token: used for token, used in self.open.items() if now - used <= self._limit(token)}
        if len(self.open) >= self.most:
            raise NitroError(257, "the maximum of sessions is reached")
        token = "##" + secrets.token_hex(32).upper()
        self.open[token] = now
        if given.get("timeout"):
            self.timeouts[token] = float(given["timeout"])
        return token

    def _limit(self, token: str) -> float:
        return min(self.seconds, self.timeouts.get(token, self.seconds))

    def log_out(self, token: str) -> None:
        self.open.pop(token, None)

    def expire(self) -> None:
        """End all sessions, as an administrator may."""
        self.open.clear()

    def check(self, token: str, user: str | None, password: str | None) -> None:
        if user is not None and not token:
            if not self.basic:
                raise NitroError(1244)
            if self.users.get(user) != password:
                raise NitroError(354)
            return
        now = time.monotonic()
        if not token:
            raise NitroError(1027)
        if token not in self.open or now - self.open[token] > self._limit(token):
            self.open.pop(token, None)
            raise NitroError(444)
        self.open[token] = now
