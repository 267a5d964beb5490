# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches: the changes of a set of objects as they happen, as a client with a selector sees them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from .errors import StatusError
from .store import Event, Expired, Store

Object = dict[str, Any]
Line = dict[str, Any]
IDLE = 5.0  # seconds after which a silent watch looks whether its client is still there
LONGEST = 1800


def relevant(event: Event, selects: Callable[[Object], bool]) -> str | None:
    """The type of an event for one selection: objects that leave it look deleted, those that enter look added."""
    now = event.type != "DELETED" and selects(event.object)
    then = event.before is not None and selects(event.before)
    return {(True, True): "MODIFIED", (True, False): "ADDED", (False, True): "DELETED"}.get((now, then))


def stream(
    store: Store,
    key: str,
    selects: Callable[[Object], bool],
    revision: int | None,
    seconds: float | None,
    alive: Callable[[], bool],
    bookmarks: bool = False,
    initial_end: bool = False,
) -> Iterator[Line | None]:
    """Event after event; None where the store was silent for a while. Without a revision, what is there comes first."""
    deadline = time.monotonic() + (seconds or LONGEST)
    if revision is None:
        with store.lock:
            revision, present = store.revision, [one for one in store.list(key) if selects(one)]
        yield from ({"type": "ADDED", "object": one} for one in present)
        if initial_end:
            yield _bookmark(revision, {"k8s.io/initial-events-end": "true"})
    while time.monotonic() < deadline and alive():
        try:
            events, revision = _next(store, revision, min(IDLE, deadline - time.monotonic()))
        except Expired:
            error = StatusError(410, f"too old resource version: {revision} ({store.revision})")
            yield {"type": "ERROR", "object": error.body}
            return
        for event in events:
            kind = relevant(event, selects) if event.place[0] == key else None
            if kind:
                yield {"type": kind, "object": event.object}
        if not events:
            yield _bookmark(revision) if bookmarks else None
    if bookmarks:
        yield _bookmark(revision)


def _next(store: Store, revision: int, seconds: float) -> tuple[list[Event], int]:
    with store.changed:
        if not (events := store.since(revision)):
            store.changed.wait(max(0.0, seconds))
            events = store.since(revision)
        return events, max(revision, store.revision)


def _bookmark(revision: int, annotations: dict[str, str] | None = None) -> Line:
    meta = {"resourceVersion": str(revision), **({"annotations": annotations} if annotations else {})}
    return {"type": "BOOKMARK", "object": {"metadata": meta}}
