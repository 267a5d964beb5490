# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs in a package for Open Source MANO, as text: they run in OSM's charms and execution environments, not here.

``@NAME@`` is the VNF, ``@OFFLOAD@`` whether its traffic is offloaded at the edge. A command of the configuration that is empty
is not run.
"""

from __future__ import annotations

DISPATCH = """#!/bin/sh
JUJU_DISPATCH_PATH="${JUJU_DISPATCH_PATH:-$0}" PYTHONPATH=lib:venv exec ./src/charm.py
"""

CHARM = '''#!/usr/bin/env python3
"""Starts and stops the VNF @NAME@."""

import sys

sys.path.append("lib")

from charms.osm.sshproxy import SSHProxy, SSHProxyCharm
from ops.main import main

OFFLOAD = @OFFLOAD@


class VnfCharm(SSHProxyCharm):
    """The actions start and stop, over SSH."""

    def __init__(self, *args):
        super().__init__(*args)
        self.framework.observe(self.on.start_action, self.on_start_action)
        self.framework.observe(self.on.stop_action, self.on_stop_action)

    def on_start_action(self, event):
        self.in_turn(event, self.start_application, self.add_offload)

    def on_stop_action(self, event):
        self.in_turn(event, self.remove_offload, self.stop_application)

    def in_turn(self, event, *steps):
        """Each step after the one before; the first that fails ends the action."""
        if not self.unit.is_leader():
            event.fail("only the leader starts and stops the VNF")
            return
        output = []
        for step in steps:
            try:
                output.append(step())
            except Exception as wrong:
                event.fail("%s: %s" % (step.__name__, wrong))
                return
        event.set_results({"output": "; ".join(one for one in output if one)})

    def start_application(self):
        return self.run(self.get_ssh_proxy(), "start-command")

    def stop_application(self):
        return self.run(self.get_ssh_proxy(), "stop-command")

    def add_offload(self):
        """Have the traffic for the application sent to it."""
        return self.run(self.tof(), "tof-start-command") if OFFLOAD else ""

    def remove_offload(self):
        return self.run(self.tof(), "tof-stop-command") if OFFLOAD else ""

    def tof(self):
        return SSHProxy(hostname=self.config["tof-hostname"], username=self.config["tof-username"])

    def run(self, proxy, key):
        command = self.config[key].replace("{address}", self.config["ssh-hostname"])
        if not command:
            return ""
        output, error = proxy.run(command)
        if error:
            raise RuntimeError(error)
        return output


if __name__ == "__main__":
    main(VnfCharm)
'''

REACTIVE = '''"""Starts and stops the VNF @NAME@."""

import subprocess

import charms.sshproxy
from charmhelpers.core.hookenv import action_fail, action_set, config
from charms.reactive import clear_flag, set_flag, when, when_not

OFFLOAD = @OFFLOAD@


@when("sshproxy.configured")
@when_not("vnf.installed")
def install():
    set_flag("vnf.installed")


@when("actions.start")
def start():
    """Start the application, then have its traffic sent to it."""
    in_turn("actions.start", [(application, "start-command"), (offload, "tof-start-command")])


@when("actions.stop")
def stop():
    in_turn("actions.stop", [(offload, "tof-stop-command"), (application, "stop-command")])


def in_turn(flag, steps):
    """Each step after the one before; the first that fails ends the action."""
    output = []
    try:
        for run, key in steps:
            output.append(run(key))
        action_set({"output": "; ".join(one for one in output if one)})
    except Exception as wrong:
        action_fail("%s: %s" % (key, wrong))
    finally:
        clear_flag(flag)


def command_of(key):
    return (config(key) or "").replace("{address}", config("ssh-hostname") or "")


def application(key):
    command = command_of(key)
    return charms.sshproxy._run(command)[0] if command else ""


def offload(key):
    """Run the command at the function that offloads traffic."""
    command = command_of(key) if OFFLOAD else ""
    if not command:
        return ""
    there = "%s@%s" % (config("tof-username"), config("tof-hostname"))
    return subprocess.check_output(["ssh", "-o", "StrictHostKeyChecking=accept-new", there, command]).decode()
'''

SCRIPT = '''#!/usr/bin/env python3
"""Runs the handlers of an action; its name is that of this file."""

import os
import sys

sys.path.append("lib")

from charms.reactive import main, set_flag

set_flag("actions." + os.path.basename(__file__))
main()
'''

ENVIRONMENT = '''"""The primitives of the VNF @NAME@, as OSM's execution environment calls them."""

import asyncio

OFFLOAD = @OFFLOAD@


class VnfEE:
    """Each primitive yields its state and a sentence: OK, PROCESSING or ERROR."""

    def __init__(self, config_params):
        self.config_params = dict(config_params)

    async def config(self, id, params):
        self.config_params.update(params)
        yield "OK", "configured"

    async def start(self, id, params):
        """Start the application, then have its traffic sent to it."""
        async for state in self.in_turn([("ssh", "start-command"), ("tof", "tof-start-command")]):
            yield state

    async def stop(self, id, params):
        async for state in self.in_turn([("tof", "tof-stop-command"), ("ssh", "stop-command")]):
            yield state

    async def in_turn(self, steps):
        """Each step after the one before; the first that fails ends the primitive."""
        for where, key in steps:
            command = self.config_params.get(key, "").replace("{address}", self.config_params.get("ssh-hostname", ""))
            if not command or (where == "tof" and not OFFLOAD):
                continue
            there = "%s@%s" % (self.config_params.get(where + "-username"), self.config_params.get(where + "-hostname"))
            run = await asyncio.create_subprocess_exec("ssh", there, command, stderr=asyncio.subprocess.PIPE)
            _output, error = await run.communicate()
            if run.returncode:
                yield "ERROR", "%s: %s" % (key, error.decode(errors="replace").strip())
                return
        yield "OK", "done"
'''
