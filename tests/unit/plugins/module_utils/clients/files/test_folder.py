# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders kept as wanted: what is written, what is removed, and what is never touched."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.folder import Folder
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import FailedError, InputError


def kept(root: Path, wanted: dict[str, bytes], **more) -> list[str]:
    folder = Folder(str(root), wanted, **more)
    plan = folder.difference(folder.read())
    folder.apply(plan)
    return [f"{change.action} {change.name}" for change in plan]


def test_a_second_run_finds_nothing_to_do(tmp_path: Path) -> None:
    wanted = {"a/b.txt": b"one", "c.txt": b"two"}
    assert kept(tmp_path / "new", wanted, programs=frozenset({"c.txt"})) == ["create a/b.txt", "create c.txt"]
    assert kept(tmp_path / "new", wanted, programs=frozenset({"c.txt"})) == []
    assert (tmp_path / "new/a/b.txt").read_bytes() == b"one"
    assert [(tmp_path / "new" / name).stat().st_mode & 0o777 for name in wanted] == [0o644, 0o755]


def test_what_differs_is_written_and_what_was_ours_is_removed(tmp_path: Path) -> None:
    kept(tmp_path, {"a/old": b"1", "a/same": b"2", "list": b"a/old a/same"})
    (tmp_path / "a/mine").write_bytes(b"somebody else's")
    changes = kept(
        tmp_path,
        {"a/same": b"3", "list": b"a/same"},
        owned=lambda read: set((read("list") or b"").decode().split()),
    )
    assert changes == ["delete a/old", "update a/same", "update list"]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["mine", "same"]


def test_a_mode_that_was_lost_comes_back(tmp_path: Path) -> None:
    kept(tmp_path, {"a": b"1"}, programs=frozenset({"a"}))
    (tmp_path / "a").chmod(0o644)
    assert kept(tmp_path, {"a": b"1"}, programs=frozenset({"a"})) == ["update a"]


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/a", "a//b", "."])
def test_nothing_is_written_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="leads out of the folder"):
        kept(tmp_path / "in", {name: b""})


def test_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "in/a").symlink_to(tmp_path / "out")
    with pytest.raises(InputError, match="is a link"):
        kept(tmp_path / "in", {"a/b": b""})
    assert list((tmp_path / "out").iterdir()) == []


def test_a_failure_says_what_was_made_and_what_is_left(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"a file where a folder is wanted")
    with pytest.raises((InputError, FailedError), match="b/x"):
        kept(tmp_path, {"a": b"", "b/x": b""})


def test_an_archive_that_does_not_hold_what_was_packed_is_told(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("a"))
    kept(tmp_path, {"a.tar.gz": packed.getvalue()}, archives={"a.tar.gz": {"a": b""}})
    with pytest.raises(FailedError, match="does not hold what was packed"):
        kept(tmp_path, {"a.tar.gz": packed.getvalue()}, archives={"a.tar.gz": {"a": b"more"}})
