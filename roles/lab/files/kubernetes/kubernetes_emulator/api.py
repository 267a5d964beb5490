# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verbs: what a request on an object, a collection or a subresource does to the cluster."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from . import errors, ownership, pages, patches, scale, selectors, validation, watch
from .cluster import Cluster, is_deleting
from .errors import StatusError
from .request import APPLY, TRUE, Request
from .resources import Resource

Object = dict[str, Any]
ANSWERED_WITH_OBJECT = {
    "/pods",
    "/services",
    "/serviceaccounts",
    "/persistentvolumeclaims",
    "/persistentvolumes",
    "/podtemplates",
    "/resourcequotas",
    "storage.k8s.io/storageclasses",
}


class Api:
    def __init__(self, cluster: Cluster):
        self.cluster = cluster
        self.store = cluster.store

    # --- reading ---------------------------------------------------------------------------------

    def get(self, request: Request) -> Object:
        return self._view(request, self._live(request))

    def _live(self, request: Request) -> Object:
        obj = self.store.get(request.resource.key, request.namespace, request.name)
        if obj is None:
            raise errors.not_found(request.resource, request.name)
        return _versioned(obj, request.resource)

    def selection(self, request: Request) -> Callable[[Object], bool]:
        """The objects that a request on a collection means."""
        try:
            labels = selectors.parse(request.query.get("labelSelector", ""))
            fields = selectors.parse_fields(request.query.get("fieldSelector", ""), request.resource.fields)
        except ValueError as error:
            raise StatusError(400, str(error)) from error

        def selects(obj: Object) -> bool:
            meta = obj["metadata"]
            inside = not request.namespace or meta.get("namespace") == request.namespace
            named = not request.name or meta["name"] == request.name
            return (
                inside and named and selectors.matches(labels, meta.get("labels", {})) and selectors.matches_fields(fields, obj)
            )

        return selects

    def list(self, request: Request) -> Object:
        selects = self.selection(request)
        with self.store.lock:
            revision = self.store.revision
            found = [one for one in self.store.list(request.resource.key, request.namespace) if selects(one)]
        meta: Object = {"resourceVersion": str(revision)}
        if "continue" in request.query:
            revision, after = pages.read(request.query["continue"])
            found = [one for one in found if [one["metadata"].get("namespace", ""), one["metadata"]["name"]] > after]
            meta["resourceVersion"] = str(revision)
        limit = request.number("limit") or 0
        if 0 < limit < len(found):
            meta |= {"continue": pages.token_after(revision, found[limit - 1]), "remainingItemCount": len(found) - limit}
            found = found[:limit]
        items = [_versioned(one, request.resource) for one in found]
        kind = f"{request.resource.kind}List"
        return {"kind": kind, "apiVersion": request.resource.api_version, "metadata": meta, "items": items}

    def watch(self, request: Request, alive: Callable[[], bool]) -> Iterator[Object | None]:
        initial = request.asks("sendInitialEvents")
        revision = None if initial else request.number("resourceVersion") or None  # 0 means any: what is there first
        seconds = request.number("timeoutSeconds")
        bookmarks = request.asks("allowWatchBookmarks")
        lines = watch.stream(
            self.store,
            request.resource.key,
            self.selection(request),
            revision,
            seconds,
            alive,
            bookmarks,
            initial and bookmarks,
        )
        return (_versioned_line(line, request.resource) for line in lines)

    # --- writing ---------------------------------------------------------------------------------

    def create(self, request: Request) -> Object:
        resource, obj = request.resource, self._body(request)
        meta = obj["metadata"]
        if meta.get("resourceVersion"):
            raise StatusError(400, "resourceVersion should not be set on objects to be created")
        if not meta.get("name") and not meta.get("generateName"):
            missing = errors.cause("metadata.name", "Required value: name or generateName is required", "FieldValueRequired")
            raise errors.invalid(resource, "", [missing])
        self._require_namespace(request)
        obj = self._complete(request, obj)
        validation.check({key: value for key, value in obj.items() if key != "status"}, resource)
        with self.store.transaction():
            stamped = self.cluster.stamp(resource, obj)
            name = stamped["metadata"]["name"]
            validation.check_rules(stamped, resource)
            if self.store.get(resource.key, request.namespace, name):
                raise errors.already_exists(resource, name)
            if not stamped["metadata"].get("managedFields"):
                stamped = ownership.track({}, stamped, resource.schema, request.manager, "")
            return stamped if request.dry_run else self.store.put(resource.key, stamped)

    def _body(self, request: Request) -> Object:
        """The object that a client sent, placed where the request says."""
        obj, resource = request.body, request.resource
        if not isinstance(obj, dict) or not isinstance(obj.get("metadata") or {}, dict):
            raise StatusError(400, f"the body is no {resource.kind}")
        kind, version = obj.get("kind", resource.kind), obj.get("apiVersion", resource.api_version)
        if (kind, version) != (resource.kind, resource.api_version):
            raise StatusError(
                400,
                f"the object in the body ({kind}, {version}) does not match the expected "
                f"({resource.kind}, {resource.api_version})",
            )
        meta = dict(obj.get("metadata") or {})
        if meta.get("namespace", request.namespace) != request.namespace:
            raise StatusError(
                400,
                f"the namespace of the provided object ({meta['namespace']}) does not match the "
                f"namespace sent on the request ({request.namespace})",
            )
        if request.namespace:
            meta["namespace"] = request.namespace
        return {**obj, "apiVersion": version, "kind": kind, "metadata": meta}

    def _require_namespace(self, request: Request) -> None:
        if not request.namespace:
            return
        namespaces = self.cluster.resources.find("", "v1", "namespaces")
        found = self.store.get("/namespaces", "", request.namespace)
        if found is None:
            raise errors.not_found(namespaces, request.namespace)
        if is_deleting(found):
            message = f"unable to create new content in namespace {request.namespace} because it is being terminated"
            causes = [errors.cause("metadata.namespace", message, "NamespaceTerminating")]
            raise StatusError(403, message, details={"causes": causes})

    def _complete(self, request: Request, obj: Object) -> Object:
        """With defaults, without unknown fields: these are refused, warned about or ignored, as asked."""
        obj, unknown = validation.normalise(obj, request.resource)
        found = [f'unknown field "{path}"' for path in unknown]
        mode = request.query.get("fieldValidation", "Warn")
        if found and mode == "Strict":
            kind, version = request.resource.kind, request.resource.version
            raise StatusError(
                400, f'{kind} in version "{version}" cannot be handled as a {kind}: strict decoding error: {", ".join(found)}'
            )
        request.warnings += found if mode == "Warn" else []
        return obj

    def update(self, request: Request) -> Object:
        if request.subresource == "scale":
            obj = request.body if isinstance(request.body, dict) else {}
        else:
            obj = self._body(request)
        name = (obj.get("metadata") or {}).get("name", request.name)
        if name != request.name:
            message = f"the name of the object ({name}) does not match the name on the URL ({request.name})"
            raise StatusError(400, message)
        with self.store.transaction():
            return self._replace(request, self._live(request), obj)

    def patch(self, request: Request) -> Object:
        if request.content_type == APPLY:
            return self._apply(request)
        kind = patches.BY_CONTENT_TYPE.get(request.content_type)
        if kind is None or (kind is patches.strategic_merge_patch and request.resource.custom):
            allowed = [one for one in patches.BY_CONTENT_TYPE if not request.resource.custom or "strategic" not in one]
            raise StatusError(
                415,
                f"the body of the request was in an unknown format - accepted media types "
                f"include: {', '.join([*allowed, APPLY])}",
            )
        with self.store.transaction():
            live = self._live(request)
            view = self._view(request, live)
            schema = {} if request.subresource == "scale" else request.resource.schema
            patched = kind(view, request.body, schema)
            if not isinstance(patched, dict) or not isinstance(patched.get("metadata"), dict):
                raise StatusError(400, f"the patch leaves no {request.resource.kind}")
            return self._replace(request, live, patched)

    def _apply(self, request: Request) -> Object:
        if "fieldManager" not in request.query:
            raise StatusError(
                400, "PatchOptions.meta.k8s.io is invalid: fieldManager: Required value: is required for apply patch"
            )
        wanted = self._body(request)
        wanted["metadata"] = {**wanted["metadata"], "name": request.name}
        if wanted["metadata"].pop("managedFields", None):
            raise StatusError(400, "metadata.managedFields must be nil")
        with self.store.transaction():
            live = self.store.get(request.resource.key, request.namespace, request.name)
            base = json.loads(json.dumps(_versioned(live, request.resource))) if live else {"metadata": {}}
            merged = ownership.apply(base, wanted, request.resource.schema, request.manager, request.asks("force"))
            if live is None:
                request.body = merged
                return self.create(request)
            return self._replace(request, live, merged, applied=True)

    def _replace(self, request: Request, live: Object, new: Object, applied: bool = False) -> Object:
        resource, live = request.resource, _versioned(live, request.resource)
        self._check_version(request, live, new)
        if request.subresource == "scale":
            new = scale.scaled(live, new, resource)
        new = self._complete(request, {**new, "apiVersion": live["apiVersion"], "kind": live["kind"]})
        new["metadata"] |= {key: live["metadata"][key] for key in ("name", "namespace") if key in live["metadata"]}
        validation.check(new, resource)
        ready = self.cluster.prepare_update(resource, live, new, request.subresource == "status")
        validation.check_rules(ready, resource)
        if not is_deleting(live):
            validation.check_update(live, ready, resource)
        if not applied:
            ready = ownership.track(live, ready, resource.schema, request.manager, request.subresource)
        stored = ready if request.dry_run else self.cluster.update(resource.key, live, ready)
        return self._view(request, stored)

    @staticmethod
    def _check_version(request: Request, live: Object, new: Object) -> None:
        meta = new.get("metadata", {})
        if meta.get("resourceVersion", live["metadata"]["resourceVersion"]) != live["metadata"]["resourceVersion"]:
            raise errors.conflict(
                request.resource,
                request.name,
                "the object has been modified; please apply your changes to the latest version and try again",
            )
        if meta.get("uid", live["metadata"]["uid"]) != live["metadata"]["uid"]:
            raise errors.conflict(
                request.resource,
                request.name,
                f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: {live['metadata']['uid']}",
            )

    def _view(self, request: Request, obj: Object) -> Object:
        return scale.view(obj, request.resource) if request.subresource == "scale" else obj

    # --- deleting --------------------------------------------------------------------------------

    def delete(self, request: Request) -> Object:
        with self.store.transaction():
            obj = self._live(request)
            gone = self._delete(request, obj)
        lives_on = self.store.get(request.resource.key, request.namespace, request.name)
        if lives_on or request.resource.key in ANSWERED_WITH_OBJECT:
            return gone
        about = {**errors.details(request.resource, request.name), "uid": obj["metadata"]["uid"]}
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": about}

    def delete_collection(self, request: Request) -> Object:
        with self.store.transaction():
            found = self.list(request)
            for obj in found["items"]:
                self._delete(request, obj)
        return found

    def _delete(self, request: Request, obj: Object) -> Object:
        options = request.body if isinstance(request.body, dict) else {}
        wanted = options.get("preconditions") or {}
        for key in ("uid", "resourceVersion"):
            if wanted.get(key) not in (None, obj["metadata"][key]):
                message = f"Precondition failed: {key} in precondition: {wanted[key]}, in object meta: "
                raise errors.conflict(request.resource, obj["metadata"]["name"], message + obj["metadata"][key])
        asked = request.number("gracePeriodSeconds")
        grace = options.get("gracePeriodSeconds") if asked is None else asked
        policy = request.query.get("propagationPolicy", options.get("propagationPolicy")) or "Background"
        if request.query.get("orphanDependents") in TRUE or options.get("orphanDependents"):
            policy = "Orphan"
        if request.dry_run:
            return obj
        return self.cluster.delete(request.resource.key, obj, policy, grace)

    # --- what pods can be asked ------------------------------------------------------------------

    def evict(self, request: Request) -> Object:
        """The emulator evicts always: it keeps no disruption budgets."""
        options = (request.body or {}).get("deleteOptions") or {}
        self.delete(Request(request.resource, request.namespace, request.name, query=request.query, body=options))
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}

    def bind(self, request: Request) -> Object:
        with self.store.transaction():
            pod = self._live(request)
            target = ((request.body or {}).get("target") or {}).get("name")
            if pod["spec"].get("nodeName"):
                message = f"pod {request.name} is already assigned to node {pod['spec']['nodeName']}"
                raise errors.conflict(request.resource, request.name, message)
            self.cluster.change("/pods", pod, spec={**pod["spec"], "nodeName": target})
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def _versioned(obj: Object, resource: Resource) -> Object:
    """A custom object in the version that was asked for."""
    return {**obj, "apiVersion": resource.api_version, "kind": resource.kind} if resource.custom else obj


def _versioned_line(line: Object | None, resource: Resource) -> Object | None:
    known = line is not None and line["type"] in ("ADDED", "MODIFIED", "DELETED")
    return {**line, "object": _versioned(line["object"], resource)} if known else line
