# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The deletion of one port, whoever asks for it."""

from __future__ import annotations

from ...core.errors import DeniedError
from .neutron import Neutron, Refusal

GONE = 404


def delete_port(neutron: Neutron, port: str) -> None:
    """Delete a port that is ours to delete, unless it is gone already.

    Since its 2026 releases Neutron lets a member of a project delete no port with an owner such as
    ``compute:kuryr``, not even its own, but does let it take the owner away.

    :raises Refusal: it is a subport, or may not be deleted for another reason
    """
    try:
        try:
            neutron.call("DELETE", f"/ports/{port}")
        except DeniedError:
            neutron.call("PUT", f"/ports/{port}", {"port": {"device_owner": ""}})
            neutron.call("DELETE", f"/ports/{port}")
    except Refusal as error:
        if error.status != GONE:
            raise
