# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may import whom, as the architecture says it; breaking the rule breaks this test.

``core`` ← ``model`` ← subjects ← ``glue`` ← plugins, and ``core``, ``model`` ← ``clients`` ← plugins.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
LIBRARY = PLUGINS / "module_utils"
COLLECTION = "ansible_collections.superfluidity.nfv.plugins.module_utils"

LAYERS = {"core", "model", "clients", "glue"}
MAY_IMPORT = {
    "core": {"core"},
    "model": {"core", "model"},
    "clients": {"core", "model", "clients"},
    "glue": {"core", "model", "glue"},
    "dataplane": {"core", "model", "dataplane", "symbolic"},
}
WITH_ANSIBLE = {"glue"}
INPUT_OUTPUT = {"requests", "socket", "subprocess", "urllib", "http", "openstack", "kubernetes", "shutil", "tempfile"}
STANDARD_LIBRARY_ONLY = {"core"}
FOREIGN_IN_ONE_FILE = {"jsonschema", "z3", "oxidd", "lark", "networkx", "sklearn", "scipy", "numpy", "netaddr"}


def allowed(room: str) -> set[str]:
    """The rooms that a subject may import are ``core``, ``model`` and itself unless a row above says more."""
    return MAY_IMPORT.get(room, {"core", "model", room})


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """``(level, dotted name)`` of every import in a file, those inside functions and for type checkers too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


def room_of(path: Path, level: int, name: str) -> str | None:
    """The room of the library that an import leads to, or None for one that leaves the library."""
    if level:
        base = path.relative_to(LIBRARY).parts[:-level]
        return (*base, *name.split("."))[0]
    return name.removeprefix(COLLECTION).strip(".").split(".")[0] if name.startswith(COLLECTION) else None


def violations(path: Path, source: str) -> list[str]:
    """Each rule that the file breaks, as a sentence."""
    room = path.relative_to(LIBRARY).parts[0]
    found = []
    for level, name in imports(ast.parse(source)):
        target, top = room_of(path, level, name), name.split(".")[0]
        if target and target not in allowed(room):
            found.append(f"{room} imports {target}")
        elif target is None and top == "ansible" and room not in WITH_ANSIBLE:
            found.append(f"{room} imports {name}")
        elif target is None and top in INPUT_OUTPUT and room not in {"clients", "core"}:
            found.append(f"{room} does input or output with {top}")
    return found


FILES = sorted(LIBRARY.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_each_file_imports_only_what_its_room_may(path: Path) -> None:
    assert violations(path, path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("room", "line", "wrong"),
    [
        ("core", "from ..model import sites", "core imports model"),
        ("placement", "from ..symbolic import sefl", "placement imports symbolic"),
        ("dataplane", "from ..symbolic import sefl", None),
        ("symbolic", "from ansible.errors import AnsibleError", "symbolic imports ansible.errors"),
        ("glue", "from ansible.module_utils.basic import AnsibleModule", None),
        ("placement", "def f():\n    import subprocess", "placement does input or output with subprocess"),
        ("clients", "import subprocess", None),
        ("model", f"from {COLLECTION}.clients.files.reader import Files", "model imports clients"),
    ],
)
def test_the_rules_can_fail(room: str, line: str, wrong: str | None) -> None:
    assert violations(LIBRARY / room / "example.py", line) == ([wrong] if wrong else [])


def test_a_foreign_library_stands_in_one_file_of_a_room() -> None:
    users: dict[tuple[str, str], set[str]] = {}
    for path in FILES:
        room = path.relative_to(LIBRARY).parts[0]
        for level, name in imports(ast.parse(path.read_text("utf-8"))):
            if not level and name.split(".")[0] in FOREIGN_IN_ONE_FILE:
                users.setdefault((room, name.split(".")[0]), set()).add(path.name)
    assert {key: files for key, files in users.items() if len(files) > 1} == {}


def test_modules_are_doors() -> None:
    """At most 60 lines of code under the documentation blocks."""
    for path in sorted((PLUGINS / "modules").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        blocks = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)]
        documented = sum(node.end_lineno - node.lineno + 1 for node in blocks)
        assert tree.body[-1].end_lineno - documented <= 75, path.name  # 15 lines are its head
