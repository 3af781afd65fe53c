"""The built-in gateway: what a tenant describes is sent as data, and only where it may go (C-80)."""

import logging
from typing import Any

import pytest
from creneau.context import SYSTEM, Tenant
from creneau.database import tenant_transaction
from creneau.refusals import InvalidInput
from creneau.sms import service
from creneau.sms.errors import GatewayChanged, GatewayNotTested, SmsRefused
from creneau.sms.schemas import Sms
from creneau_infra import logs, outgoing
from creneau_infra.settings import Settings
from creneau_infra.sms.calling import hand_over
from creneau_infra.sms.errors import GatewayAwayError
from msgspec.structs import replace

from tests.platform.sms.gateway import Service

NASTY = 'Bonjour "Zoé" \\ {secret} {{7*7}} &text=x\n%0d%0a</sms>;=1+1'
ZOE = Sms(to="+33612345678", text=NASTY, reference="row-1")
FORM = "to={to}\nsender={sender}\ntext={text}\nid={reference}\nkey={secret}"


async def test_json_holds_the_values_as_data_whatever_they_are(
    tenant: Tenant, gateway: Service
) -> None:
    await gateway.in_use()
    await service.send(ZOE)
    (asked,) = gateway.asked
    assert asked.json == {
        "to": "+33612345678",
        "from": "",
        "text": NASTY,
        "reference": "row-1",
    }
    assert asked.headers["authorization"] == "Bearer k3y"
    assert asked.headers["x-reference"] == "row-1"
    assert asked.headers["content-type"] == "application/json"
    del tenant


async def test_a_form_and_an_address_hold_the_same(tenant: Tenant, gateway: Service) -> None:
    await gateway.in_use(carrier="form", content=FORM, headers="")
    await service.send(ZOE)
    expected = {"to": [ZOE.to], "text": [NASTY], "id": ["row-1"], "key": ["k3y"]}
    assert gateway.asked[0].form == expected
    await gateway.in_use(
        carrier="query",
        method="GET",
        content=FORM,
        headers="",
        url=f"{gateway.url}?compte=mairie",
    )
    await service.send(Sms(to=ZOE.to, text=NASTY, reference="row-2"))
    (asked,) = gateway.asked
    assert asked.method == "GET"
    assert asked.path.startswith("/v1/sms?compte=mairie&")
    assert asked.body == b""
    assert asked.query["text"] == [NASTY]
    assert asked.query["to"] == ["+33612345678"]
    del tenant


async def test_a_number_can_go_without_its_plus(tenant: Tenant, gateway: Service) -> None:
    await gateway.in_use(content='{"text": "{text}", "to": [{"n": "{to_digits}"}], "n": 7}')
    await service.send(ZOE)
    assert gateway.asked[0].json["to"] == [{"n": "33612345678"}]
    assert gateway.asked[0].json["n"] == 7
    del tenant


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (202, b"{}", None),
        (299, b"not json", None),
        (400, b"{}", SmsRefused),
        (422, b"{}", SmsRefused),
        (401, b"{}", GatewayAwayError),
        (429, b"{}", GatewayAwayError),
        (503, b"", GatewayAwayError),
        (302, b"", GatewayAwayError),
    ],
)
async def test_a_status_says_accepted_again_or_never(
    tenant: Tenant, gateway: Service, status: int, body: bytes, error: Any
) -> None:
    await gateway.in_use()
    gateway.status, gateway.body = status, body
    if error is None:
        await service.send(ZOE)
    else:
        with pytest.raises(error):
            await service.send(ZOE)
    assert len(gateway.asked) == 1
    del tenant


@pytest.mark.parametrize(
    ("word", "error"),
    [('"Queued"', None), ('"bad_number"', SmsRefused), ('"busy"', GatewayAwayError)],
)
async def test_a_word_in_the_answer_can_say_it_instead(
    tenant: Tenant, gateway: Service, word: str, error: Any
) -> None:
    await gateway.in_use(
        word_path="messages.0.status", accepted_words="sent, queued", refused_words="bad_number"
    )
    gateway.body = b'{"messages": [{"status": %s}]}' % word.encode()
    if error is None:
        await service.send(ZOE)
    else:
        with pytest.raises(error):
            await service.send(ZOE)
    del tenant


async def test_an_answer_that_never_comes_is_tried_again(tenant: Tenant, gateway: Service) -> None:
    await gateway.in_use()
    gateway.hangs_up = True
    with pytest.raises(GatewayAwayError) as caught:
        await service.send(ZOE)
    assert caught.value.may_have_left
    gateway.hangs_up = False
    await service.send(ZOE)
    assert [asked.json["reference"] for asked in gateway.asked] == ["row-1", "row-1"]
    del tenant


async def test_what_was_answered_is_told_without_the_secret_and_the_number(
    tenant: Tenant, gateway: Service, caplog: pytest.LogCaptureFixture
) -> None:
    await gateway.in_use(carrier="query", method="GET", content=FORM, headers="")
    gateway.status = 400
    gateway.body = b'{"error": "k3y may not write\r\nto +33612345678"}'
    logs.quieten()
    with caplog.at_level(logging.DEBUG), pytest.raises(SmsRefused) as caught:
        await service.send(ZOE)
    said = str(caught.value.details["said"])
    assert said == 'HTTP 400 {"error": "••• may not write to •••"}'
    state = await service.state()
    assert state is not None
    assert state.trouble is not None
    assert state.trouble.said == "refused"
    assert "33612345678" not in caplog.text
    assert "k3y" not in caplog.text
    del tenant


