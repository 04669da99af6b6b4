"""The description of the admin API, in OpenAPI 3.1."""

from typing import Any, Final

from countroom import __version__

_PROBLEM: Final = {"$ref": "#/components/responses/Problem"}


def _operation(summary: str, *parameters: dict[str, Any], body: str = "", status: str = "200") -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {status: {"description": "As asked"}, "default": _PROBLEM},
    }
    if parameters:
        operation["parameters"] = list(parameters)
    if body:
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{body}"}}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameter(name: str, place: str = "path") -> dict[str, Any]:
    return {"name": name, "in": place, "required": True, "schema": {"type": "string"}}


def _open(operation: dict[str, Any]) -> dict[str, Any]:
    return {**operation, "security": []}


_TEXT: Final = {"type": "string"}

DOCUMENT: Final[dict[str, Any]] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Countroom admin API",
        "version": __version__,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    },
    "security": [{"token": []}],
    "paths": {
        "/livez": {"get": _open(_operation("The process answers"))},
        "/readyz": {"get": _open(_operation("Named checks; 503 when one fails. With ?verbose each is shown"))},
        "/metrics": {"get": _open(_operation("Prometheus' text form"))},
        "/api/status": {"get": _operation("Processes, sources, shards and the balance")},
        "/api/players/{brand}/{player}": {
            "get": _operation("The player document", _parameter("brand"), _parameter("player"))
        },
        "/api/keys": {
            "get": _operation("All keys, without secrets"),
            "post": _operation("Make a key; its secret is in this answer alone", body="KeyWanted", status="201"),
        },
        "/api/keys/{key_id}": {"delete": _operation("Take a key back", _parameter("key_id"))},
        "/api/quarantine": {"get": _operation("What was refused, in groups")},
        "/api/quarantine/{number}": {"get": _operation("One refused thing, masked", _parameter("number"))},
        "/api/events": {
            "get": _operation("Find events by id: a scan, told as lines of JSON", _parameter("id", "query"))
        },
        "/api/openapi.json": {"get": _operation("This document")},
    },
    "components": {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "KeyWanted": {
                "type": "object",
                "required": ["source"],
                "additionalProperties": False,
                "properties": {"source": _TEXT, "brands": {"type": "array", "items": _TEXT}, "label": _TEXT},
            },
            "Problem": {
                "type": "object",
                "required": ["type", "title", "status", "code", "detail"],
                "properties": {
                    "status": {"type": "integer"},
                    **dict.fromkeys(("type", "title", "code", "detail", "path", "remedy"), _TEXT),
                },
            },
        },
        "responses": {
            "Problem": {
                "description": "What is wrong, where, and what to do (RFC 9457)",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
        },
    },
}
