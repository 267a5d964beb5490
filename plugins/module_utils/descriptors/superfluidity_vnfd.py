# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One VNFD as a function of the service model, with the links inside it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..model.deployment import BARE_METAL
from .element import Element
from .security_rules import IFA011, bind_rules, bound_rules, security_rules
from .superfluidity_metadata import Metadata
from .superfluidity_project import PLACEHOLDERS, Project, link_kind
from .superfluidity_requirements import cost, mec_services, read_scaling, with_latency
from .superfluidity_vdu import NESTED, Scope, parent_of, read_vdu, resource_type
from .traced import Traced

PROVIDER_TYPE = "OS::Neutron::ProviderNet"
NETWORK_TYPES = (PROVIDER_TYPE, "OS::Neutron::Net")
PROPERTIES = {
    "provider": {"admin_state_up", "network_type", "physical_network", "segmentation_id", "router_external", "shared"},
    "router": {"admin_state_up", "external_gateway_info"},
    "point": {"allowed_address_pairs", "floating_network"},
}
"""The properties that are used, by what they are properties of."""


@dataclass
class Function:
    """A function of the model, its inner links, and the outer names of its connection points."""

    model: dict
    links: dict[str, dict]
    aliases: dict[str, str] = field(default_factory=dict)

    def connect(self, link: str, point: str) -> None:
        self.links[link]["endpoints"].append(f"{self.model['name']}.{point}")


def read_function(project: Project, name: str, vnfd: Traced, documents: dict[str, str], site: dict) -> Function:
    scope = Scope(project, vnfd, Metadata(project, vnfd), documents)
    model = {"name": name, "site": with_latency(vnfd, _site(scope, site)), "vdus": [], "connection_points": [], "routers": []}
    function = Function(model, _inner_links(scope, name))
    for vdu in vnfd.items("vdu"):
        identifier = project.identifier(vdu, "vduId")
        if identifier is not None:
            _take_vdu(scope, function, vdu, identifier)
    _check_references(vnfd, {vdu["name"]: vdu["kind"] for vdu in model["vdus"]})
    for point in vnfd.items("vnfExtCpd"):
        _take_outer_point(scope, function, point)
    model["description"] = vnfd.text("description") or vnfd.text("vnfProductInfoDescription")
    model["security_rules"] = _security_rules(scope, function)
    model["kpis"] = read_scaling(project, vnfd, model)
    model["mec_services"] = mec_services(vnfd, scope.metadata)
    model["cost"] = cost(scope.metadata, vnfd.text("vnfdId") or "")
    model["model"] = _model(scope)
    model["services"] = [service for entry in vnfd.items("k8SServiceCpd") if (service := _service(scope, entry))]
    function.model = {key: value for key, value in model.items() if value or key == "vdus"}
    return function


def _security_rules(scope: Scope, function: Function) -> list[dict]:
    """The rules of security groups; each connection point that names some is told which."""
    notes, points = scope.project.notes, function.model["connection_points"]
    rules, left_out = security_rules(scope.vnfd.items("securityGroupRule"), "securityGroupRuleId", IFA011, notes)
    inner = [point for vdu in scope.vnfd.items("vdu") for point in vdu.items("intCpd")]
    for point in (*inner, *scope.vnfd.items("vnfExtCpd")):
        name = point.text("cpdId") or ""
        bind_rules(points, function.aliases.get(name, name), bound_rules(point, IFA011, rules, left_out, notes), point, notes)
    return rules


def _check_references(vnfd: Element, kinds: dict[str, str]) -> None:
    """Parents and exposed pods, while the file is still known; the model's checks say the rest."""
    for vdu in vnfd.items("vdu"):
        parent = parent_of(vdu)
        if parent not in (None, BARE_METAL) and parent not in kinds:
            raise vdu.error(f"the parent {parent} is not a VDU of this VNFD", "vduParent")
    for service in vnfd.items("k8SServiceCpd"):
        for pod in service.texts("exposedPod"):
            if kinds.get(pod) != NESTED["kubernetes"].kind:
                raise service.error(f"the exposed pod {pod} is not a Kubernetes VDU of this VNFD", "exposedPod")


