"""Keys and the audit log over the API."""

from tests.unit.runtime.small_hub import SmallHub


def test_a_key_is_made_once_shown_without_its_secret_and_taken_back(hub: SmallHub) -> None:
    made = hub.ask("POST", "/api/keys", {"source": "ft", "brands": ["lucky"], "label": "till"})
    gone = hub.ask("DELETE", f"/api/keys/{made.json['key_id']}?reason=lost")

    assert (made.status, made.json["counts"], made.json["key"][:3]) == (201, True, "cr_")
    [shown] = hub.ask("GET", "/api/keys").json["items"]
    assert shown == gone.json
    assert (shown["revoked_at"] is not None, "key" in shown) == (True, False)


def test_a_key_asked_for_twice_under_one_name_is_made_once_and_its_secret_told_once(hub: SmallHub) -> None:
    name = {"idempotency-key": "till-1"}
    first = hub.ask("POST", "/api/keys", {"source": "ft"}, headers=name).json
    again = hub.ask("POST", "/api/keys", {"source": "ft"}, headers=name)

    assert again.status == 409
    assert first["key_id"] in again.json["detail"]
    assert first["key"].encode() not in again.body
    assert len(hub.ask("GET", "/api/keys").json["items"]) == 1


def test_every_change_says_who_why_what_was_and_what_is(hub: SmallHub) -> None:
    made = hub.ask("POST", "/api/keys", {"source": "ft", "reason": "new till"}, headers={"x-request-id": "r-1"}).json
    hub.ask("DELETE", f"/api/keys/{made['key_id']}", headers={"x-countroom-user": "ann"})

    revoked, created = hub.ask("GET", "/api/audit").json["items"]
    assert (created["act"], created["who"], created["reason"], created["request_id"]) == (
        "key.create",
        "tests",
        "new till",
        "r-1",
    )
    assert (revoked["who"], revoked["before"]["is_revoked"], revoked["after"]["is_revoked"]) == (
        "tests (ann)",
        False,
        True,
    )


def test_a_user_that_is_no_name_is_left_away(hub: SmallHub) -> None:
    hub.ask("POST", "/api/keys", {"source": "ft"}, headers={"x-countroom-user": "ann) (root"})

    assert hub.ask("GET", "/api/audit").json["items"][0]["who"] == "tests"


def test_no_secret_is_in_the_audit_log(hub: SmallHub) -> None:
    secret = hub.ask("POST", "/api/keys", {"scope": "admin", "label": "console"}).json["key"]

    assert secret.encode() not in hub.ask("GET", "/api/audit").body


def test_the_chain_is_walked_and_its_tip_told(hub: SmallHub) -> None:
    for number in range(3):
        hub.ask("POST", "/api/keys", {"source": "ft", "label": str(number)})

    told = hub.ask("GET", "/api/audit/verify").json
    assert (told["holds"], told["rows"], told["tip"]) == (
        True,
        3,
        hub.ask("GET", "/api/audit").json["items"][0]["hash"],
    )


def test_what_was_refused_changes_nothing_and_leaves_no_row(hub: SmallHub) -> None:
    hub.ask("POST", "/api/keys", {"source": "kafka"})
    hub.ask("POST", "/api/keys", {"source": "ft"}, token="operate")

    assert hub.ask("GET", "/api/audit").json["items"] == []


def test_settings_say_what_is_configured_and_what_is_usual(hub: SmallHub) -> None:
    found = {setting["key"]: setting for setting in hub.ask("GET", "/api/settings").json["items"]}

    assert found["brands.happy.time_zone"] == {
        "key": "brands.happy.time_zone",
        "value": "Europe/Malta",
        "origin": "configured",
    }
    assert found["brands.lucky.time_zone"]["origin"] == "default"
    assert found["brands.lucky.rounds.timeout"]["value"] == "1d"
    assert found["rest.port"] == {"key": "rest.port", "value": 8480, "origin": "default"}
    assert found["hub.shards"]["origin"] == "configured"
