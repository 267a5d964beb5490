# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates by Ansible itself, from a CSV file and from a store."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ansible_collections.superfluidity.nfv.plugins.module_utils.characterisation.experiments import SCHEMA, measured, planned
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.files.sqlite import append

sys.path.append(str(Path(__file__).parents[1] / "module_utils/characterisation"))

import figures

ROWS = list(figures.samples(iterations=1, steps=60))


def run(folder: Path, *words: str, **options: Any) -> dict[str, Any]:
    """One task; its result."""
    command = [str(Path(sys.executable).parent / "ansible"), "localhost", "-m", "superfluidity.nfv.template_optimise"]
    arguments = json.dumps({**figures.OPTIONS, **options})
    done = subprocess.run([*command, "-a", arguments, *words], cwd=folder, capture_output=True, text=True, check=False)
    return {"said": " ".join(done.stderr.split()), **json.loads(done.stdout.split("=>", 1)[1])}


def chosen(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: (answer["costs"][name], template) for name, template in answer["templates"].items()}


def test_a_file_and_a_store_give_the_same(tmp_path: Path) -> None:
    (tmp_path / "campaign.csv").write_text(figures.table(ROWS), encoding="utf-8")
    experiments = planned(figures.PARAMETERS, 1)
    own: dict[str, list[Any]] = {row["configuration"]: [] for row in experiments}
    for row in ROWS:
        metrics = {name: one for name, one in row.items() if name not in {*figures.PARAMETERS, "iteration"}}
        own[json.dumps({name: row[name] for name in figures.PARAMETERS}, sort_keys=True)].append(metrics)
    rows = [row for number, one in enumerate(own.values(), 1) for row in measured(number, one, "users")]
    done = [{**row, "state": "finished"} for row in experiments]
    append(str(tmp_path / "campaign.sqlite"), SCHEMA, {"experiments": done, "samples": rows})
    by_file, by_store = (run(tmp_path, **options) for options in ({"samples": ["campaign.csv"]}, {"store": "campaign.sqlite"}))
    assert chosen(by_file) == figures.EXPECTED
    assert by_file == by_store
    assert by_file["changed"] is False
    assert "vm_ram is 4092, is that not 4096?" in by_file["said"]


def test_what_is_wrong_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    for options, sentence in (
        ({"samples": ["nowhere.csv"]}, "nowhere.csv: cannot be read: No such file or directory"),
        ({"samples": ["empty.csv"]}, "empty.csv: is empty; give a header and samples"),
        ({"store": "nowhere.sqlite"}, "nowhere.sqlite: cannot be read: No such file or directory; give a SQLite file"),
    ):
        answer = run(tmp_path, **options)
        assert answer["msg"] == sentence
        assert "Traceback" not in json.dumps(answer)