def _site(scope: Scope, default: dict) -> dict:
    given = scope.metadata.properties("site", scope.vnfd.text("vnfdId") or "")
    if given is None:
        return dict(default)
    site: dict[str, t.Any] = {key: given.text(key) for key in ("role", "name") if key in given}
    return site | ({"instances": given.integer("instances")} if "instances" in given else {})


def _model(scope: Scope) -> dict[str, t.Any]:
    """How the metadata say that the function handles packets; its document is found by its name or its type."""
    given = scope.metadata.properties("model", scope.vnfd.text("vnfdId") or "")
    if given is None:
        return {}
    model = {key: given.child(key).value for key in given}
    if "document" in given:
        model["document"] = scope.document(given, "document", given.text("document") or "", (f".{given.text('type')}",))
    return model


def _inner_links(scope: Scope, function: str) -> dict[str, dict]:
    links = {}
    for description in scope.vnfd.items("intVirtualLinkDesc"):
        identifier = scope.project.identifier(description, "virtualLinkDescId")
        if identifier is not None:
            link = {"name": f"{function}.{identifier}", "kind": link_kind(description), "endpoints": []}
            links[identifier] = link | _range(scope, identifier)
    return links


def _range(scope: Scope, link: str) -> dict:
    """The address range that the metadata give a link."""
    given = scope.metadata.get("CPIPv4CIDR", link)
    if given is None:
        return {}
    ranges = Element({"ranges": given.value}, given.file, given.path).items("ranges")
    if len(ranges) > 1:
        scope.project.warn("ranges", f"{link} has several ranges; only the first is used", given)
    if not ranges:
        return {}
    answer = {"cidr": ranges[0].text("cidr"), "dns_nameservers": ranges[0].texts("dns_nameservers")}
    return {key: value for key, value in answer.items() if value}


def _take_vdu(scope: Scope, function: Function, vdu: Element, name: str) -> None:
    if resource_type(scope, vdu, name) == "router":
        function.model["routers"].append(_router(scope, name))
        owner = "router"
    else:
        function.model["vdus"].append(read_vdu(scope, vdu, name))
        owner = "vdu"
    points = vdu.items("intCpd")
    if owner == "vdu" and len(points) > 1 and function.model["vdus"][-1]["kind"] == NESTED["kubernetes"].kind:
        raise points[1].error("all containers of a pod share its one interface, so it has one connection point", "cpdId")
    for point in points:
        identifier = scope.project.identifier(point, "cpdId")
        if identifier is not None:
            model = {"name": identifier, owner: name} | _addresses(scope, point, identifier)
            function.model["connection_points"].append(model | _interface(function, point, owner))
            _connect(function, point, identifier)


def _interface(function: Function, point: Element, owner: str) -> dict:
    """``internalIfRef``; a pod has one interface and needs no name for it."""
    reference = point.text("internalIfRef")
    if not reference or owner == "router":
        return {}
    if function.model["vdus"][-1]["kind"] == NESTED["kubernetes"].kind:
        raise point.error("all containers of a pod share its one interface, which has no name; remove it", "internalIfRef")
    function.model["vdus"][-1].setdefault("interfaces", []).append(reference)
    return {"interface": reference}


def _connect(function: Function, point: Element, name: str) -> None:
    link = point.text("intVirtualLinkDesc")
    if link is None or link in PLACEHOLDERS:
        return
    if link not in function.links:
        raise point.error(f"there is no virtual link {link} in intVirtualLinkDesc of the VNFD", "intVirtualLinkDesc")
    function.connect(link, name)


def _router(scope: Scope, name: str) -> dict:
    properties = scope.metadata.properties("properties", name)
    answer: dict[str, t.Any] = {"name": name}
    if properties is None:
        return answer
    _warn_unused(scope, properties, "router")
    gateway = scope.metadata.inner(properties, "external_gateway_info") if "external_gateway_info" in properties else None
    if gateway is not None and "network" in gateway:
        answer["external_network"] = gateway.text("network")
    if gateway is not None and "enable_snat" in gateway:
        answer["enable_snat"] = gateway.boolean("enable_snat")
    return answer


