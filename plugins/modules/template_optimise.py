#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which deployment parameters matter, and the cheapest template of each SLA class."""

from __future__ import annotations

DOCUMENTATION = r"""
module: template_optimise
short_description: Learn from measurements the cheapest deployment template of each SLA class
version_added: "0.1.0"
description:
  - Reads samples of stress tests of a service that was deployed in several configurations, and learns by a decision tree which
    deployment parameters decide over the SLA class that is reached. Returns the cheapest configuration of each class, the rules
    in words, and how sure they are.
  - The samples of each trial that were taken under nearly its full load are labelled with their classes; C4.5 grows a tree over
    the configurations; of the configurations to which the tree gives a class, the cheapest is its template.
  - Touches nothing, and answers the same for the same input, whatever the order of files, rows and columns.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.attributes.deciding
  - superfluidity.nfv.influxdb.samples
attributes:
  platform:
    platforms: all
requirements:
  - scikit-learn (for O(algorithm=cart) only)
options:
  samples:
    description:
      - Files of samples on the controller. All of them together are the campaign.
      - CSV with a header, separated by commas, semicolons or tabs; or a JSON list of objects, or an object a line. They may be
        packed by gzip. The columns may stand in any order, and other columns do not matter.
      - A relative path is looked for near the role and the playbook, as for M(ansible.builtin.copy).
    type: list
    elements: path
  store:
    description:
      - A SQLite file with the campaign, instead of O(samples). Its table C(experiments) has C(id), C(configuration) as JSON,
        C(iteration) and C(state), of which V(planned), V(running) and V(failed) are left out; C(samples) has C(experiment),
        C(time), C(load), and C(metrics) as JSON.
      - The column C(load) is what O(load) names, unless a metric has that name.
      - A file with one table alone is read as CSV would be.
    type: path
  parameters:
    description:
      - The columns of deployment parameters.
      - Values are numbers or words. Numbers are compared as numbers, so 2048, C(2048.0) and C("2048") are one value; else a
        value stands for itself and is never corrected.
    type: list
    elements: str
    required: true
  load:
    description:
      - The column of the load, as the number of users. It is not negative.
      - Without it all samples count.
    type: str
  window:
    description:
      - The share of its own trial's peak load that a sample must have in order to count, from 0 to 1.
      - Where O(load) is given, the default is V(0.9).
    type: float
  trial:
    description:
      - The columns that tell apart the trials of a configuration.
      - The default are those that there are of C(experiment), C(experiment_id), C(trial), C(trial_id), C(iteration),
        C(repetition), C(run), C(run_id). Where there are none, the samples of a configuration are one trial.
    type: list
    elements: str
  sla_classes:
    description:
      - The bounds of each class, by metric, as in C(class_A={latency=['{} < 0.92'], throughput=['{} > 180']}). A bound is C({})
        with a number at one side or both, and one of C(<), C(<=), C(>), C(>=), C(==) between.
      - What meets no class is of the class V(None), best effort. A class without bounds takes everything.
      - A point that meets several classes is of the strictest of them, the one whose bounds lie within the others'; where none
        is stricter, of the one that is named first.
    type: dict
    required: true
  class_rule:
    description:
      - V(exact) takes the bounds as they are written. What is better than a class allows, and not good enough for the next, is
        of no class; a finding tells how much that is.
      - V(ordered) takes the best class first, and of its bounds those that guarantee something - by O(goals), upper ones of
        what is to be minimised, lower ones of what is to be maximised.
    type: str
    choices: [exact, ordered]
    default: exact
  goals:
    description:
      - V(minimise) or V(maximise) for each metric.
      - A goal may be left out where classes that bound the metric from one side only agree on it.
    type: dict
    default: {}
  labels:
    description:
      - What is labelled. V(point) labels each sample. V(trial) labels each trial as a whole by its worst values, as RFC 2544
        asks; V(quantile) by the values that the share O(probability) of its samples reach or better.
    type: str
    choices: [point, quantile, trial]
    default: point
  probability:
    description:
      - The share of time, above 0 and up to 1, for which a class shall be met.
      - It is the quantile of O(labels=quantile). With all labels a finding tells of templates whose own samples meet the class
        less often; a template is not refused for that.
    type: float
    default: 0.99
  outliers:
    description:
      - V(tukey) grows the tree without samples that lie O(outlier_fence) interquartile ranges beyond the quartiles of their
        configuration, in some metric. Where these are more than 5 % of the configuration's samples, or it has fewer than eight,
        all are kept.
      - RV(confidence) counts outliers too.
    type: str
    choices: [tukey, none]
    default: tukey
  outlier_fence:
    description: How many interquartile ranges beyond the quartiles a sample is an outlier.
    type: float
    default: 3
  algorithm:
    description:
      - V(c45) is C4.5. V(cart) is CART as scikit-learn has it, not pruned, for comparison.
    type: str
    choices: [c45, cart]
    default: c45
  pruning:
    description:
      - The confidence of C4.5's pruning, above 0 and below 1. The smaller, the more is pruned.
    type: float
    default: 0.25
  candidates:
    description:
      - V(measured) takes templates from configurations that have samples in the window. V(possible) takes them from all
        combinations of values that were measured, by the rules.
    type: str
    choices: [measured, possible]
    default: measured
  costs:
    description:
      - The cost of each value of each parameter, in a unit of your own. A configuration costs the sum. Of those that cost the
        same, the first by its values in the order of O(parameters) is taken.
      - Costs of values of O(fixed) are added where they are given.
    type: dict
    required: true
  fixed:
    description:
      - What all templates have in common. Where the samples have a column of that name, those with another value are left out.
    type: dict
    default: {}
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Optimise the template of a media server
  superfluidity.nfv.template_optimise:
    samples: [campaign.csv]
    parameters: [vm_ram, vm_vcpus, vnic_type, memory_page_size]
    load: users
    sla_classes:
      class_A: {latency: ['{} < 0.92'], throughput: ['{} > 180']}
      class_B: {latency: ['{} > 0.92', '{} < 1.05'], throughput: ['{} < 180', '{} > 150']}
    costs:
      vm_ram: {2048: 1, 4092: 2}
      vm_vcpus: {2: 1, 4: 2}
      vnic_type: {normal: 1, direct: 10}
      memory_page_size: {small: 1, large: 5}
    fixed: {cpu_policy: dedicated}
  register: optimised

- name: Show what a customer of class B gets
  ansible.builtin.debug:
    msg: "{{ optimised.templates.class_B }} at {{ optimised.costs.class_B }}"

- name: Ask for 99 % of the time, and let nothing be too good for a class
  superfluidity.nfv.template_optimise:
    samples: [campaign.csv]
    parameters: [vm_ram, vm_vcpus, vnic_type, memory_page_size]
    load: users
    sla_classes:
      class_A: {latency: ['{} <= 0.92'], throughput: ['{} >= 180']}
      class_B: {latency: ['{} <= 1.05'], throughput: ['{} >= 150']}
    class_rule: ordered
    goals: {latency: minimise, throughput: maximise}
    labels: quantile
    probability: 0.99
    costs:
      vm_ram: {2048: 1, 4092: 2}
      vm_vcpus: {2: 1, 4: 2}
      vnic_type: {normal: 1, direct: 10}
      memory_page_size: {small: 1, large: 5}

- name: Take the samples that a campaign has left in an InfluxDB 1
  superfluidity.nfv.template_optimise:
    influxdb:
      url: http://127.0.0.1:8086
      version: 1
      database: campaigns
      username: nfv
      password: "{{ influxdb_password }}"
      campaign: media
    parameters: [vm_ram, vm_vcpus, vnic_type, memory_page_size]
    load: users
    sla_classes:
      class_A: {latency: ['{} < 0.92'], throughput: ['{} > 180']}
    costs:
      vm_ram: {2048: 1, 4092: 2}
      vm_vcpus: {2: 1, 4: 2}
      vnic_type: {normal: 1, direct: 10}
      memory_page_size: {small: 1, large: 5}

- name: Take samples of your own from an InfluxDB 2
  superfluidity.nfv.template_optimise:
    influxdb:
      url: https://influxdb.example.org:8086
      version: 2
      org: nfv
      bucket: tests
      token: "{{ influxdb_token }}"
      query: >-
        from(bucket: "tests") |> range(start: -30d) |> filter(fn: (r) => r._measurement == "stress")
        |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
    parameters: [vm_ram, vm_vcpus, vnic_type, memory_page_size]
    load: users
    sla_classes:
      class_A: {latency: ['{} < 0.92'], throughput: ['{} > 180']}
    costs:
      vm_ram: {2048: 1, 4092: 2}
      vm_vcpus: {2: 1, 4: 2}
      vnic_type: {normal: 1, direct: 10}
      memory_page_size: {small: 1, large: 5}
"""

