# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command in a copy of the checkout that holds what git knows, and nothing of what was made here.

    exported.py COMMAND [ARGUMENT ...]

Some tools copy or walk all of a collection's folder, with its labs, sockets and environments.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def exported() -> Iterator[Path]:
    """A copy of the checkout where ansible-test looks for a collection."""
    with tempfile.TemporaryDirectory(prefix="nfv-") as folder:
        target = Path(folder) / "ansible_collections/superfluidity/nfv"
        listing = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=TOP, capture_output=True, check=True, text=True
        )
        for name in filter(None, listing.stdout.split("\0")):
            if (TOP / name).is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(TOP / name, target / name)
        subprocess.run(["git", "init", "-q"], cwd=target, check=True)
        yield target


def main() -> int:
    with exported() as folder:
        return subprocess.run(sys.argv[1:], cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
