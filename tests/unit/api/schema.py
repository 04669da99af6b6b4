"""A small reader of OpenAPI 3.1: whether a document holds together, and whether a value is what a schema says."""

from collections.abc import Iterator
from typing import Any, Final

METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})
KEYWORDS: Final = frozenset(
    {"$ref", "anyOf", "enum", "items", "prefixItems", "properties", "required", "type", "additionalProperties", "title"}
    | {"description", "default", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern"}
    | {"contentEncoding", "const", "discriminator"}
)
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def faults(document: Any) -> Iterator[str]:
    """What the standard asks for and the document does not have."""
    if not str(document.get("openapi", "")).startswith("3.1."):
        yield "openapi: expected 3.1"
    yield from (f"info.{name}: missing" for name in ("title", "version") if not document["info"].get(name))
    seen: set[str] = set()
    for path, methods in document["paths"].items():
        if not path.startswith("/"):
            yield f"{path}: expected a path"
        for method, operation in methods.items():
            where = f"{method} {path}"
            if method not in METHODS:
                yield f"{where}: no such method"
            yield from _operation_faults(where, operation, path)
            if operation["operationId"] in seen:
                yield f"{where}: its operationId is another's"
            seen.add(operation["operationId"])
    yield from (f"{ref}: leads nowhere" for ref in _refs(document) if not _leads(document, ref))
    yield from (f"{keyword}: no keyword of ours" for keyword in _keywords(document) - KEYWORDS)


def _operation_faults(where: str, operation: Any, path: str) -> Iterator[str]:
    if not operation.get("summary"):
        yield f"{where}: no summary"
    if not operation.get("responses"):
        yield f"{where}: no responses"
    for status, response in operation["responses"].items():
        if "$ref" not in response and not response.get("description"):
            yield f"{where}: answer {status} has no description"
    parameters = operation.get("parameters", [])
    in_path = {p["name"] for p in parameters if p["in"] == "path"}
    if in_path != {part[1:-1] for part in path.split("/") if part.startswith("{")}:
        yield f"{where}: its parameters are not those of its path"
    for parameter in parameters:
        if parameter["in"] == "path" and not parameter["required"]:
            yield f"{where}: {parameter['name']} must be required"
        if "schema" not in parameter:
            yield f"{where}: {parameter['name']} has no schema"
    names = [(p["in"], p["name"]) for p in parameters]
    if len(names) != len(set(names)):
        yield f"{where}: a parameter is there twice"


def _refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _refs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _refs(inner)


def _leads(document: Any, ref: str) -> bool:
    try:
        resolved(document, ref)
    except (KeyError, TypeError):
        return False
    return True


def resolved(document: Any, ref: str) -> Any:
    """What a reference means."""
    found = document
    for part in ref.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _keywords(document: Any) -> set[str]:
    found: set[str] = set()
    waiting = list(document["components"]["schemas"].values())
    while waiting:
        schema = waiting.pop()
        found |= set(schema)
        waiting += [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
        for name in ("items", "additionalProperties"):
            if isinstance(schema.get(name), dict):
                waiting.append(schema[name])
    return found


def misfits(document: Any, schema: Any, value: Any, place: str = "$") -> Iterator[str]:
    """Where a value is not what a schema says."""
    if "$ref" in schema:
        yield from misfits(document, resolved(document, schema["$ref"]), value, place)
        return
    if "anyOf" in schema:
        if all(list(misfits(document, option, value, place)) for option in schema["anyOf"]):
            yield f"{place}: {value!r} fits nothing of {schema['anyOf']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is none of {schema['enum']}"
    kind = schema.get("type")
    if kind and (not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        yield f"{place}: expected {kind}, found {value!r}"
        return
    if isinstance(value, dict):
        yield from (f"{place}.{name}: missing" for name in schema.get("required", ()) if name not in value)
        shapes = schema.get("properties", {})
        if shapes:
            yield from (f"{place}.{name}: not described" for name in value if name not in shapes)
        for name, inner in value.items():
            if name in shapes:
                yield from misfits(document, shapes[name], inner, f"{place}.{name}")
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for number, inner in enumerate(value):
            yield from misfits(document, schema["items"], inner, f"{place}[{number}]")