async def test_no_packet_leaves_for_a_private_address(
    tenant: Tenant, gateway: Service, settings: Settings
) -> None:
    await gateway.in_use()
    outgoing.configure(settings)
    with pytest.raises(GatewayAwayError):
        await service.send(ZOE)
    assert gateway.asked == []
    with pytest.raises(InvalidInput) as caught:
        await gateway.chosen()
    assert set(caught.value.fields) == {"url"}
    state = await service.state()
    assert state is not None
    assert state.trouble is not None
    assert state.trouble.said == "AddressRefusedError"
    del tenant


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("url", "http://sms.example.org/send"),
        ("url", "https://user:word@sms.example.org/"),
        ("url", "file:///etc/passwd"),
        ("method", "DELETE"),
        ("carrier", "xml"),
        ("content", '{"to": "{to}", "text": "{text}"'),
        ("content", '"{to} {text}"'),
        ("content", '{"to": "{to}"}'),
        ("content", '{"text": "{text}"}'),
        ("content", '{"to": "{to}", "text": "{text}", "x": "{password}"}'),
        ("headers", "Authorization"),
        ("headers", "Host: elsewhere"),
        ("headers", "X-Text: {text}"),
        ("headers", "X-Name: Zoé"),
        ("headers", "X Name: mairie"),
        ("secret", "k3y\r\nX-Other: 1"),
        ("secret", ""),
        ("accepted", ""),
        ("accepted", "all"),
        ("accepted", "900"),
        ("refused", "bad"),
        ("id_path", "$..id"),
        ("word_path", "a b"),
        ("accepted_words", ""),
    ],
)
async def test_what_cannot_be_used_is_said_beside_its_field(
    tenant: Tenant, gateway: Service, field: str, typed: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await gateway.chosen(**{"word_path": "status", "accepted_words": "ok", field: typed})
    assert set(caught.value.fields) == {field}
    del tenant


async def test_get_has_no_body_and_a_state_needs_its_words(
    tenant: Tenant, gateway: Service
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await gateway.chosen(method="GET", word_path="status")
    assert set(caught.value.fields) == {"carrier", "accepted_words"}
    with pytest.raises(InvalidInput) as caught:
        await gateway.chosen(carrier="form", content="to {to}")
    assert set(caught.value.fields) == {"content"}
    del tenant


async def test_a_secret_is_sealed_and_kept_when_none_is_typed(
    tenant: Tenant, gateway: Service
) -> None:
    await gateway.chosen()
    await gateway.chosen(secret="", refused="400")
    await service.try_out("0612345678", SYSTEM)
    assert gateway.asked[0].headers["authorization"] == "Bearer k3y"
    del tenant


async def test_what_cannot_have_left_is_told_apart(
    tenant: Tenant, gateway: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gateway.in_use()

    async def nowhere(_host: str, _port: int) -> list[str]:
        raise OSError

    monkeypatch.setitem(hand_over.__kwdefaults__ or {}, "resolve", nowhere)
    with pytest.raises(GatewayAwayError) as caught:
        await service.send(ZOE)
    assert not caught.value.may_have_left
    assert str(caught.value) == "NotCalledError"
    assert gateway.asked == []
    del tenant


async def test_a_gateway_where_nobody_listens_has_nothing(
    tenant: Tenant, gateway: Service, settings: Settings
) -> None:
    await gateway.in_use()
    elsewhere = gateway.url.replace("127.0.0.1", "127.0.0.2")
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE sms_setting SET connection = jsonb_set(connection, '{url}', to_jsonb($1::text))",
            elsewhere,
        )
    opened = (f"127.0.0.2:{gateway.port}",)
    outgoing.configure(replace(settings, outgoing_private_hosts=opened))
    with pytest.raises(GatewayAwayError) as caught:
        await service.send(ZOE)
    assert not caught.value.may_have_left
    del tenant


async def test_a_gateway_that_refuses_what_it_gets_shows_it_until_it_takes_one(
    tenant: Tenant, gateway: Service
) -> None:
    await gateway.in_use()
    gateway.status = 404
    with pytest.raises(SmsRefused):
        await service.send(ZOE)
    state = await service.state()
    assert state is not None
    assert state.trouble is not None
    assert state.trouble.said == "refused"
    gateway.status = 200
    await service.send(replace(ZOE, reference="row-2"))
    state = await service.state()
    assert state is not None
    assert state.trouble is None
    del tenant


async def test_a_gateway_that_was_changed_during_its_trial_is_not_tried_out(
    tenant: Tenant, gateway: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gateway.chosen()

    async def changing(_host: str, _port: int) -> list[str]:
        await gateway.chosen(refused="400")
        return ["127.0.0.1"]

    monkeypatch.setitem(hand_over.__kwdefaults__ or {}, "resolve", changing)
    with pytest.raises(GatewayChanged):
        await service.try_out("0612345678", SYSTEM)
    with pytest.raises(GatewayNotTested):
        await service.switch(SYSTEM, on=True)
    del tenant
