# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import signal

import pytest
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.campaign.interruption import (
    Interrupted,
    interruptible,
    raise_if_interrupted,
)


class Killing:
    """Its finalizer is where the signal comes, and where Python drops what the handler raises."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_that_comes_in_a_finalizer_is_not_lost() -> None:
    with interruptible():
        Killing()
        with pytest.raises(Interrupted):
            raise_if_interrupted()
    with interruptible():
        raise_if_interrupted()  # it was of the campaign before


def test_a_signal_ends_what_is_under_way() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Interrupted), interruptible():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before
