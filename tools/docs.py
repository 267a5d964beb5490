# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation as HTML in ``docs/_build``: the pages, and the reference of plugins and roles.

A link or a label that leads nowhere fails the build.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BIN = TOP / ".venv/bin"
REFERENCE = TOP / "docs/collections"


def main() -> int:
    shutil.rmtree(REFERENCE, ignore_errors=True)
    REFERENCE.mkdir(parents=True)
    REFERENCE.chmod(0o755)
    reference = ["antsibull-docs", "collection", "--use-current", "--squash-hierarchy", "--fail-on-error"]
    steps = (
        [*reference, "--dest-dir", str(REFERENCE), "superfluidity.nfv"],
        ["sphinx-build", "-q", "-E", "-W", "--keep-going", "-b", "html", str(TOP / "docs"), str(TOP / "docs/_build")],
    )
    path = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    for step in steps:
        print(" ".join(step[:2]), flush=True)
        code = subprocess.run(step, cwd=TOP, env=path, check=False).returncode
        if code:
            return code
    print(f"open {TOP / 'docs/_build/index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
