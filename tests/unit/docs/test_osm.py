# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on OSM: its playbook runs as it stands against the emulator, and what one sees is what the code says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.modules import mec_app, osm_service

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/osm.md").read_text("utf-8")
PLAYBOOK = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]
SHOWN = "127.0.0.1:9999"
ENDING = re.compile(r"ok=(\d+) +changed=(\d+) .*failed=(\d+)")


@pytest.mark.one_python
def test_the_playbook_of_the_page_changes_nothing_the_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TOP / "roles/lab/files/osm"))
    from osm_emulator.server import serve
    from osm_emulator.state import Catalogue

    state = Catalogue({"username": "admin", "password": "secret", "project_id": "admin"}, vims=["edge-1"])
    server = serve(state)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    book = tmp_path / "play.yml"
    book.write_text(PLAYBOOK.replace(SHOWN, f"127.0.0.1:{server.server_address[1]}"), "utf-8")
    settings = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "0", "PWD": str(tmp_path)}
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", "-c", "local", str(book), str(book)]
    run = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **settings}, capture_output=True, text=True, timeout=300, check=False
    )
    server.shutdown()
    server.server_close()
    endings = ENDING.findall(run.stdout)
    assert endings == [("5", "3", "0"), ("10", "3", "0")], run.stdout + run.stderr
    assert sorted((one["vnfd-ref"], len(one["vdur"])) for one in state.records.values()) == [("guide", 1), ("portal", 2)]
    assert [(method, path) for method, path in server.calls if path.endswith("/scale")] != []


def test_what_the_page_says_one_sees_is_what_the_code_says() -> None:
    rows = PAGE.partition("| you see | do |")[2].partition("\n\n")[0]
    folders = ("plugins/module_utils/clients/osm", "plugins/module_utils/orchestration", "roles/lab/files/osm/osm_emulator")
    library = "".join(path.read_text("utf-8") for folder in folders for path in (TOP / folder).glob("*.py"))
    sentences = re.findall(r"^\| `(.*?)` \|", rows, re.MULTILINE)
    assert len(sentences) == 6
    for sentence in sentences:
        for part in re.split(r" ?… ?|FAILED: |PROCESSING ", sentence):
            assert part.strip() in library, part


@pytest.mark.parametrize("module", [osm_service, mec_app])
def test_the_examples_fit_their_specs(module: object) -> None:
    name = module.__name__.rpartition(".")[2]
    for task in yaml.safe_load(module.EXAMPLES):
        options = task[f"superfluidity.nfv.{name}"]
        given = {key: [] if key == "packages" else {} if key == "service" else value for key, value in options.items()}
        assert module.SPEC.validated(given)["url"].startswith("https://")
