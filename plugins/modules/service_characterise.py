#!/usr/bin/python
# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a service performs in each configuration: deployed, stressed and measured."""

from __future__ import annotations

DOCUMENTATION = r"""
module: service_characterise
short_description: Measure how a service performs in each of its configurations
version_added: "0.1.0"
description:
  - Takes a campaign with its three sections - service definition, experiment, methodology - and carries its experiments out. In
    each a configuration of the service is deployed, noisy neighbours are started, it is stressed, it is measured together with
    the machine, and it is terminated.
  - What was deployed is always terminated, also where an experiment fails or the campaign is interrupted. What a run that was
    killed has left is removed by the next.
  - Experiments that are finished are in the store, and a campaign that is started again goes on with the others.
  - Says on the screen how many experiments are done, when the end is expected, and which configuration is measured.
  - M(superfluidity.nfv.template_optimise) reads the store.
extends_documentation_fragment:
  - superfluidity.nfv.attributes
  - superfluidity.nfv.influxdb
requirements:
  - openstacksdk >= 4.0 for O(service_definition.deployer=heat)
  - kubernetes >= 29.0 for O(service_definition.deployer=kubernetes)
attributes:
  platform:
    description: Deployment as C(process) needs control groups and network namespaces.
    platforms: linux
  check_mode:
    description: Checks everything that can be checked before the first experiment, tells how many are left, and runs none.
    support: full
  diff_mode:
    description: The screen shows what happens.
    support: none
  idempotent:
    description: A campaign whose experiments are all in the store runs none.
    support: full
  action:
    description: Runs in process on the controller, so that it can say what happens while it happens.
    support: full
options:
  campaign:
    description:
      - A YAML file with O(service_definition), O(experiment) and O(methodology), in place of these. Their entries may also
        stand side by side, without the names of the sections.
    type: path
  service_definition:
    description: The service, and what varies.
    type: dict
    suboptions:
      service_id:
        description:
          - The service definition, as a file beside that of the campaign or near the playbook, or itself. The documentation on
            characterisation has its form.
          - With O(service_definition.deployer=osm) what does not end in C(.yml), C(.yaml) or C(.json) is the name of an NSD.
        type: raw
        required: true
      deployer:
        description:
          - What deploys the service. V(process) makes it a process of this machine under real limits, and needs root.
            V(command) runs the commands that the service definition names.
          - V(heat) makes a stack of a template of Heat (HOT) for each experiment, with the configuration as its parameters.
            V(kubernetes) makes what manifests say, in a namespace of its own. V(osm) instantiates an NSD of OSM's catalogue.
            Each takes its options from the section of its name. Its service runs elsewhere, and this machine measures itself
            as C(controller_cpu) and so on.
        type: str
        choices: [process, command, heat, kubernetes, osm]
        default: process
      deployment_parameters:
        description:
          - The parameters of the service definition. A list has the values that are compared; what is no list is the same in
            all configurations.
        type: dict
        required: true
      heat:
        description: The cloud of O(service_definition.deployer=heat), and what its stacks tell.
        type: dict
        suboptions:
          cloud:
            description: The name of a cloud in C(clouds.yaml), or its settings as a dictionary.
            type: raw
          clouds_file:
            description: The C(clouds.yaml) to read; without it the places that openstacksdk looks in.
            type: path
          auth:
            description: The authentication settings, such as C(auth_url), C(username), C(password) and C(project_name).
            type: dict
          auth_type:
            description: The authentication plugin, such as V(password) or V(v3applicationcredential).
            type: str
          region_name:
            description: The region.
            type: str
          validate_certs:
            description: Whether certificates are checked. They are unless this or the cloud's settings say otherwise.
            type: bool
          ca_cert:
            description: The file of certificate authorities to check against.
            type: path
          client_cert:
            description: The certificate to show.
            type: path
          client_key:
            description: The key of O(service_definition.heat.client_cert).
            type: path
          interface:
            description: The kind of endpoint to use.
            type: str
            choices: [admin, internal, public]
          api_timeout:
            description: Seconds to wait for one answer of an API; 60 where nothing is said.
            type: int
          output:
            description: The output of the template that tells the address of the service.
            type: str
            default: address
          port:
            description: The TCP port of the service.
            type: int
            default: 80
          timeout:
            description: Seconds that a stack may take to be made, and to be deleted.
            type: int
            default: 600
          ready_timeout:
            description:
              - Seconds within which this machine must reach the port once all is deployed; V(0) does not try, as where only
                another host reaches it.
            type: float
            default: 60
      kubernetes:
        description: The cluster of O(service_definition.deployer=kubernetes), and the Service that is stressed.
        type: dict
        suboptions:
          kubeconfig:
            description: The path of a kubeconfig file, or its content as a dictionary; without it the client's own default.
            type: raw
          context:
            description: The context in it.
            type: str
          host:
            description: The address of the API server, where no kubeconfig is used.
            type: str
          api_key:
            description: The bearer token for O(service_definition.kubernetes.host).
            type: str
          validate_certs:
            description: Whether certificates are checked. They are unless this or the kubeconfig says otherwise.
            type: bool
          ca_cert:
            description: The file of certificate authorities to check against.
            type: path
          service:
            description:
              - The Service of the manifests that is stressed. Its address is that of its load balancer or an external one; with
                type NodePort that of a node; else that within the cluster.
            type: str
            required: true
          port:
            description: The number or the name of the Service's port; the first where nothing is said.
            type: str
          timeout:
            description: Seconds within which all that runs must be ready, and the namespace must be deleted.
            type: int
            default: 600
          ready_timeout:
            description: Seconds within which this machine must reach the port once all is deployed; V(0) does not try.
            type: float
            default: 60
      osm:
        description: Open Source MANO for O(service_definition.deployer=osm), by its northbound interface (SOL005).
        type: dict
        suboptions:
          url:
            description: Where its northbound interface is, such as C(https://osm.example.com:9999/osm).
            type: str
            required: true
          user:
            description: The user.
            type: str
            default: admin
          password:
            description: The password.
            type: str
            required: true
          project:
            description: The project.
            type: str
            default: admin
          vim_account:
            description: The name or the id of the VIM account on which network services are instantiated.
            type: str
            required: true
          vnf:
            description: The member index of the VNF that tells the address, where several have one.
            type: str
          port:
            description: The TCP port of the service.
            type: int
            default: 80
          validate_certs:
            description: Whether certificates are checked.
            type: bool
            default: true
          ca_cert:
            description: The file of certificate authorities to check against.
            type: path
          api_timeout:
            description: Seconds to wait for one answer.
            type: int
            default: 30
          timeout:
            description: Seconds that an instantiation may take, and a termination.
            type: int
            default: 600
          ready_timeout:
            description: Seconds within which this machine must reach the port once all is deployed; V(0) does not try.
            type: float
            default: 60
  experiment:
    description: What is done with each configuration.
    type: dict
    suboptions:
      instance_name:
        description: The name of the campaign on this machine, by which what was left by a killed run is found.
        type: str
        required: true
      use_case:
        description: How the service is stressed.
        type: dict
        required: true
        suboptions:
          name:
            description:
              - V(wrk) sends HTTP requests, V(iperf3) streams of TCP or UDP. V(rfc2544) finds with iperf3 the highest rate of
                UDP that is held for a whole trial.
              - V(command) takes the samples that a command prints as CSV while it runs. V(hammer) starts the generator Hammer
                on a host of its own over SSH, and fetches its results.
            type: str
            choices: [wrk, iperf3, rfc2544, command, hammer]
            required: true
          parameters:
            description:
              - For V(wrk) and V(iperf3) the ramp of users by C(step_deltas), C(step_periods) in seconds and
                C(step_repetitions), lists with a number for each phase.
              - V(wrk) also has C(path), C(threads) and C(timeout); V(iperf3) C(protocol), C(rate) in Mbit/s of each stream and
                C(length) of datagrams.
              - V(rfc2544) has C(lowest), C(highest) and C(precision) in Mbit/s, C(duration) of a trial, C(loss) as a share, and
                C(length).
              - V(command) and V(hammer) have C(command), a list of words in which C({address}) and C({port}) stand for those
                of the service; C(metrics), a list of columns of the CSV or a mapping from metric to column; and the columns
                C(users) and C(time). V(command) has C(timeout) in seconds.
              - V(hammer) has the ramp; C(profile), a text that is written to C({profile}) on the host; C(results), the path of
                the CSV there; and C(profile_name), C(nic), C(vlan_id_1) and C(vlan_id_2), which may stand in braces too.
              - All can be run on another C(host) over SSH, with C(user), C(port), C(private_key), C(known_hosts),
                C(ssh_config) and C(check_host_key); V(hammer) must. Host keys are checked unless C(check_host_key) is false.
            type: dict
            default: {}
      noisy_neighbours:
        description:
          - Load on the machine during the stress, by stress-ng. Each has C(type) (C(cpu), C(memory) or C(network)) and
            C(workers); C(cpu) has C(load) in per cent, C(memory) has C(memory) of each worker in MiB.
          - All together have at most 32 workers for each processor of the machine, and less memory than it has.
        type: list
        elements: dict
        default: []
      warm_up:
        description: Seconds between deployment and stress.
        type: float
        default: 0
      prometheus:
        description: A Prometheus that is asked at each sample for what else may explain a service level.
        type: dict
        suboptions:
          url:
            description: Its address, as V(http://127.0.0.1:9090).
            type: str
            required: true
          queries:
            description:
              - By the name of its column, a query in PromQL that gives one number.
              - For what is counted take a rate over a few scrapes.
            type: dict
            required: true
          username:
            description: Who asks, where it wants to know.
            type: str
          password:
            description: The password of that user.
            type: str
          token:
            description: A bearer token in place of user and password.
            type: str
          validate_certs:
            description: Whether its certificate is checked.
            type: bool
            default: true
          ca_cert:
            description: Certificates of the authorities to trust.
            type: path
          timeout:
            description: Seconds that an answer may take.
            type: float
            default: 5
  methodology:
    description: How experiments are chosen, and what becomes of them.
    type: dict
    suboptions:
      iterations:
        description: How often each configuration is measured. A campaign may be given more later.
        type: int
        default: 3
      design:
        description:
          - V(full) measures all permutations. V(latin_hypercube) measures O(methodology.experiments) of them, in which every
            value of a parameter comes equally often.
          - V(adaptive) makes O(methodology.experiments) experiments in all. Each is of the configuration that is expected to
            tell most, by what was measured before; none is measured more often than O(methodology.iterations).
        type: str
        choices: [full, latin_hypercube, adaptive]
        default: full
      experiments:
        description:
          - How many configurations O(methodology.design=latin_hypercube) measures, or how many experiments
            O(methodology.design=adaptive) makes.
        type: int
      seed:
        description: Decides the order of the experiments, and the Latin hypercube.
        type: int
        default: 0
      max_failures:
        description: As many experiments that fail one after the other end the campaign.
        type: int
        default: 3
      action:
        description:
          - What the campaign is for. C(type) is C(template_optimization) or C(kpi_mapping); C(parameters) are the options of
            M(superfluidity.nfv.template_optimise), or C(slos) with the metrics to explain.
        type: dict
        default: {}
  store:
    description: The SQLite file for experiments and samples. It is made where it is not there.
    type: path
  state:
    description: V(measured) carries the campaign out; V(terminated) only removes what a run that was killed has left running.
    type: str
    choices: [measured, terminated]
    default: measured
author:
  - The superfluidity.nfv authors (@superfluidity)
"""

