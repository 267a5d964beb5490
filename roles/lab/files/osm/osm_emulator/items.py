# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all parts of the emulator share: items, their ids, and answers that refuse."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

Item = dict[str, Any]
NAME = re.compile(r"[^,;()'\"]{1,255}")
DESCRIPTION = re.compile(r"[^'\"]{1,255}")
ID = re.compile(r"[a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}")


class Problem(Exception):
    """An answer that refuses, as RFC 7807 has it."""

    def __init__(self, status: int, code: str, detail: str):
        self.status, self.body = status, {"code": code, "status": status, "detail": detail}
        super().__init__(detail)


def conflict(detail: str) -> Problem:
    return Problem(409, "CONFLICT", detail)


def unprocessable(detail: str) -> Problem:
    return Problem(422, "UNPROCESSABLE_ENTITY", detail)


def bad(detail: str) -> Problem:
    return Problem(400, "BAD_REQUEST", detail)


def new_id() -> str:
    return str(uuid.uuid4())


def found(items: Iterable[Item], name: str, what: str) -> Item:
    for one in items:
        if one["_id"] == name:
            return one
    raise Problem(404, "NOT_FOUND", f"Not found any {what} with filter='{{'_id': '{name}'}}'")


def check_keys(body: Mapping[str, Any], allowed: Iterable[str], required: Iterable[str]) -> None:
    """OSM's schemas name every key, and refuse others."""
    for key in required:
        if body.get(key) is None:
            raise unprocessable(f"Format error: '{key}' is a required property")
    for key in body:
        if key not in allowed:
            raise unprocessable(f"Format error: Additional properties are not allowed ('{key}' was unexpected)")


def check_text(value: Any, pattern: re.Pattern[str], key: str) -> None:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise unprocessable(f"Format error at '{key}' '{value}' does not match '{pattern.pattern}'")


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
