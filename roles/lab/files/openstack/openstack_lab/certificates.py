# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The certificate authority that Octavia signs its amphorae's certificates with."""

from __future__ import annotations

import datetime
from pathlib import Path

from supervisor.files import write_atomic

DAYS = 3650


def certificate(folder: Path) -> Path:
    return folder / "authority.pem"


def private_key(folder: Path) -> Path:
    return folder / "authority.key"


def create(folder: Path) -> bool:
    """Make the authority unless it is there; the certificate is written last and so stands for both files."""
    if certificate(folder).exists():
        return False
    # Comes with Keystone; only a lab with this profile has a use for it.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "superfluidity.nfv lab")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    form = serialization.PrivateFormat.TraditionalOpenSSL
    write_atomic(private_key(folder), key.private_bytes(pem, form, serialization.NoEncryption()).decode())
    write_atomic(certificate(folder), signed.public_bytes(pem).decode())
    return True
