"""Examples for the description of the API, made of its schemas: a value for each name, else for each type."""

from typing import Any, Final

Json = dict[str, Any]
_INSTANT: Final = "2026-11-20T09:00:00.000000Z"
_NAMED: Final[Json] = {
    "account": "a-1009", "act": "links.remove", "brand": "lucky", "brands": ["lucky"], "by": "ann", "cause": "ticket 7",
    "code": "CR-1007", "cursor": "", "delivery": 31, "detail": "link l-0: there is none", "dialect": "fasttrack",
    "email": "someone@example.com", "event_id": "b-8841", "example": "rest.fasttrack.1",
    "fingerprint": "v1·fasttrack·CASINO·bad_amount·$.amount", "group": "q-a3b78b5d46", "held": {"EUR": "25"},
    "id": "b-8841", "into": "q-0c1d2e3f4a", "job": "job_0f1e2d3c4b5a6978", "job_id": "job_0f1e2d3c4b5a6978",
    "key": "cr_…", "key_id": "key_1a2b3c4d5e", "kind": "redrive", "kinds": "bet,win", "label": "support desk",
    "link_id": "l-1a2b3c4d5e", "number": "rest.fasttrack.1", "owner": "ann", "partner": "faceit", "path": "$.amount",
    "per_hour": [0] * 23 + [4], "phone": "", "plan_id": "plan_0f1e2d3c4b5a6978", "player": "4711", "reason": "ticket 7",
    "request_id": "req_0f1e2d3c4b5a6978", "source": "fasttrack", "status": "open", "target": "l-1a2b3c4d5e",
    "title": "What was named is not there", "type": "CASINO", "version": "1", "who": "ann",
    "rules": [{"do": "rename", "field": "$.amt", "to": "$.amount"}],
}  # fmt: skip
"""What stands under a name, wherever its type allows it."""
_ONE_OF: Final = ("group", "source", "receipt")
"""Of those with which a request may say what it aims at, it must have one."""
_WHEN: Final = ("since", "until", "at")
_PLAIN: Final[Json] = {"integer": 1, "number": 1.5, "boolean": True, "null": None, "string": "text"}
_DEEPEST: Final = 6


def example_of(document: Json, schema: Json, *, name: str = "") -> Any:
    """A value that is as `schema` says; `document` holds what it refers to."""
    return _Maker(document).make(schema, name, 0)


class _Maker:
    def __init__(self, document: Json) -> None:
        self._document = document

    def make(self, schema: Json, name: str, depth: int) -> Any:
        if "$ref" in schema:
            return self.make(self._meant(schema["$ref"]), name, depth)
        if "anyOf" in schema:
            return self.make(schema["anyOf"][0], name, depth)
        if schema.get("enum"):
            return next((value for value in schema["enum"] if value), schema["enum"][0])
        kind = schema.get("type")
        if "BRAND/PLAYER" in schema.get("description", ""):
            return f"{_NAMED['brand']}/{_NAMED['player']}"
        if name in _NAMED and _is(kind, _NAMED[name]):
            return _NAMED[name]
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            items = schema.get("items")
            return [self.make(items, "", depth + 1)] if isinstance(items, dict) and depth < _DEEPEST else []
        return self._plain(schema, name)

    def _object(self, schema: Json, depth: int) -> Json:
        properties = schema.get("properties", {})
        if depth >= _DEEPEST:
            return {}
        if _aims(schema):
            properties = {name: inner for name, inner in properties.items() if name not in _ONE_OF[1:]}
        return {name: self.make(inner, name, depth + 1) for name, inner in properties.items()}

    @staticmethod
    def _plain(schema: Json, name: str) -> Any:
        kind = schema.get("type")
        if kind == "string" and (name.endswith("_at") or name in _WHEN):
            return _INSTANT
        if schema.get("default") not in (None, ""):
            return schema["default"]
        if kind == "integer":
            return max(1, schema.get("minimum", 1))
        return {} if kind is None else _PLAIN[str(kind)]

    def _meant(self, reference: str) -> Json:
        found: Json = self._document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        return found


def _aims(schema: Json) -> bool:
    """True for what says of one group, one source or one receipt that it is meant."""
    properties = schema.get("properties", {})
    return all(name in properties and properties[name].get("default") == "" for name in _ONE_OF[:2])


def _is(kind: Any, value: Any) -> bool:
    """True when a schema of this type may have such a value."""
    of: Json = {"string": str, "integer": int, "object": dict, "array": list}
    return kind in of and isinstance(value, of[kind])
