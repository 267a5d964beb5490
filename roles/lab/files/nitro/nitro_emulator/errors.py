# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of NITRO: number, words, HTTP status."""

from __future__ import annotations

from typing import Any

MESSAGES = {
    0: "Done",
    257: "Operation not permitted",
    258: "No such resource",
    273: "Resource already exists",
    278: "Invalid argument",
    354: "Invalid username or password",
    428: "IP, port conflict with another entity bound to the same vserver",
    444: "Session expired or killed. Please login again",
    1027: "Not logged in or connection timed out",
    1028: "You are connected to a secondary node; configuration changes made in this session will not be propagated to, or "
    "saved on, other nodes",
    1074: "Invalid value",
    1075: "Invalid name; names must begin with an alphanumeric character or underscore and must contain only alphanumerics, _, "
    "#, ., , :, @, =or -",
    1088: "No such command",
    1092: "Arguments cannot both be specified",
    1093: "Argument pre-requisite missing",
    1095: "Required argument missing",
    1097: "Invalid argument value",
    1208: "No such bind resource",
    1232: "Invalid object name",
    1233: "Invalid JSON input",
    1237: "Invalid method name. It should be either post, put, get, stat or delete",
    1240: "Invalid nitro action or operation",
    1242: "Rollback not supported for this action",
    1243: "Bulk operation failed",
    1244: "Authentication Failed: Use of Basic Authentication is Disabled.",
    1335: "Server already exists",
    2131: "Monitor must be unbound before it can be deleted",
    2133: "The monitor is already bound to the service",
    2138: "Not authorized to execute this command",
    2164: "Default monitor cannot be unbound from a service",
    2165: "Default monitor cannot be bound explicitly to a service",
}
STATUS = {
    258: 404,
    273: 409,
    354: 401,
    444: 401,
    1027: 401,
    1093: 400,
    1095: 400,
    1232: 400,
    1233: 400,
    1240: 400,
    1243: 207,
    1244: 401,
    2138: 403,
}


class NitroError(Exception):
    """An error of the appliance; ``detail`` stands in brackets after its words, as NITRO puts it."""

    def __init__(self, code: int, detail: str = ""):
        self.code = code
        self.message = MESSAGES[code] + (f" [{detail}]" if detail else "")
        super().__init__(self.message)

    @property
    def status(self) -> int:
        return STATUS.get(self.code, 599)

    @property
    def body(self) -> dict[str, Any]:
        return {"errorcode": self.code, "message": self.message, "severity": "ERROR"}
