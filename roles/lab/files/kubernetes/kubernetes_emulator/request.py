# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request on a resource, as the server has read it from the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .errors import StatusError
from .resources import Resource

APPLY = "application/apply-patch+yaml"
TRUE = ("true", "1", "True")


@dataclass
class Request:
    resource: Resource
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    content_type: str = ""
    manager: str = "unknown"
    warnings: list[str] = field(default_factory=list)

    @property
    def dry_run(self) -> bool:
        options = self.body.get("dryRun") if isinstance(self.body, dict) else None
        return "dryRun" in self.query or bool(options)

    def asks(self, option: str) -> bool:
        return self.query.get(option) in TRUE

    def number(self, option: str) -> int | None:
        """The value of a numeric option; None where it is not given."""
        text = self.query.get(option, "")
        if text and not text.isdecimal():
            raise StatusError(400, f"{option}: Invalid value: {text!r}: must be a number from 0 up")
        return int(text) if text else None
