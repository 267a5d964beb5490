# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's certificate and token, and the kubeconfig that tells clients about them.

Clients such as kubectl send a token over TLS only. Both are made once and kept beside the state.
"""

from __future__ import annotations

import base64
import datetime
import ipaddress
import os
import secrets
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .store import Store


def token(store: Store) -> str:
    """The bearer token; the same after every start on the same state."""
    known = store.fact("token")
    if not known:
        known = secrets.token_urlsafe(32)
        store.set_fact("token", known)
    return known


def certificate(path: Path, host: str) -> Path:
    """A file with a private key and its self-signed certificate for ``host``."""
    if not path.exists():
        write_private(path, _new_certificate(host))
    return path


def _new_certificate(host: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kubernetes-emulator")])
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host)), x509.DNSName("localhost")])
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), start, start + datetime.timedelta(days=3650)
    )
    builder = builder.add_extension(names, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed = builder.add_extension(_usage(), critical=True)
    signed = signed.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private + signed.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def write_kubeconfig(path: Path, context: str, server: str, pem: Path, bearer: str) -> None:
    authority = pem.read_bytes().partition(b"-----BEGIN CERTIFICATE-----")
    data = base64.b64encode(authority[1] + authority[2]).decode()
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": context, "cluster": {"server": server, "certificate-authority-data": data}}],
        "users": [{"name": context, "user": {"token": bearer}}],
        "contexts": [{"name": context, "context": {"cluster": context, "user": context, "namespace": "default"}}],
        "current-context": context,
    }
    write_private(path, yaml.safe_dump(content, sort_keys=False).encode())


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner may read; readers see the old file or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
    fresh.replace(path)