RETURN = r"""
templates:
  description: For each class that is reached, the values of the parameters and those of O(fixed). V(None) is best effort.
  returned: success
  type: dict
  sample:
    class_A: {vm_ram: 2048, vm_vcpus: 2, vnic_type: direct, memory_page_size: small, cpu_policy: dedicated}
    class_B: {vm_ram: 2048, vm_vcpus: 4, vnic_type: normal, memory_page_size: small, cpu_policy: dedicated}
    None: {vm_ram: 2048, vm_vcpus: 2, vnic_type: normal, memory_page_size: small, cpu_policy: dedicated}
costs:
  description: The cost of each template.
  returned: success
  type: dict
  sample: {class_A: 13, class_B: 5, None: 4}
confidence:
  description:
    - For each template the share of its configuration's samples in the window, outliers too, that meet the class. V(null) where
      the configuration was not measured.
  returned: success
  type: dict
  sample: {class_A: 0.998, class_B: 1.0, None: 1.0}
omitted:
  description: Why each class without a template has none.
  returned: success
  type: dict
rules:
  description:
    - What leads to which class. Each has the C(class), C(conditions) that hold together, the same as C(text), C(support) (the
      samples or trials that it covers), C(coverage) (their share of all), and C(confidence) (the share of them that are of the
      class).
  returned: success
  type: list
  elements: dict
  sample:
    - {class: class_B, conditions: [vm_vcpus > 2, vnic_type = normal], text: vm_vcpus > 2 and vnic_type = normal → class_B,
       support: 264, coverage: 0.25, confidence: 1.0}
tree:
  description:
    - The tree. Each node has its C(class), C(support), the C(classes) of its samples or trials, and C(confidence); a node that
      is no leaf has C(parameter) and C(branches), each of which is a node with a C(condition).
  returned: success
  type: dict
importance:
  description: The share of each parameter in what the tree tells of the class. The sum is 1, or 0 where the tree is one leaf.
  returned: success
  type: dict
  sample: {vm_ram: 0.0, vm_vcpus: 0.333333, vnic_type: 0.666667, memory_page_size: 0.0}
configurations:
  description:
    - What the configurations reach, by class, the strictest first, then by cost and values. Each has its C(configuration), the
      C(class) that the tree gives to it, its C(cost), how many C(samples) it has in the window, and for each metric of the
      classes their C(lowest), C(median) and C(highest), outliers too.
    - At most 1000. Of more the templates are there, and others at equal distances in this order; RV(counts) has the number of
      all.
  returned: success
  type: list
  elements: dict
  sample:
    - configuration: {vm_ram: 2048, vm_vcpus: 2, vnic_type: direct, memory_page_size: small}
      class: class_A
      cost: 13
      samples: 66
      metrics:
        latency: {lowest: 0.856, median: 0.871, highest: 0.891}
        throughput: {lowest: 189.6, median: 194.1, highest: 198.0}
bounds:
  description:
    - The bounds of the classes as O(class_rule) takes them, the strictest class first. Each has C(lower) and C(upper), V(null)
      where it has no such end, and both as C(text).
  returned: success
  type: dict
  sample: {class_A: {latency: {lower: null, upper: 0.92, text: "< 0.92"}}}
goals:
  description: V(minimise) or V(maximise) for each metric, as far as that is known.
  returned: success
  type: dict
  sample: {latency: minimise, throughput: maximise}
counts:
  description:
    - How many samples were C(read), C(left_out) for other fixed values, in the C(window), and C(outliers); how many C(trials)
      and C(configurations) are in the window; and what of the C(unit) is of each of the C(classes).
  returned: success
  type: dict
findings:
  description:
    - What a user of the templates should know, each with its C(kind), a C(message), and data. Ansible shows them as warnings.
    - Kinds are V(unreached) (a class without template), V(gap) (samples between the bounds of classes), V(unsure) (a template
      that meets its class less often than O(probability)), V(dearer), V(unmeasured), V(odd_value) (as 4092), V(outliers),
      V(scattered), V(low_peak), V(other_fixed_values), V(unfinished).
  returned: success
  type: list
  elements: dict
"""

