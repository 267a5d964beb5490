# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test on an exported copy of the checkout.

    ansible_test.py sanity [ARGUMENT ...]
    ansible_test.py integration [TARGET ...]

ansible-test wants the collection at ``…/ansible_collections/superfluidity/nfv`` and skips, in silence, all of
one that lies in a folder which git ignores. The lab of the integration tests stays where it is.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from exported import TOP, exported

BIN = TOP / ".venv/bin"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
NOTHING = re.compile(r"All targets skipped|No (sanity )?tests? .*(selected|to run)|WARNING: All targets", re.IGNORECASE)

PIP_STAND_IN = '''"""Installs the pip that comes with Python, where ansible-test would fetch one."""
import runpy
import sys

sys.argv = ["ensurepip", "--upgrade", "--default-pip"]
runpy.run_module("ensurepip", run_name="__main__")
'''


def provide_pip() -> None:
    """Spare ansible-test its download of pip; the file's name holds the version that it wants."""
    source = next(Path(p) for p in sys.path if (Path(p) / "ansible_test").is_dir()) / "ansible_test"
    text = (source / "_internal/python_requirements.py").read_text("utf-8")
    cache = Path.home() / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in set(re.findall(r"'(\d+\.\d+(?:\.\d+)?)'", text)):
        path = cache / f"get_pip_{version.replace('.', '_')}.py"
        if not path.exists():
            path.write_text(PIP_STAND_IN, encoding="utf-8")


def sanity(arguments: list[str]) -> list[str]:
    provide_pip()
    return ["sanity", "--python", PYTHON, "--color", "no", *arguments]


def integration(arguments: list[str]) -> list[str]:
    return ["integration", "--python", PYTHON, "--color", "no", "-v", *arguments]


KINDS = {"sanity": sanity, "integration": integration}


def main() -> int:
    command = KINDS[sys.argv[1]](sys.argv[2:])
    with exported() as folder:
        config = folder / "tests/integration/integration_config.yml"
        settings = {"nfv_lab": os.environ.get("NFV_LAB", str(TOP / ".lab-test")), "nfv_slow": "NFV_KILLS" in os.environ}
        config.write_text(json.dumps(settings), encoding="utf-8")
        environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(folder.parents[2])}
        done = subprocess.run(
            [str(BIN / "ansible-test"), *command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    print(done.stdout)
    if NOTHING.search(done.stdout):
        print("ansible-test selected nothing")
        return 1
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
