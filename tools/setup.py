# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes ``.venv``: the locked tools, the collections they need, and this checkout as superfluidity.nfv.

``.venv`` is a thin layer over an environment in the cache (see ``environment.py`` of the role ``lab``):
its own interpreter, its own copies of the programs, one ``.pth`` line, and the link that lets every
Ansible program find the collection with no environment variable. So it is made in a second, and two
checkouts never share a link.

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
LOCKS = TOP / "requirements"
sys.path.insert(0, str(TOP / "roles/lab/files"))
sys.dont_write_bytecode = True

import environment as cached  # noqa: E402 (the path above comes first)

STARTED = time.monotonic()


def say(line: str) -> None:
    """One line of progress with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:5.0f} s] {line}", flush=True)


def collections(python: Path, cache: Path) -> Path:
    """A folder to put on ``sys.path`` with the pinned collections, taken from the community bundle's wheel.

    The bundle is the one place from which a package index serves collections; only those named in
    ``requirements/collections.txt`` are unpacked.
    """
    lock = LOCKS / "collections.txt"
    folder = cache / f"collections-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    if (folder / cached.FINISHED).exists():
        return folder
    say("downloading the collections")
    partial = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    command = [str(python), "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["-r", str(lock), "-d", str(partial), "--disable-pip-version-check"]
    cached.run(command, folder.with_suffix(".log"), "the download failed: check the network and try again")
    unpack(next(partial.glob("*.whl")), wanted(lock), partial)
    (partial / cached.FINISHED).touch()
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return folder


def wanted(lock: Path) -> tuple[str, ...]:
    """The collections that the lock file's ``# collection: a.b`` lines name, as paths in the wheel."""
    mark = "# collection: "
    names = [line.removeprefix(mark) for line in lock.read_text("utf-8").splitlines() if line.startswith(mark)]
    return tuple(f"ansible_collections/{name.strip().replace('.', '/')}/" for name in names)


def unpack(wheel: Path, prefixes: tuple[str, ...], folder: Path) -> None:
    """Extract the chosen collections (their tests are of no use here) and drop the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(prefixes) and "/tests/" not in name:
                archive.extract(name, folder)
    wheel.unlink()


def layer(venv: Path, base: Path, python: str, collection_root: Path) -> None:
    """Write ``venv`` over the environment ``base``."""
    shutil.rmtree(venv, ignore_errors=True)
    cached.run([python, "-m", "venv", "--without-pip", str(venv)], venv.with_suffix(".log"), "the venv module failed")
    venv.with_suffix(".log").unlink(missing_ok=True)
    site = next(venv.glob("lib/python3.*/site-packages"))
    base_site = next(base.glob("lib/python3.*/site-packages"))
    (site / "environment.pth").write_text(f"{base_site}\n{collection_root}\n", encoding="utf-8")
    home = site / "ansible_collections/superfluidity"
    home.mkdir(parents=True)
    (home / "nfv").symlink_to(TOP)
    for program in (base / "bin").iterdir():
        copy_program(program, venv / "bin" / program.name, base, venv)


def copy_program(source: Path, target: Path, base: Path, venv: Path) -> None:
    """Copy a script so that it starts with the layer's interpreter; the interpreters themselves stay."""
    if target.exists() or source.is_symlink() or source.is_dir():
        return
    text = source.read_bytes().replace(str(base / "bin").encode(), str(venv / "bin").encode())
    target.write_bytes(text)
    target.chmod(0o755)


def set_up(python: str, venv: Path, cache: Path) -> None:
    """Bring ``venv`` up to the locks; nothing is done where it is."""
    base = cached.environment(LOCKS, "develop", python, cache, say)
    collection_root = collections(base / "bin/python", cache)
    stamp = f"{base}\n{collection_root}\n{TOP}\n"
    mark = venv / ".stamp"
    if mark.exists() and mark.read_text("utf-8") == stamp:
        return
    say(f"writing {venv}")
    layer(venv, base, python, collection_root)
    mark.write_text(stamp, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Set up .venv, or with --lab the lab's environment.")
    parser.add_argument("--python", default="python3")
    parser.add_argument("--venv", type=Path, default=TOP / ".venv")
    parser.add_argument("--lab", action="store_true")
    options = parser.parse_args()
    cache = cached.default_cache()
    try:
        if options.lab:
            cached.environment(TOP / "roles/lab/files/locks", "lab", options.python, cache, say)
        else:
            set_up(options.python, options.venv, cache)
    except (cached.SetupError, subprocess.SubprocessError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
