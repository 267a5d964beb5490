# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the settings of a cloud come from."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.superfluidity.nfv.plugins.module_utils.clients.openstack.connection import connect
from ansible_collections.superfluidity.nfv.plugins.module_utils.core.errors import InputError


@pytest.fixture
def clouds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    auth = {"auth_url": "http://192.0.2.1/v3", "username": "one", "password": "secret", "project_name": "p"}
    path = tmp_path / "elsewhere.yaml"
    path.write_text(yaml.safe_dump({"clouds": {"here": {"auth": auth}}}), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OS_USERNAME", "another")
    return path


def test_the_environment_says_where_a_named_cloud_is_written_and_not_what_it_is(
    clouds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="the cloud 'here' cannot be used"):
        connect({"cloud": "here"})
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds))
    assert connect({"cloud": "here"}).config.config["auth"]["username"] == "one"
    assert connect({"cloud": "here", "clouds_file": str(clouds)}).config.config["auth"]["username"] == "one"


def test_the_file_that_the_environment_names_is_told_where_it_lacks_the_cloud(
    clouds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds))
    with pytest.raises(InputError, match=r"looked in .*elsewhere\.yaml"):
        connect({"cloud": "there"})


def test_a_time_below_zero_is_refused() -> None:
    with pytest.raises(InputError, match="api_timeout: -1 is less than 0"):
        connect({"cloud": "here", "api_timeout": -1})
