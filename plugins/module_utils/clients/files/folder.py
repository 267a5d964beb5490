# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of files kept as they are wanted: written anew where they differ, removed where they are no longer wanted.

Only what a list of the folder itself says it has put there is ever removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...core.errors import FailedError, InputError, Place
from ...core.plan import Change, Plan, carry_out, difference
from .reader import Files


class Folder:
    """Files below one folder; an acting verb (see ``glue.boundary.Acting``).

    :param wanted: path → content
    :param programs: the paths that may be run
    :param owned: what an earlier run has put there, by the content of files: those of it that are not wanted go
    :param archives: path of each archive among ``wanted`` → the tree that it holds, to be compared after it is written
    """

    def __init__(
        self,
        root: str,
        wanted: Mapping[str, bytes],
        programs: frozenset[str] = frozenset(),
        owned: Callable[[Callable[[str], bytes | None]], set[str]] = lambda _read: set(),
        archives: Mapping[str, Mapping[str, bytes]] | None = None,
    ):
        self._root = Path(root)
        self._wanted, self._programs, self._archives = wanted, programs, archives or {}
        self._owned = owned

    def read(self) -> dict[str, dict[str, Any]]:
        names = set(self._wanted) | self._owned(self._content)
        found = {name: self._content(name) for name in sorted(names)}
        there = {name: content for name, content in found.items() if content is not None}
        return {name: _state(content, bool(self._path(name).stat().st_mode & 0o100)) for name, content in there.items()}

    def difference(self, current: Mapping[str, Mapping[str, Any]]) -> Plan:
        return difference(
            "file", current, {name: _state(content, name in self._programs) for name, content in self._wanted.items()}
        )

    def apply(self, plan: Plan) -> None:
        carry_out(plan, self._carry_out)
        self._verify()

    def result(self) -> dict[str, Any]:
        return {}

    def _content(self, name: str) -> bytes | None:
        path = self._path(name)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", Place(str(path))) from error

    def _path(self, name: str) -> Path:
        """Where a file is. A link on the way could lead anywhere, so none is followed."""
        path = self._root
        for part in name.split("/"):
            path = path / part
            if part in ("", ".", "..") or path.is_symlink():
                raise InputError("is a link, or leads out of the folder; remove it", Place(str(path)))
        return path

    def _carry_out(self, change: Change) -> None:
        try:
            self._write(change, self._path(change.name))
        except OSError as error:
            raise FailedError(f"cannot be written: {error.strerror or error}", Place(str(self._root / change.name))) from error

    def _write(self, change: Change, path: Path) -> None:
        if change.after is None:
            path.unlink()
            with contextlib.suppress(OSError):  # its folder goes when it was the last there
                path.parent.rmdir()
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        partial.write_bytes(self._wanted[change.name])
        partial.chmod(0o755 if change.name in self._programs else 0o644)
        os.replace(partial, path)

    def _verify(self) -> None:
        """Read every archive back, and compare it with what it was made of."""
        for name, tree in self._archives.items():
            if Files().tree(str(self._root / name)) != dict(tree):
                raise FailedError(
                    "does not hold what was packed; the disk may be full or broken", Place(str(self._root / name))
                )


def _state(content: bytes, program: bool) -> dict[str, Any]:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "program": program}
