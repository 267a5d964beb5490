# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the Kubernetes API emulator: one process, one state file, one kubeconfig."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from kubernetes_emulator import controllers, credentials
from kubernetes_emulator.api import Api
from kubernetes_emulator.cluster import Cluster
from kubernetes_emulator.controllers import nodes, nova
from kubernetes_emulator.server import Server
from kubernetes_emulator.store import Store

NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
API_SERVICE = {
    "metadata": {"name": "kubernetes", "namespace": "default", "labels": {"component": "apiserver", "provider": "kubernetes"}},
    "spec": {
        "type": "ClusterIP",
        "sessionAffinity": "None",
        "internalTrafficPolicy": "Cluster",
        "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
    },
}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kubernetes", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, required=True, help="port to listen on; 0 takes a free one")
    parser.add_argument("--state", type=Path, required=True, help="file that keeps the objects")
    parser.add_argument("--kubeconfig", type=Path, required=True, help="kubeconfig to write")
    parser.add_argument("--context", required=True, help="name of the context in the kubeconfig")
    parser.add_argument("--node", action="append", default=[], metavar="NAME", help="a node of the start")
    parser.add_argument("--clouds-file", help="clouds.yaml of the cloud whose servers become nodes")
    parser.add_argument("--cloud", help="name of that cloud")
    parser.add_argument("--verbose", action="store_true", help="log every request")
    chosen = parser.parse_args()
    if bool(chosen.clouds_file) != bool(chosen.cloud):
        parser.error("--clouds-file and --cloud belong together: give both or neither.")
    return chosen


def furnish(cluster: Cluster, names: list[str]) -> None:
    """What a new cluster has from the start."""
    with cluster.store.transaction():
        for name in NAMESPACES:
            if not cluster.get("/namespaces", "", name):
                cluster.create("/namespaces", {"metadata": {"name": name}})
        if not cluster.get("/services", "default", "kubernetes"):
            cluster.create("/services", API_SERVICE)
        nodes.keep(cluster, "option", {name: {} for name in names})


def main() -> None:
    chosen = options()
    level = logging.DEBUG if chosen.verbose else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    chosen.state.parent.mkdir(parents=True, exist_ok=True)
    store = Store(chosen.state)
    cluster = Cluster(store)
    token = credentials.token(store)
    pem = credentials.certificate(chosen.state.with_name(chosen.state.name + ".pem"), chosen.host)
    try:
        server = Server((chosen.host, chosen.port), Api(cluster), token, pem)
    except OSError as error:
        sys.exit(
            f"The Kubernetes emulator cannot listen on {chosen.host}:{chosen.port} ({error.strerror}): "
            "end what uses that port or choose another."
        )
    furnish(cluster, chosen.node)
    address = f"https://{chosen.host}:{server.server_address[1]}"
    credentials.write_kubeconfig(chosen.kubeconfig, chosen.context, address, pem, token)
    stop = threading.Event()
    threading.Thread(target=controllers.run, args=(cluster, stop), daemon=True).start()
    if chosen.cloud:
        follow = (cluster, chosen.clouds_file, chosen.cloud, stop)
        threading.Thread(target=nova.follow, args=follow, daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))  # every acknowledged write is on the disk already
    logging.info("listening on %s", address)
    server.serve_forever()


if __name__ == "__main__":
    main()
