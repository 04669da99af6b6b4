"""The description of the admin API in OpenAPI 3.1, made of the routes and of the records that go in and out."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from countroom import __version__
from countroom.api.examples import example_of
from countroom.api.problems import MEDIA, Kind, Problem
from countroom.api.route import Route

Json = dict[str, Any]
_REF: Final = "#/components/schemas/{name}"
_PROBLEM: Final = {"$ref": "#/components/responses/Problem"}


def described(table: Sequence[Route]) -> Json:
    """The whole document."""
    types = [Problem, *(t for route in table for t in (route.body, route.query, _schematic(route)) if t is not None)]
    shown, components = msgspec.json.schema_components(types, ref_template=_REF)
    schemas = dict(zip(map(_key, types), shown, strict=True))
    paths: Json = {}
    for route in table:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas, components)
    queries = {route.query.__name__ for route in table if route.query is not None}
    document: Json = {
        "openapi": "3.1.0",
        "info": {
            "title": "Countroom admin API",
            "version": __version__,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The admin token of the hub, or a key; each operation says which scope it needs",
                }
            },
            "schemas": {name: schema for name, schema in sorted(components.items()) if name not in queries},
            "responses": {
                "Problem": {
                    "description": "What is wrong, where, and what to do (RFC 9457). Codes: "
                    + ", ".join(f"{kind.code} {kind.title}" for kind in Kind),
                    "content": {MEDIA: {"schema": schemas[_key(Problem)]}},
                }
            },
        },
    }
    for operation in (operation for methods in paths.values() for operation in methods.values()):
        _exemplify(document, operation)
    _exemplify(document, {"responses": document["components"]["responses"]})
    return document


def _exemplify(document: Json, operation: Json) -> None:
    """Put an example beside everything that an operation takes and answers."""
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"] | ({"description": parameter["description"]} if "description" in parameter else {})
        parameter["example"] = example_of(document, schema, name=parameter["name"])
    told = [*operation["responses"].values(), operation.get("requestBody", {})]
    for content in (content for each in told for content in each.get("content", {}).values()):
        if "schema" in content:
            content["example"] = example_of(document, content["schema"])


def _key(of: Any) -> str:
    return str(of)


def _schematic(route: Route) -> Any:
    return None if route.lines else route.answer


def _operation(route: Route, schemas: Json, components: Json) -> Json:
    operation: Json = {
        "operationId": _name(route),
        "summary": route.says,
        "x-scope": route.scope,
        "responses": {str(route.status): _answer(route, schemas), "default": _PROBLEM},
    }
    if route.scope == "open":
        operation["security"] = []
    parameters = [
        _parameter(part[1:-1], "path", {"type": "string"}, is_required=True)
        for part in route.segments
        if part.startswith("{")
    ]
    if route.query is not None:
        parameters += _query(components[route.query.__name__])
    if route.creates:
        schema = {"type": "string", "pattern": "^[A-Za-z0-9._@-]{1,64}$"}
        parameters.append(_parameter("Idempotency-Key", "header", schema, is_required=False))
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        content = {"application/json": {"schema": schemas[_key(route.body)]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _name(route: Route) -> str:
    words = (part.strip("{}").replace(".", "_") for part in route.segments)
    return "_".join((route.method.lower(), *words))


def _answer(route: Route, schemas: Json) -> Json:
    if route.lines:
        return {"description": "A line of JSON each", "content": {"application/x-ndjson": {}}}
    return {"description": "As asked", "content": {route.media: {"schema": schemas[_key(route.answer)]}}}


def _query(schema: Json) -> list[Json]:
    required = schema.get("required", ())
    return [
        _parameter(name, "query", shape, is_required=name in required) for name, shape in schema["properties"].items()
    ]


def _parameter(name: str, place: str, schema: Json, *, is_required: bool) -> Json:
    made: Json = {"name": name, "in": place, "required": is_required, "schema": schema}
    if "description" in schema:
        made["schema"] = {key: value for key, value in schema.items() if key != "description"}
        made["description"] = schema["description"]
    return made
