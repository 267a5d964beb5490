#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process of a service on a plain server."""

from __future__ import annotations

DOCUMENTATION = r"""
module: server_process
short_description: Keep a process of a service running on a plain server
version_added: "0.1.0"
description:
  - Writes the files of a process, starts it so that it outlives the connection, and finds it again by its pid and start time.
  - All of one process lives in the folder O(root)/O(service)/O(name).
  - O(state=absent) ends the process and removes that folder and nothing else.
  - The process is started anew when its command, environment or files change or when it does not run.
  - It is not started again when the server boots; run the playbook again then.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.acting
attributes:
  platform:
    description: Needs the C(/proc) filesystem.
    platforms: linux
options:
  service:
    description: The service that the process belongs to.
    type: str
    required: true
  function:
    description: The function of the service that it carries out.
    type: str
  name:
    description: The name of the process, unique within the service on this server.
    type: str
    required: true
  state:
    description: Whether the process is to run.
    type: str
    choices: [present, absent]
    default: present
  command:
    description:
      - The program and its arguments; no shell is involved.
      - Required for O(state=present).
    type: list
    elements: str
  environment:
    description: Variables to add to the environment of the process.
    type: dict
    default: {}
  files:
    description: Files to write beside the process before it starts, by relative path. It runs in their folder.
    type: dict
    default: {}
  root:
    description: The folder under which all services keep their processes.
    type: path
    default: /var/lib/superfluidity/services
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Run a small server of one file
  superfluidity.nfv.server_process:
    service: video
    function: portal
    name: portal
    command: [python3, -m, http.server, "8080"]
    files:
      index.html: "<h1>Video</h1>"

- name: Remove it
  superfluidity.nfv.server_process:
    service: video
    name: portal
    state: absent
"""

RETURN = r"""
process:
  description: The process as it is after the run; null where there is none.
  returned: success
  type: dict
  sample: {service: video, kind: process, name: portal, id: 4711, status: running, function: portal}
plan:
  description: The changes that were made, or, in check mode, that would be.
  returned: success
  type: list
  elements: dict
  sample:
    - {action: create, kind: process, name: portal}
"""

from ..module_utils.clients.host.processes import ROOT, Process
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_acting

SPEC = ArgumentSpec(
    {
        "service": {"type": "str", "required": True},
        "function": {"type": "str"},
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "command": {"type": "list", "elements": "str"},
        "environment": {"type": "dict", "default": {}},
        "files": {"type": "dict", "default": {}},
        "root": {"type": "path", "default": ROOT},
    },
    required_if=(("state", "present", ("command",)),),
)


def main() -> None:
    run_acting(SPEC, Process)


if __name__ == "__main__":
    main()
