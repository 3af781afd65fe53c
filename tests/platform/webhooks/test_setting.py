"""Who is told, of what: only addresses that may be called, each once, changed by one at a time."""

import asyncio

import pytest
from creneau.context import SYSTEM, acting_for
from creneau.database import tenant_transaction
from creneau.i18n import current_locale
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from creneau.webhooks import service
from creneau.webhooks.rules import CHOICES, MOST_ENDPOINTS
from creneau.webhooks.schemas import EndpointDraft

from tests.platform.cast import Stranger, Town
from tests.platform.webhooks.cast import endpoint_at
from tests.platform.webhooks.receiver import Receiver

PUBLIC = "https://receiver.example/hook"


async def outside(_host: str, _port: int) -> list[str]:
    return ["9.9.9.9"]


async def inside(_host: str, _port: int) -> list[str]:
    return ["9.9.9.9", "10.0.0.7"]


async def nowhere(_host: str, _port: int) -> list[str]:
    raise OSError


def draft(address: str = PUBLIC, events: tuple[str, ...] = CHOICES, **more: str) -> EndpointDraft:
    return EndpointDraft(address=address, events=events, **more)


@pytest.mark.feature("T-13")
@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/",
        "https://localhost/",
        "https://10.0.0.7:8443/",
    ],
)
async def test_an_address_inside_is_refused_with_a_sentence(town: Town, address: str) -> None:
    del town
    with pytest.raises(InvalidInput) as refused:
        await service.create(draft(address), SYSTEM)
    assert "réseau privé" in refused.value.fields["address"]
    assert await service.endpoints() == []


@pytest.mark.parametrize(
    "address",
    [
        *("http://receiver.example/", "ftp://receiver.example/", "receiver.example/hook"),
        *("https://alice:secret@receiver.example/", "https://", "javascript:alert(1)"),
        *("https://receiver.example/#part", "https://receiver.example/a b", "", "   "),
        *("file:///etc/passwd", "https://receiver.example:99999/", "https://[::1", "é"),
        "https://receiver.example/" + "x" * 2000,
    ],
)
async def test_what_is_no_address_to_call_is_refused_with_a_sentence(
    town: Town, address: str
) -> None:
    del town
    with pytest.raises(InvalidInput) as refused:
        await service.create(draft(address), SYSTEM, outside)
    assert set(refused.value.fields) == {"address"}


async def test_a_name_that_leads_inside_or_nowhere_is_refused(town: Town) -> None:
    del town
    for resolve, words in ((inside, "réseau privé"), (nowhere, "nulle part")):
        with pytest.raises(InvalidInput) as refused:
            await service.create(draft(), SYSTEM, resolve)
        assert words in refused.value.fields["address"]
    made, _secret = await service.create(draft(), SYSTEM, outside)
    with pytest.raises(InvalidInput):
        await service.update(made, draft(), 1, SYSTEM, inside)


async def test_an_event_must_be_chosen_and_known(town: Town) -> None:
    del town
    for events in ((), ("booking.created", "endpoint.test"), ("'; DROP TABLE booking; --",)):
        with pytest.raises(InvalidInput) as refused:
            await service.create(draft(events=events), SYSTEM, outside)
        assert set(refused.value.fields) == {"events"}


async def test_an_address_is_told_once_and_a_tenant_has_twenty_at_most(town: Town) -> None:
    del town
    await service.create(draft(), SYSTEM, outside)
    with pytest.raises(InvalidInput) as refused:
        await service.create(draft(), SYSTEM, outside)
    assert "déjà" in refused.value.fields["address"]
    for number in range(1, MOST_ENDPOINTS):
        await service.create(draft(f"{PUBLIC}/{number}"), SYSTEM, outside)
    with pytest.raises(InvalidInput) as refused:
        await service.create(draft(f"{PUBLIC}/one/more"), SYSTEM, outside)
    assert str(MOST_ENDPOINTS) in refused.value.fields["address"]


