# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A campaign in an InfluxDB; twin of ``glue.options.INFLUXDB``, for who writes it and for who reads it."""

from __future__ import annotations


class ModuleDocFragment:
    """The shared documentation."""

    DOCUMENTATION = r"""
options:
  influxdb:
    description:
      - An InfluxDB for experiments and samples, in place of O(store).
      - Samples are of the measurement C(samples), after O(influxdb.measurement_prefix), with the parameters as tags and the
        metrics as fields. The documentation on characterisation has the other measurements.
      - A retention policy must outlast the campaign. What it removes is lost to the campaign too.
    type: dict
    suboptions:
      campaign:
        description:
          - The name of the campaign in the database; the default is O(experiment.instance_name). Campaigns of several names may
            share a database and its measurements.
        type: str
      url:
        description:
          - The address of the server, as V(https://influxdb.example.org:8086). It has no credentials in it.
          - Proxies are taken from the environment.
        type: str
        required: true
      version:
        description: V(1) for InfluxDB 1 with InfluxQL, V(2) for InfluxDB 2 with Flux.
        type: int
        choices: [1, 2]
        required: true
      database:
        description: The database of version 1. It is not made.
        type: str
      username:
        description: The user of version 1, where the server asks for one.
        type: str
      password:
        description: The password of O(influxdb.username).
        type: str
      org:
        description: The organisation of version 2.
        type: str
      bucket:
        description: The bucket of version 2. It is not made.
        type: str
      token:
        description: The token of version 2.
        type: str
      measurement_prefix:
        description: What the names of the measurements begin with; letters, digits, dots, hyphens and underscores.
        type: str
        default: nfv_
      validate_certs:
        description: Whether the server's certificate is checked.
        type: bool
        default: true
      ca_cert:
        description: The file of certificate authorities to check against.
        type: path
      timeout:
        description: Seconds to wait for the server's next word. What fails for want of it is tried three times more.
        type: float
        default: 10

requirements:
  - requests (for O(influxdb) only)
"""

    SAMPLES = r"""
options:
  influxdb:
    description:
      - An InfluxDB that has the samples, instead of O(samples). Either M(superfluidity.nfv.service_characterise) has written
        them, or a query of your own selects them.
    type: dict
    suboptions:
      campaign:
        description:
          - The name of a campaign of M(superfluidity.nfv.service_characterise). Its finished experiments are read.
          - The field C(load) is what O(load) names, unless a metric has that name.
        type: str
      query:
        description:
          - A query in InfluxQL or Flux, by O(influxdb.version). Its columns are those that a CSV file would have; the tags of
            C(GROUP BY) are columns too. With Flux, C(pivot) makes a row of the fields of one time.
          - What could write is refused, by its words alone. Give a user or a token that may only read.
        type: str
      url:
        description:
          - The address of the server, as V(https://influxdb.example.org:8086). It has no credentials in it.
          - Proxies are taken from the environment.
        type: str
        required: true
      version:
        description: V(1) for InfluxDB 1 with InfluxQL, V(2) for InfluxDB 2 with Flux.
        type: int
        choices: [1, 2]
        required: true
      database:
        description: The database of version 1. It is not made.
        type: str
      username:
        description: The user of version 1, where the server asks for one.
        type: str
      password:
        description: The password of O(influxdb.username).
        type: str
      org:
        description: The organisation of version 2.
        type: str
      bucket:
        description: The bucket of version 2. It is not made.
        type: str
      token:
        description: The token of version 2.
        type: str
      measurement_prefix:
        description: What the names of the measurements begin with; letters, digits, dots, hyphens and underscores.
        type: str
        default: nfv_
      validate_certs:
        description: Whether the server's certificate is checked.
        type: bool
        default: true
      ca_cert:
        description: The file of certificate authorities to check against.
        type: path
      timeout:
        description: Seconds to wait for the server's next word. What fails for want of it is tried three times more.
        type: float
        default: 10

requirements:
  - requests (for O(influxdb) only)
"""
