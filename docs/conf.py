# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx settings of the documentation."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

project = "superfluidity.nfv"
project_copyright = "2026 The superfluidity.nfv authors"
extensions = ["myst_parser", "sphinx_antsibull_ext"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build"]
html_theme = "sphinx_ansible_theme"
html_theme_options = {"documentation_home_url": "index.html", "topbar_links": {}}
highlight_language = "YAML+Jinja"
myst_heading_anchors = 3
suppress_warnings = ["ref.envvar"]

ANSIBLE = "https://docs.ansible.com/ansible-core/devel/"
PAGES = {
    "action_plugins": "plugins/action.html",
    "ansible_collections.ansible.builtin.copy_module": "collections/ansible/builtin/copy_module.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "callback_plugins": "plugins/callback.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}
"""The pages of Ansible's documentation behind the labels that the reference uses: the build needs no network."""


def link_to_ansible(_app: Sphinx, _env: BuildEnvironment, node: nodes.Element, shown: nodes.Node) -> nodes.Node | None:
    page = PAGES.get(node["reftarget"])
    return nodes.reference("", "", shown, internal=False, refuri=f"{ANSIBLE}{page}") if page else None


def setup(app: Sphinx) -> None:
    app.connect("missing-reference", link_to_ansible)