EXAMPLES = r"""
- name: Measure a web server with half a processor and a whole one
  superfluidity.nfv.service_characterise:
    service_definition:
      service_id:
        command: [python3, -m, http.server, "8080"]
        ready: {port: 8080}
        limits: {cpus: {get_param: cpus}}
      deployment_parameters: {cpus: [0.5, 1]}
    experiment:
      instance_name: web
      use_case: {name: wrk, parameters: {step_deltas: [5], step_periods: [1], step_repetitions: [2]}}
    methodology:
      iterations: 2
      action: {type: kpi_mapping, parameters: {slos: [throughput, latency]}}
    store: web.sqlite

- name: Carry out a campaign that stands in a file
  superfluidity.nfv.service_characterise:
    campaign: characterisation/campaign.yml
    store: campaign.sqlite

- name: Keep it in an InfluxDB 1 instead
  superfluidity.nfv.service_characterise:
    campaign: characterisation/campaign.yml
    influxdb:
      url: http://127.0.0.1:8086
      version: 1
      database: campaigns
      username: nfv
      password: "{{ influxdb_password }}"

- name: Measure a stack of Heat with a command that prints samples
  superfluidity.nfv.service_characterise:
    service_definition:
      service_id: templates/origin.yaml
      deployer: heat
      heat: {cloud: edge-1, output: address, port: 80}
      deployment_parameters: {flavor: [small, large], vnic_type: [normal, direct]}
    experiment:
      instance_name: origin
      use_case:
        name: command
        parameters: {command: [./load.sh, "{address}", "{port}"], metrics: [latency, throughput]}
    methodology: {iterations: 3}
    store: origin.sqlite
"""

