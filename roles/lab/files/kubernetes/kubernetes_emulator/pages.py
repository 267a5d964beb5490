# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token with which a client goes on with a long list: the version of its start and the last object told."""

from __future__ import annotations

import base64
import json
from typing import Any

from .errors import StatusError

Object = dict[str, Any]


def token_after(revision: int, last: Object) -> str:
    position = [revision, [last["metadata"].get("namespace", ""), last["metadata"]["name"]]]
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def read(token: str) -> tuple[int, list[str]]:
    try:
        revision, after = json.loads(base64.urlsafe_b64decode(token))
        return int(revision), list(after)
    except ValueError as error:
        raise StatusError(400, "continue key is not valid") from error
