# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a campaign is kept: a SQLite file, or an InfluxDB."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from ..module_utils.characterisation.experiments import SCHEMA
from ..module_utils.clients.campaign.influxdb_store import InfluxdbStore, require_tags
from ..module_utils.clients.campaign.keeping import CampaignStore
from ..module_utils.clients.campaign.store import Store

SECRETS = ("password", "token")


class Keeper(Protocol):
    """Knows a store without opening it. ``name`` is what messages and results call it."""

    name: str

    def there(self) -> bool:
        """Whether opening it would make nothing that was not there."""

    def require(self, configurations: Iterable[str]) -> None:
        """See that it can keep configurations, each a JSON object."""

    def opened(self) -> CampaignStore:
        """The store."""

    def options(self) -> dict[str, Any]:
        """The options with which ``template_optimise`` reads it, without secrets."""


class InFile:
    """See :class:`Keeper`."""

    def __init__(self, path: str):
        self.name = path

    def there(self) -> bool:
        return os.path.exists(self.name)

    def require(self, configurations: Iterable[str]) -> None:
        """It keeps all."""

    def opened(self) -> CampaignStore:
        return Store(self.name, SCHEMA)

    def options(self) -> dict[str, Any]:
        return {"store": self.name}


class InInfluxdb:
    """See :class:`Keeper`.

    :param options: validated ones, those of ``glue.options.INFLUXDB``, with the name of the ``campaign``
    :raises InputError: the address or a name is none
    """

    def __init__(self, options: Mapping[str, Any]):
        self._options = dict(options)
        self.name = InfluxdbStore(options).name

    def there(self) -> bool:
        return True

    def require(self, configurations: Iterable[str]) -> None:
        require_tags(configurations)

    def opened(self) -> CampaignStore:
        return InfluxdbStore(self._options)

    def options(self) -> dict[str, Any]:
        return {"influxdb": {name: one for name, one in self._options.items() if one is not None and name not in SECRETS}}
