# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running jobs that depend on each other, several at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event


def run_graph(
    depends: Mapping[str, Sequence[str]],
    run: Callable[[str, Event], None],
    workers: int,
) -> None:
    """Call ``run(name, cancelled)`` for each name once those it depends on are done.

    Names that depend on something outside the mapping do not wait for it. The first error sets
    ``cancelled``, for which running jobs look while they wait, starts nothing more, and is raised.
    """
    cancelled = Event()
    waiting = {name: {other for other in needed if other in depends} for name, needed in depends.items()}
    running: dict[Future[None], str] = {}
    failure: BaseException | None = None
    with ThreadPoolExecutor(max_workers=workers) as pool:
        while True:
            ready = [] if failure else [name for name, needed in waiting.items() if not needed]
            for name in ready:
                del waiting[name]
                running[pool.submit(run, name, cancelled)] = name
            if not running:
                break
            done, _pending = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                name = running.pop(future)
                failure = failure or future.exception()
                for needed in waiting.values():
                    needed.discard(name)
            if failure:
                cancelled.set()
    if failure:
        raise failure
    if waiting:
        raise ValueError(f"these depend on each other in a circle: {', '.join(waiting)}")