def _addresses(scope: Scope, point: Element, name: str) -> dict:
    """What is known of the addresses of a connection point, from the standard's place and the metadata."""
    answer: dict[str, t.Any] = {}
    floating = False
    for address in point.items("addressData"):
        if "l2AddressData" in address:
            answer["mac"] = address.text("l2AddressData")
        if "l3AddressData" in address:
            floating = floating or address.child("l3AddressData").boolean("floatingIpActivated")
    fixed = scope.metadata.text("CPIPv4FixedIP", name)
    public = scope.metadata.text("CPIPv4FloatingIP", name)
    properties = scope.metadata.properties("properties", name) or Element({}, point.file, point.path)
    _warn_unused(scope, properties, "point")
    if fixed is not None:
        answer["fixed_ip"] = fixed
    if floating or public is not None:
        parts = {"network": properties.text("floating_network"), "address": public}
        answer["floating_ip"] = {key: value for key, value in parts.items() if value is not None}
    if "allowed_address_pairs" in properties:
        pair = scope.metadata.inner(properties, "allowed_address_pairs")
        answer["allowed_address_pairs"] = [{key: pair.text(key) for key in pair}]
    return answer


def _warn_unused(scope: Scope, properties: Element, kind: str) -> None:
    for key in properties:
        if key not in PROPERTIES[kind]:
            scope.project.warn(f"property {key}", f"the property {key} is not used", properties, key)


def _take_outer_point(scope: Scope, function: Function, point: Element) -> None:
    """An external connection point: another name of an inner one, or the way out of an inner link."""
    name = scope.project.identifier(point, "cpdId")
    if name is None:
        return
    inner = point.text("intCpd")
    known = {one["name"] for one in function.model["connection_points"]}
    if inner is not None and inner not in PLACEHOLDERS:
        if inner not in known:
            raise point.error(f"there is no connection point {inner} in the VDUs of the VNFD", "intCpd")
        function.aliases[name] = inner
        return
    link = point.text("intVirtualLinkDesc")
    if link not in function.links:
        raise point.error(
            f"there is no virtual link {link} in intVirtualLinkDesc of the VNFD, and no intCpd", "intVirtualLinkDesc"
        )
    function.model["connection_points"].append({"name": name, "link": function.links[link]["name"]})
    _take_provider(scope, function.links[link], point, name)


def _take_provider(scope: Scope, link: dict, point: Element, name: str) -> None:
    kind = scope.metadata.text("types", name)
    if kind is not None and kind not in NETWORK_TYPES:
        raise point.error(f"the type {kind} of {name} cannot be deployed; known are {', '.join(NETWORK_TYPES)}")
    if kind != PROVIDER_TYPE:
        return
    properties = scope.metadata.properties("properties", name)
    if properties is None or "network_type" not in properties:
        raise point.error(f"the provider network of {name} needs a network_type among its properties")
    _warn_unused(scope, properties, "provider")
    provider = {
        "network_type": properties.text("network_type"),
        "physical_network": properties.text("physical_network"),
        "segmentation_id": properties.integer("segmentation_id"),
        "shared": properties.boolean("shared") if "shared" in properties else None,
        "external": properties.boolean("router_external") if "router_external" in properties else None,
    }
    link["provider"] = {key: value for key, value in provider.items() if value is not None}


def _service(scope: Scope, entry: Element) -> dict | None:
    """A Kubernetes service that exposes pods."""
    name = scope.project.identifier(entry, "cpdId")
    if name is None:
        return None
    reference = entry.text("serviceDescriptor")
    if not reference:
        raise entry.error("a service needs a serviceDescriptor, the name of its file", "serviceDescriptor")
    descriptor = scope.document(entry, "serviceDescriptor", reference, NESTED["kubernetes"].suffixes)
    return {"name": name, "pods": entry.texts("exposedPod"), "descriptor": descriptor}
