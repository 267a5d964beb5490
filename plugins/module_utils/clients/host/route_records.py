# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which routes of segment routing belong to which service: for each service a record, beside its processes.

The kernel keeps no names with routes. A record has the routes by their kind, each ``{name, version, table, prefix, metric,
protocol, state}``; it is written before they are made and shortened after they are gone, so that no route is without one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ...core.errors import DeniedError, FailedError

RECORD = "segment-routing.json"
FIELDS = ("name", "version", "table", "prefix", "metric", "protocol", "state")
Entry = Mapping[str, Any]


def read(root: str, service: str | None = None) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The records of ``service``, of every service for None: ``{service: {kind: [entry]}}``."""
    found = {}
    for path in sorted(Path(root).glob(f"{service or '*'}/{RECORD}")):
        try:
            found[path.parent.name] = _sound(json.loads(path.read_text(encoding="utf-8")))
        except PermissionError as error:
            raise DeniedError(f"{path} cannot be read: run the task with become") from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise FailedError(f"{path} is no record of routes ({error!r}): remove it, and run again what made it") from error
    return found


def _sound(record: Any) -> dict[str, list[dict[str, Any]]]:
    """The record itself, if each entry has what an entry has."""
    return {kind: [{name: one[name] for name in FIELDS} for one in listed] for kind, listed in record.items()}


def write(root: str, service: str, kind: str, entries: Iterable[Entry]) -> None:
    """Replace the entries of one kind; a record without any goes, and the folder of its service with it if nothing else is
    there."""
    path = Path(root) / service / RECORD
    kinds = {**read(root, service).get(service, {}), kind: list(entries)}
    kept = {name: listed for name, listed in kinds.items() if listed}
    try:
        if kept:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f"{RECORD}.part")
            partial.write_text(json.dumps(kept, indent=1), encoding="utf-8")
            partial.replace(path)
        else:
            path.unlink(missing_ok=True)
            if path.parent.is_dir() and not any(path.parent.iterdir()):
                path.parent.rmdir()
    except PermissionError as error:
        raise DeniedError(f"{path} cannot be written: run the task with become") from error
    except OSError as error:
        raise FailedError(f"{path} cannot be written: {error.strerror}") from error
