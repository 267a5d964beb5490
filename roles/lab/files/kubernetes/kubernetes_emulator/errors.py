# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals in the form that Kubernetes clients read: an HTTP code, a reason and a Status body."""

from __future__ import annotations

from typing import Any

from .resources import Resource

REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    410: "Expired",
    415: "UnsupportedMediaType",
    422: "Invalid",
    500: "InternalError",
    501: "NotImplemented",
}


class StatusError(Exception):
    """A refusal; ``body`` is what the client gets."""

    def __init__(self, code: int, message: str, reason: str | None = None, details: dict[str, Any] | None = None):
        super().__init__(message)
        self.code = code
        self.body = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason or REASONS[code],
            "details": details or {},
            "code": code,
        }


def details(resource: Resource, name: str, causes: list[dict[str, str]] | None = None) -> dict[str, Any]:
    found = {"name": name, "group": resource.group, "kind": resource.plural, "causes": causes}
    return {key: value for key, value in found.items() if value}


def not_found(resource: Resource, name: str) -> StatusError:
    return StatusError(404, f'{resource.qualified} "{name}" not found', details=details(resource, name))


def already_exists(resource: Resource, name: str) -> StatusError:
    message = f'{resource.qualified} "{name}" already exists'
    return StatusError(409, message, "AlreadyExists", details(resource, name))


def conflict(resource: Resource, name: str, message: str) -> StatusError:
    text = f'Operation cannot be fulfilled on {resource.qualified} "{name}": {message}'
    return StatusError(409, text, details=details(resource, name))


def cause(field: str, message: str, reason: str = "FieldValueInvalid") -> dict[str, str]:
    return {"reason": reason, "message": message, "field": field}


def invalid(resource: Resource, name: str, causes: list[dict[str, str]]) -> StatusError:
    listed = [f"{one['field']}: {one['message']}" for one in causes]
    text = listed[0] if len(listed) == 1 else f"[{', '.join(listed)}]"
    kind = f"{resource.kind}.{resource.group}" if resource.group else resource.kind
    about = {**details(resource, name, causes), "kind": resource.kind}
    return StatusError(422, f'{kind} "{name}" is invalid: {text}', details=about)
