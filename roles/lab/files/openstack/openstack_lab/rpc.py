# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking the broker whether an RPC server is there.

A service's own list of its servers is up to a minute old: one that was killed still counts as up, and one
that just began to start does too. The broker knows at once who takes calls from a queue.
"""

from __future__ import annotations

from collections.abc import Callable

from supervisor.health import SECONDS
from supervisor.lab import Lab, Site


def takes_calls(lab: Lab, site: Site, queue: str) -> Callable[[], bool]:
    """Whether somebody consumes the queue in the site's virtual host."""

    def ask() -> bool:
        import amqp  # comes with oslo.messaging; only a full lab has it

        connection = amqp.Connection(
            f"127.0.0.1:{lab.ports['rabbitmq']}",
            userid="lab",
            password=lab.secrets["broker"],
            virtual_host=site.name,
            connect_timeout=SECONDS,
            read_timeout=SECONDS,
        )
        try:
            with connection:
                return connection.channel().queue_declare(queue, passive=True).consumer_count > 0
        except (OSError, amqp.AMQPError):
            return False

    return ask