RETURN = r"""
experiments:
  description:
    - How many experiments are C(planned) and C(finished), and how many of this run (C(run)) ended well and how many C(failed).
  returned: O(state=measured)
  type: dict
  sample: {planned: 48, finished: 48, failed: 0, run: 12}
seconds:
  description: What all finished experiments took together, those of earlier runs too; 0 in check mode.
  returned: O(state=measured)
  type: float
  sample: 206.4
failures:
  description: Each experiment that failed in this run, with the reason.
  returned: O(state=measured)
  type: list
  elements: str
store:
  description: The path of the store, or which server, database and campaign it is.
  returned: O(state=measured)
  type: str
kpi_mapping:
  description:
    - For each service level the metrics of the host and the service, the strongest first. C(strength) is the share of the
      service level that the metric tells (0 to 1), C(correlation) is Spearman's (-1 to 1), C(probability) that of as much by
      chance, and C(significant) whether that is 0.05 at the most.
    - Empty where there are fewer than eight experiments, and in check mode.
  returned: O(state=measured)
  type: dict
  sample: {latency: [{metric: service_throttled, strength: 0.71, correlation: 0.94, probability: 0.015, significant: true}]}
template_optimise:
  description:
    - The options of M(superfluidity.nfv.template_optimise) for this campaign; empty where its action is another.
    - They have neither O(influxdb.password) nor O(influxdb.token).
  returned: O(state=measured)
  type: dict
"""

