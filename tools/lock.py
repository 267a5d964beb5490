# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the lock files anew, one for each minor version of Python, with the hashes of every package.

Needs the program ``uv`` in PATH. Change the ``*.in`` files, run ``make lock``, run the tests.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
VERSIONS = ("3.11", "3.12", "3.13")
LOCKS = (
    (TOP / "requirements/develop.in", TOP / "requirements"),
    (TOP / "roles/lab/files/locks/lab.in", TOP / "roles/lab/files/locks"),
)
OPTIONS = ("--quiet", "--upgrade", "--no-header", "--no-annotate", "--no-emit-index-url", "--generate-hashes")


def main() -> int:
    if not shutil.which("uv"):
        print("error: uv is not in PATH: install it with `python3 -m pip install uv`", file=sys.stderr)
        return 1
    for source, folder in LOCKS:
        for version in VERSIONS:
            target = folder / f"{source.stem}-{version}.txt"
            print(f"locking {target.relative_to(TOP)}", flush=True)
            command = ["uv", "pip", "compile", *OPTIONS, "--python-version", version, "-o", str(target), str(source)]
            subprocess.run(command, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
