# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on NetScaler and the examples of its modules run as they stand, as tasks of Ansible, against the emulator."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args
from ansible_collections.superfluidity.nfv.plugins.module_utils.model.netscaler.resources import RESOURCES
from ansible_collections.superfluidity.nfv.plugins.modules import (
    netscaler_info,
    netscaler_lb_monitor,
    netscaler_lb_vserver,
    netscaler_load_balancer,
    netscaler_save_config,
    netscaler_server,
    netscaler_service,
    netscaler_service_group,
    netscaler_vxlan,
)

TOP = Path(__file__).parents[3]
PAGE = (TOP / "docs/netscaler.md").read_text("utf-8")
SHOWN = "127.0.0.1:8080"
PASSWORD = "open-sesame-9"
PLAYBOOK = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]
MODULES = (
    netscaler_lb_monitor,
    netscaler_server,
    netscaler_service,
    netscaler_service_group,
    netscaler_lb_vserver,
    netscaler_vxlan,
    netscaler_load_balancer,
    netscaler_info,
    netscaler_save_config,
)
ENDING = re.compile(r"ok=(\d+) +changed=(\d+) .*failed=(\d+)")


@pytest.fixture
def adc() -> Iterator[Any]:
    sys.path.insert(0, str(TOP / "roles/lab/files/nitro"))
    from nitro_emulator.background import appliance

    with appliance(PASSWORD) as server:
        yield server


def played(text: str, folder: Path, adc: Any) -> tuple[int, int, int]:
    """Tasks that were done, that changed something, that failed."""
    book = folder / "play.yml"
    book.write_text(text.replace(SHOWN, adc.address).replace("nitro_pass: nsroot", f"nitro_pass: {PASSWORD}"), "utf-8")
    interpreter = f"ansible_python_interpreter={sys.executable}"
    settings = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_PIPELINING": "1", "ANSIBLE_LOCALHOST_WARNING": "0"}
    command = [
        str(Path(sys.executable).parent / "ansible-playbook"),
        "-i",
        "localhost,",
        "-c",
        "local",
        "-e",
        interpreter,
        str(book),
    ]
    run = subprocess.run(
        command, cwd=TOP, env={**os.environ, **settings}, capture_output=True, text=True, timeout=300, check=False
    )
    ending = ENDING.search(run.stdout)
    assert ending, run.stdout + run.stderr
    assert PASSWORD not in run.stdout + run.stderr
    return int(ending[1]), int(ending[2]), int(ending[3])


@pytest.mark.one_python
def test_the_playbook_of_the_page_changes_nothing_the_second_time(adc: Any, tmp_path: Path) -> None:
    text = yaml.safe_load(PLAYBOOK)
    text[0]["gather_facts"] = False
    assert played(yaml.safe_dump(text), tmp_path, adc) == (4, 4, 0)
    assert not adc.api.state.changed
    assert played(yaml.safe_dump(text), tmp_path, adc) == (4, 0, 0)


def test_the_examples_run(adc: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    """In this process, which is quicker than sixteen tasks."""
    doors = {f"superfluidity.nfv.{module.__name__.rpartition('.')[2]}": module for module in MODULES}
    tasks = [task for module in MODULES for task in yaml.safe_load(module.EXAMPLES)]
    for task in tasks:
        for name in doors.keys() & task.keys():
            options = {key: "made up" if "{{" in str(value) else value for key, value in task[name].items()}
            monkeypatch.setattr(basic.sys, "stdin", io.StringIO())
            with patch_module_args({**options, "nsip": adc.address, "nitro_pass": PASSWORD}), pytest.raises(SystemExit):
                doors[name].main()
            answer = json.loads(capsys.readouterr().out)
            assert not answer.get("failed"), (task["name"], answer["msg"])


def test_the_table_of_what_is_fixed_is_that_of_the_code() -> None:
    rows = re.search(r"\| object \| fixed.*?\n\|---\|---\|\n(.*?)\n\n", PAGE, re.DOTALL)[1].splitlines()
    told = {row.split("|")[1].strip(): set(re.findall(r"`(\w+)`", row)) for row in rows}
    nouns = {"service group": "group"}
    assert told == {
        nouns.get(resource.noun, resource.noun): {item.name for item in resource.attributes if item.fixed}
        for resource in RESOURCES.values()
    }


def test_what_the_page_says_one_sees_is_what_the_code_says() -> None:
    rows = re.search(r"\| you see \| do \|\n\|---\|---\|\n(.*?)\n\n", PAGE, re.DOTALL)[1]
    rooms = ("clients/nitro", "loadbalancer")
    library = "".join(path.read_text("utf-8") for room in rooms for path in (TOP / "plugins/module_utils" / room).glob("*.py"))
    for sentence in re.findall(r"^\| `(.*?)` \|", rows, re.MULTILINE):
        for part in re.split(r" … ?|\(|\)|\d+", sentence):
            assert part.strip() in library, part