from typing import Any

from ..module_utils.core.errors import InputError
from ..module_utils.glue.argspec import ArgumentSpec
from ..module_utils.glue.boundary import run_module
from ..module_utils.glue.campaign_options import DEPLOYER_SECTIONS, PROMETHEUS
from ..module_utils.glue.options import INFLUXDB

SERVICE = {
    "service_id": {"type": "raw", "required": True},
    "deployer": {"type": "str", "choices": ["process", "command", "heat", "kubernetes", "osm"], "default": "process"},
    "deployment_parameters": {"type": "dict", "required": True},
    **{name: {"type": "dict", "options": spec.argument_spec} for name, spec in DEPLOYER_SECTIONS.items()},
}
USE_CASE = {
    "name": {"type": "str", "choices": ["wrk", "iperf3", "rfc2544", "command", "hammer"], "required": True},
    "parameters": {"type": "dict", "default": {}},
}
EXPERIMENT = {
    "instance_name": {"type": "str", "required": True},
    "use_case": {"type": "dict", "required": True, "options": USE_CASE},
    "noisy_neighbours": {"type": "list", "elements": "dict", "default": []},
    "warm_up": {"type": "float", "default": 0},
    "prometheus": {"type": "dict", "options": PROMETHEUS},
}
METHODOLOGY = {
    "iterations": {"type": "int", "default": 3},
    "design": {"type": "str", "choices": ["full", "latin_hypercube", "adaptive"], "default": "full"},
    "experiments": {"type": "int"},
    "seed": {"type": "int", "default": 0},
    "max_failures": {"type": "int", "default": 3},
    "action": {"type": "dict", "default": {}},
}
NAMES = {"service_definition": SERVICE, "experiment": EXPERIMENT, "methodology": METHODOLOGY}
SECTIONS = ArgumentSpec({name: {"type": "dict", "required": True, "options": options} for name, options in NAMES.items()})
SPEC = ArgumentSpec(
    {
        "campaign": {"type": "path"},
        **{name: {"type": "dict", "options": options} for name, options in NAMES.items()},
        "store": {"type": "path"},
        "influxdb": INFLUXDB.option(),
        "state": {"type": "str", "choices": ["measured", "terminated"], "default": "measured"},
    },
    mutually_exclusive=(*(("campaign", name) for name in NAMES), ("store", "influxdb")),
    required_one_of=(("campaign", "service_definition"), ("store", "influxdb")),
    required_together=(("service_definition", "experiment", "methodology"),),
)


def refuse(_options: dict[str, Any]) -> dict[str, Any]:
    message = "runs in the process of the playbook only: call it by its full name, superfluidity.nfv.service_characterise"
    raise InputError(f"service_characterise {message}")


def main() -> None:
    run_module(SPEC, refuse)


if __name__ == "__main__":
    main()
