# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to optimise templates, from files on disk to the answer, by the number of samples.

Times are processor seconds of this process, memory is its peak so far.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ansible.plugins.loader import init_plugin_loader

init_plugin_loader()

from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.reader import Files  # noqa: E402
from ansible_collections.superfluidity.nfv.plugins.modules.template_optimise import SPEC, decide  # noqa: E402

FIGURES = Path(__file__).parents[1] / "unit/plugins/module_utils/characterisation"
sys.path.append(str(FIGURES))

import figures  # noqa: E402

CASES: list[tuple[str, int, dict[str, Any]]] = [
    ("48 experiments of 200 samples", 200, {}),
    ("the same, labels: trial", 200, {"labels": "trial"}),
    ("100,000 samples", 2084, {}),
    ("1,000,000 samples", 20834, {}),
    ("the same, labels: quantile", 20834, {"labels": "quantile"}),
    ("the same, window: 0, all samples count", 20834, {"window": 0}),
]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for what, steps, options in CASES:
            path = Path(folder, f"{steps}.csv")
            if not path.exists():
                subprocess.run([sys.executable, str(FIGURES / "figures.py"), str(path), str(steps)], check=True)
            asked = SPEC.validated({**figures.OPTIONS, "samples": [str(path)], **options})
            started = time.process_time()
            answer = decide(asked, Files())
            spent = time.process_time() - started
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{what:40} {answer['counts']['read']:9,} read {spent:6.2f} s {memory:5} MiB", flush=True)


if __name__ == "__main__":
    main()