async def test_two_who_add_the_last_one_at_once_do_not_pass_twenty(town: Town) -> None:
    del town
    for number in range(1, MOST_ENDPOINTS):
        await service.create(draft(f"{PUBLIC}/{number}"), SYSTEM, outside)
    made = await asyncio.gather(
        *(service.create(draft(f"{PUBLIC}/last/{one}"), SYSTEM, outside) for one in range(4)),
        return_exceptions=True,
    )
    assert len([one for one in made if isinstance(one, InvalidInput)]) == 3
    assert len(await service.endpoints()) == MOST_ENDPOINTS


async def test_who_saves_second_is_told_what_stands(town: Town) -> None:
    del town
    made, _secret = await service.create(draft(), SYSTEM, outside)
    other, _secret = await service.create(draft(PUBLIC + "/other"), SYSTEM, outside)
    await service.update(made, draft(description="Site de la ville"), 1, SYSTEM, outside)
    with pytest.raises(ChangedMeanwhile):
        await service.update(made, draft(description="Autre"), 1, SYSTEM, outside)
    assert (await service.endpoint(made)).description == "Site de la ville"
    with pytest.raises(InvalidInput):
        await service.update(other, draft(), 1, SYSTEM, outside)


async def test_failures_are_no_change_of_the_form(town: Town, receiver: Receiver) -> None:
    del town
    made, _secret = await endpoint_at(receiver)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE webhook_endpoint SET failing_since = now(), failures = 1")
    await service.update(made, draft(), 1, SYSTEM, outside)


async def test_strangers_find_nothing_to_change(town: Town, stranger: Stranger) -> None:
    del town
    made, _secret = await service.create(draft(), SYSTEM, outside)
    with acting_for(stranger.tenant):
        assert await service.endpoints() == []
        attempts = (
            service.endpoint(made),
            service.update(made, draft(), 1, SYSTEM, outside),
            service.pause(made, SYSTEM),
            service.resume(made, SYSTEM),
            service.rotate(made, 1, SYSTEM),
            service.remove(made, SYSTEM),
            service.send_test(made, SYSTEM),
            service.replay_all(made, SYSTEM),
        )
        for attempt in attempts:
            with pytest.raises(NotFound):
                await attempt
    assert (await service.endpoint(made)).version == 1


async def test_every_change_is_in_the_history_without_an_address_or_a_secret(town: Town) -> None:
    del town
    made, _secret = await service.create(draft(), SYSTEM, outside)
    await service.update(made, draft(events=CHOICES[:1]), 1, SYSTEM, outside)
    await service.pause(made, SYSTEM)
    await service.pause(made, SYSTEM)
    await service.resume(made, SYSTEM)
    await service.rotate(made, 4, SYSTEM)
    with pytest.raises(ChangedMeanwhile):
        await service.rotate(made, 4, SYSTEM)
    await service.remove(made, SYSTEM)
    async with tenant_transaction() as tx:
        kept = await tx.rows(
            "SELECT action, details::text FROM history WHERE subject_id = $1 ORDER BY id", made
        )
    assert [row["action"] for row in kept] == [
        f"webhook.{what}"
        for what in ("created", "updated", "paused", "resumed", "secret_changed", "removed")
    ]
    assert kept[1]["details"] == '{"changed": ["events"]}'
    assert "receiver" not in "".join(row["details"] for row in kept)


async def test_sentences_are_in_english_too(town: Town) -> None:
    del town
    token = current_locale.set("en")
    try:
        with pytest.raises(InvalidInput) as refused:
            await service.create(draft("https://127.0.0.1/", ()), SYSTEM)
        assert refused.value.fields["events"] == "Choose at least one event."
        with pytest.raises(InvalidInput) as refused:
            await service.create(draft("https://127.0.0.1/"), SYSTEM)
        assert "private network" in refused.value.fields["address"]
    finally:
        current_locale.reset(token)
