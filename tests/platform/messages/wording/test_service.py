import pytest
from creneau.context import SYSTEM, acting_for
from creneau.database import tenant_transaction
from creneau.messages.wording import service as wordings
from creneau.messages.wording.house import house
from creneau.messages.wording.schemas import Wording, WordingKey
from creneau.refusals import ChangedMeanwhile, InvalidInput
from msgspec.structs import replace

from tests.platform.cast import Stranger, Town
from tests.platform.messages.post import ALICE, Postman, PostOffice, book, text_of

CONFIRMED = WordingKey(message="confirmed", locale="fr")


async def written(key: WordingKey) -> Wording:
    found = await wordings.own(key.motive_id)
    one = next(one for one in found if one.key == key)
    return Wording(**{name: getattr(one, name) for name in Wording.__struct_fields__})


async def save(key: WordingKey, version: str = "", **texts: str) -> str:
    """Save texts over the house's, and give their version."""
    above = house(key.message)
    await wordings.save(key, replace(above, **texts), above, version, SYSTEM)
    return next((one.version for one in await wordings.own(key.motive_id) if one.key == key), "")


async def test_what_says_the_same_as_above_is_not_kept_and_follows_it(town: Town) -> None:
    await save(CONFIRMED, subject="Venez le {date}")
    assert await written(CONFIRMED) == Wording(subject="Venez le {date}")
    assert await save(CONFIRMED, (await wordings.own(town.motive))[0].version) == ""
    assert await wordings.own(town.motive) == []


async def test_whoever_saves_second_is_told(town: Town) -> None:
    version = await save(CONFIRMED, subject="Premier")
    with pytest.raises(ChangedMeanwhile):
        await save(CONFIRMED, subject="Second")
    await save(CONFIRMED, version, subject="Deuxième")
    with pytest.raises(ChangedMeanwhile):
        await save(CONFIRMED, version, subject="Troisième")
    with pytest.raises(ChangedMeanwhile):
        await wordings.reset(CONFIRMED, version, SYSTEM)
    assert (await written(CONFIRMED)).subject == "Deuxième"
    assert await wordings.motives_with_own() == set()
    await save(replace(CONFIRMED, motive_id=town.motive), subject="Du motif")
    assert await wordings.motives_with_own() == {town.motive}


async def test_a_reset_forgets_what_was_written_and_history_names_fields_only(town: Town) -> None:
    version = await save(CONFIRMED, subject="Secret", sms="Secret")
    await wordings.reset(CONFIRMED, version, SYSTEM)
    await wordings.reset(CONFIRMED, "", SYSTEM)
    assert await wordings.own(town.motive) == []
    async with tenant_transaction() as tx:
        sql = "SELECT details FROM history WHERE action = 'wording.changed' ORDER BY id"
        details = [row["details"] for row in await tx.rows(sql)]
    assert [one["changed"] for one in details] == [["subject", "sms"]] * 2
    assert "Secret" not in str(details)


async def test_an_unknown_placeholder_is_not_saved(town: Town) -> None:
    with pytest.raises(InvalidInput):
        await save(CONFIRMED, subject="{nom}")
    assert await wordings.own(town.motive) == []


async def test_a_strangers_texts_are_not_ours(town: Town, stranger: Stranger) -> None:
    with acting_for(stranger.tenant):
        await save(CONFIRMED, subject="Chez eux")
    assert await wordings.own(town.motive) == []


async def test_a_mail_leaves_in_the_tenants_words(
    open_town: Town, post_office: PostOffice, postman: Postman
) -> None:
    await save(CONFIRMED, subject="À bientôt, {personne}", ending="Apportez un parapluie.")
    await book(open_town.motive)
    await postman.walk()
    letter = post_office.the_letter_to(ALICE.email)
    assert str(letter["Subject"]) == "À bientôt, Alice Petit"
    assert "Apportez un parapluie." in text_of(letter)
