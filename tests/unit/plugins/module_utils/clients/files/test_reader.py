# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file, a folder and an archive read alike."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files import reader
from ansible_collections.superfluidity.nfv.plugins.module_utils.core import archives
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError

TREE = {"a.yaml": b"a: 1\n", "sub/b.json": b"{}"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    top = tmp_path / "package"
    for name, content in TREE.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(content)
    (top / ".git").mkdir()
    (top / ".git/config").write_text("not a descriptor", encoding="utf-8")
    return top


def zipped(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in TREE.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in TREE.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def test_folder_and_archives_hold_the_same_tree(folder: Path, tmp_path: Path) -> None:
    read = reader.Files().tree
    assert read(str(folder)) == TREE
    assert read(str(zipped(tmp_path / "p.csar"))) == TREE
    assert read(str(tarred(tmp_path / "p.tar.gz"))) == TREE
    assert read(str(folder / "a.yaml")) == {"a.yaml": TREE["a.yaml"]}


def test_names_come_sorted(folder: Path) -> None:
    assert list(reader.Files().tree(str(folder))) == sorted(TREE)


def test_what_is_not_there_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.json: cannot be read: No such file"):
        reader.Files().tree(str(tmp_path / "nowhere.json"))


def test_a_file_without_an_end_and_one_that_is_too_large_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(tmp_path / "hole", "wb") as hole:
        hole.truncate(reader.MOST + 1)
    with pytest.raises(InputError, match=r"hole: has more than 2048 MiB$"):
        reader.Files().read(str(tmp_path / "hole"))
    monkeypatch.setattr(reader, "MOST", 2**20)
    monkeypatch.setattr(archives, "LARGEST", 2**18)
    with pytest.raises(InputError, match=r"^/dev/zero: has more than 1 MiB$"):
        reader.Files().read("/dev/zero")
    with pytest.raises(InputError, match="is no path: embedded null"):
        reader.Files().read("a\0b")
    assert reader.Files().read("/dev/null") == b""


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    whole = tarred(tmp_path / "p.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"is no whole archive"):
        reader.Files().tree(str(tmp_path / "cut.tar.gz"))


def test_a_tree_that_is_too_large_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST", 4)
    with pytest.raises(InputError, match="holds more than"):
        reader.Files().tree(str(folder))


def test_paths_are_located_first(folder: Path) -> None:
    files = reader.Files(lambda path: str(folder / path))
    assert files.read("a.yaml") == TREE["a.yaml"]


def test_text_packed_by_gzip_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress("routes é".encode())
    for name, content in (("plain", "routes é".encode()), ("packed", packed), ("cut", packed[:-9])):
        (tmp_path / name).write_bytes(content)
    files = reader.Files()
    assert files.text(str(tmp_path / "plain")) == files.text(str(tmp_path / "packed")) == "routes é"
    with pytest.raises(InputError, match="is no whole gzip file"):
        files.text(str(tmp_path / "cut"))
    monkeypatch.setattr(archives, "LARGEST", 4)
    with pytest.raises(InputError, match="unpacks to more than"):
        files.text(str(tmp_path / "packed"))


def test_content_may_be_json_that_was_parsed_already() -> None:
    assert reader.Files().given({"content": [{"dst": "default"}]}, "elements.r") == '[{"dst": "default"}]'


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"content": 5}, "elements.r: content is text, and not 5"),
        ({"content": None}, "elements.r: content is text, and not None"),
        ({}, "elements.r: give either path or content"),
        ({"content": "", "path": "a"}, "elements.r: give either path or content"),
        ("text", "elements.r: give either path or content"),
    ],
)
def test_what_is_no_text(given: object, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        reader.Files().given(given, "elements.r")
    assert str(refused.value) == sentence


def tar_of(path: Path, *members: tuple[str, bytes, bytes], mode: str = "w") -> str:
    """An archive of (name, type, content) in any order, as no packer would make it."""
    with tarfile.open(path, mode) as archive:
        for name, kind, content in members:
            member = tarfile.TarInfo(name)
            member.type, member.size, member.linkname = kind, len(content), "a"
            archive.addfile(member, io.BytesIO(content))
    return str(path)


PLAIN = tarfile.REGTYPE


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (("../a", PLAIN, b""), "holds the entry '../a', which leads out of the archive"),
        (("a/../../b", PLAIN, b""), "which leads out of the archive"),
        (("/etc/passwd", PLAIN, b""), "which leads out of the archive"),
        (("a", tarfile.SYMTYPE, b""), "holds the link or device 'a'; pack plain files"),
        (("a", tarfile.LNKTYPE, b""), "holds the link or device 'a'"),
        (("a", tarfile.FIFOTYPE, b""), "holds the link or device 'a'"),
        (("a", tarfile.CHRTYPE, b""), "holds the link or device 'a'"),
        (("same", PLAIN, b""), "holds the entry 'same' twice"),
    ],
)
def test_archives_with_what_no_package_needs_are_refused(tmp_path: Path, member: tuple, sentence: str) -> None:
    path = tar_of(tmp_path / "a.tar", ("same", PLAIN, b"x"), member)
    with pytest.raises(InputError) as refused:
        reader.Files().tree(path)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("name", ["../a", "/a", "..\\a", "C:/a", "a/../../b"])
def test_zip_entries_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.csar", "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), "x")
    with pytest.raises(InputError, match="leads out of the archive"):
        reader.Files().tree(str(tmp_path / "a.csar"))


def test_an_entry_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST", 10_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"0" * 1_000_000)
    for name, mode in (("b.tar.gz", "w:gz"), ("c.tar.bz2", "w:bz2"), ("d.tar.xz", "w:xz")):
        tar_of(tmp_path / name, ("zeros", PLAIN, b"0" * 1_000_000), mode=mode)
    with gzip.open(tmp_path / "e.gz", "wb") as stream:
        stream.write(b"0" * 1_000_000)
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(InputError, match="MiB"):
            reader.Files().tree(str(path))


def test_an_archive_of_too_many_entries_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_ENTRIES", 3)
    path = tar_of(tmp_path / "a.tar", *[(str(number), PLAIN, b"") for number in range(4)])
    with pytest.raises(InputError, match="holds more than 3 entries"):
        reader.Files().tree(path)


@pytest.mark.parametrize("cut", [30, 100, 200])
@pytest.mark.parametrize("name", ["a.tar.gz", "a.tar.bz2", "a.tar.xz", "a.zip"])
def test_archives_that_are_cut_or_broken_are_refused_or_told_for_plain_files(tmp_path: Path, name: str, cut: int) -> None:
    if name == "a.zip":
        zipped(tmp_path / name)
    else:
        tar_of(tmp_path / name, ("a", PLAIN, b"some text" * 99), mode=f"w:{name.rpartition('.')[2]}")
    content = bytearray((tmp_path / name).read_bytes())
    for broken in (content[:cut], content[:cut] + b"\xff\xff" + content[cut + 2 :], content[: len(content) - 9]):
        (tmp_path / name).write_bytes(broken)
        try:
            assert reader.Files().tree(str(tmp_path / name))
        except InputError as refused:
            assert "\n" not in str(refused)  # noqa: PT017


def test_what_is_no_utf_8_is_replaced_or_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("size,time\nsmall,1\ngroß,2\n".encode("latin-1"))
    files = reader.Files(lambda name: str(tmp_path / name))
    assert files.text("a.csv").splitlines()[2] == "gro\ufffd,2"
    with pytest.raises(InputError, match=r"^a\.csv:3: this line is no UTF-8 text"):
        files.text("a.csv", strict=True)