from typing import Any

from ..module_utils.characterisation import experiments, optimisation, tables
from ..module_utils.characterisation.samples import Gathering
from ..module_utils.characterisation.task import task
from ..module_utils.clients.campaign import influxdb_store
from ..module_utils.clients.files import sqlite
from ..module_utils.clients.files.reader import Files
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.glue.options import INFLUXDB

QUERY = ArgumentSpec({"query": {"type": "str"}}, (("campaign", "query"),), required_one_of=(("campaign", "query"),))
SPEC = ArgumentSpec(
    {
        "samples": {"type": "list", "elements": "path"},
        "store": {"type": "path"},
        "influxdb": INFLUXDB.merge(QUERY).option(),
        "parameters": {"type": "list", "elements": "str", "required": True},
        "load": {"type": "str"},
        "window": {"type": "float"},
        "trial": {"type": "list", "elements": "str"},
        "sla_classes": {"type": "dict", "required": True},
        "class_rule": {"type": "str", "choices": ["exact", "ordered"], "default": "exact"},
        "goals": {"type": "dict", "default": {}},
        "labels": {"type": "str", "choices": ["point", "quantile", "trial"], "default": "point"},
        "probability": {"type": "float", "default": 0.99},
        "outliers": {"type": "str", "choices": ["tukey", "none"], "default": "tukey"},
        "outlier_fence": {"type": "float", "default": 3},
        "algorithm": {"type": "str", "choices": ["c45", "cart"], "default": "c45"},
        "pruning": {"type": "float", "default": 0.25},
        "candidates": {"type": "str", "choices": ["measured", "possible"], "default": "measured"},
        "costs": {"type": "dict", "required": True},
        "fixed": {"type": "dict", "default": {}},
    },
    mutually_exclusive=(("samples", "store"), ("samples", "influxdb"), ("store", "influxdb")),
    required_one_of=(("samples", "store", "influxdb"),),
    required_by={"window": ("load",)},
)


def decide(options: dict[str, Any], files: Files) -> dict[str, Any]:
    """The answer to one task: see the RETURN block above."""
    asked, unfinished = task(options), 0
    gathered = Gathering(asked.wanted)
    for path in options["samples"] or []:
        tables.read(files.text(path, strict=True), path, gathered)
    if not options["samples"]:
        path, server = options["store"], options["influxdb"]
        found, source = influxdb_store.kept(server) if server else (sqlite.tables(files.located(path), path), path)
        rows, unfinished = experiments.samples(found, options["load"], source)
        tables.add_objects(rows, source, gathered)
    return optimisation.answer(asked, gathered, unfinished)


def main() -> None:
    run_module(SPEC, lambda options: decide(options, Files()))


if __name__ == "__main__":
    main()
