"""Two administrators: who archives or deletes second is shown what the first one changed."""

from typing import Any

import pytest
from creneau.context import SYSTEM
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.schemas import ArchiveMotive, ArchivePlace, EditMotive
from creneau.questions import service as questions
from creneau.questions.schemas import QuestionDraft
from creneau.refusals import NotFound
from creneau.roles import service as roles
from creneau.roles.schemas import Role, RoleDraft

from tests.platform.cast import new_agent
from tests.web.admin.conftest import Entered
from tests.web.admin.filling import again
from tests.web.backoffice.cast import Office
from tests.web.backoffice.test_meanwhile import hidden_of

CHANGED = "Quelqu’un a modifié ceci depuis que vous avez ouvert cette page."


def draft_of(found: Any, kind: type[Any], **changes: Any) -> Any:
    values = {name: getattr(found, name) for name in kind.__struct_fields__}
    return kind(**{**values, **changes})


def words(text: str) -> str:
    return text.replace("\u00a0", " ")


async def test_a_place_that_was_changed_is_shown_before_it_is_archived(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    way = f"/administration/lieux/{office.place}/archivage"
    opened = (await alice.get(way)).text
    assert CHANGED not in opened
    found = await places.place(office.place)
    draft = draft_of(found, PlaceDraft, name="Annexe <b>", phone="01 45 45 45 45")
    await places.update_place(found.id, draft, found.version, SYSTEM)
    late = await again(alice, way, opened, {})
    assert late.status_code == 409
    assert CHANGED in late.text
    assert "Nom : Place de la mairie, maintenant Annexe &lt;b&gt;" in words(late.text)
    assert "Téléphone : rien, maintenant" in words(late.text)
    assert (await places.place(office.place)).archived_at is None
    assert (await again(alice, way, late.text, {})).status_code == 303
    assert (await places.place(office.place)).archived_at is not None


async def test_a_motive_that_was_changed_is_shown_before_it_is_archived(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    way = f"/administration/motifs/{office.motive}/archivage"
    opened = (await alice.get(way)).text
    found = await motives.motive(office.motive)
    draft = draft_of(found, MotiveDraft, name="Passeport", duration_minutes=45)
    await planning.save(EditMotive(found.id, draft, found.version), SYSTEM, planning.KEEP_ALL)
    late = await again(alice, way, opened, {})
    assert late.status_code == 409
    assert "Nom : Carte d’identité, maintenant Passeport" in words(late.text)
    assert "Durée : 30 minutes, maintenant 45 minutes" in words(late.text)
    assert (await motives.motive(office.motive)).archived_at is None
    assert (await again(alice, way, late.text, {})).status_code == 303
    assert (await motives.motive(office.motive)).archived_at is not None


async def test_what_a_colleague_has_archived_is_said_to_be_so(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    ways = [f"/administration/motifs/{office.motive}", f"/administration/lieux/{office.place}"]
    opened = [(await alice.get(f"{way}/archivage")).text for way in ways]
    await planning.save(ArchiveMotive(office.motive), SYSTEM)
    await planning.save(ArchivePlace(office.place), SYSTEM)
    for way, page in zip(ways, opened, strict=True):
        late = await again(alice, f"{way}/archivage", page, {})
        assert (late.status_code, late.headers["location"]) == (303, way)
        assert "est déjà archivé" in (await alice.get(way)).text
        # The question is not asked again, either: a page that was kept open, the back button.
        again_asked = await alice.get(f"{way}/archivage")
        assert (again_asked.status_code, again_asked.headers["location"]) == (303, way)
        assert "est déjà archivé" in (await alice.get(way)).text


@pytest.mark.parametrize(("end", "kind"), [("reprise", "motifs"), ("remise-en-service", "lieux")])
async def test_what_a_colleague_has_taken_back_into_use_is_shown_to_who_comes_second(
    entered: Entered, office: Office, end: str, kind: str
) -> None:
    alice = await entered("Alice")
    way = f"/administration/{kind}/{office.motive if kind == 'motifs' else office.place}"
    await planning.save(ArchiveMotive(office.motive), SYSTEM)
    await planning.save(ArchivePlace(office.place), SYSTEM)
    for sentence in ("est de nouveau en service", "est déjà en service"):
        done = await alice.submit(f"{way}/{end}")
        assert (done.status_code, done.headers["location"]) == (303, way)
        assert sentence in (await alice.get(way)).text
    assert (await motives.motive(office.motive)).archived_at is None or kind == "lieux"


async def test_a_question_that_a_colleague_has_changed_or_taken_away_is_said_to_be_so(
    entered: Entered, office: Office
) -> None:
    alice = await entered("Alice")
    asked = await questions.ask(office.motive, QuestionDraft(label="Pourquoi ?"), SYSTEM)
    way = f"/administration/motifs/{office.motive}/questions/{asked}"
    opened = (await alice.get(way)).text
    other = QuestionDraft(label="Combien <b> ?", kind="choice", options=("1", "2"))
    await questions.change(office.motive, asked, other, SYSTEM)
    corrected = await again(alice, way, opened, {"label": ""})
    assert corrected.status_code == 422
    late = await again(alice, way, corrected.text, {"label": "Quand ?"})
    assert late.status_code == 409
    assert "Question : Combien &lt;b&gt; ?" in words(late.text)
    assert "Réponses proposées : 1, 2" in words(late.text)
    assert (await questions.question(office.motive, asked)).label == "Combien <b> ?"
    await questions.stop_asking(office.motive, asked, SYSTEM)
    for coming in (
        again(alice, way, late.text, {"label": "Quand ?"}),
        alice.get(f"{way}/archivage"),
        alice.submit(f"{way}/archivage"),
    ):
        gone = await coming
        assert gone.headers["location"] == f"/administration/motifs/{office.motive}#questions"
        assert (
            "n’est plus posée" in (await alice.get(f"/administration/motifs/{office.motive}")).text
        )


async def test_a_corrected_form_still_shows_what_was_saved_since_it_was_opened(
    entered: Entered, office: Office
) -> None:
    alice, role = await entered("Alice"), await made()
    ways = [
        f"/administration/lieux/{office.place}",
        f"/administration/motifs/{office.motive}",
        f"/administration/roles/{role.id}",
        f"/administration/organisations/{office.organisation}",
        f"/administration/services/{(await motives.motive(office.motive)).service_id}",
    ]
    for way in ways:
        opened = (await alice.get(way)).text
        assert (await again(alice, way, opened, {"name": "Autre"})).status_code == 303, way
        corrected = await again(alice, way, opened, {"name": ""})
        assert corrected.status_code == 422, way
        late = await again(alice, way, corrected.text, {"name": "Encore"})
        assert late.status_code == 409, way
        assert "Autre" in late.text


async def made() -> Role:
    await roles.create_role(RoleDraft(name="Cheffe", permissions=("tenant:tenant:update",)), SYSTEM)
    return next(one for one in await roles.roles() if one.name == "Cheffe")


async def test_a_role_that_was_changed_is_shown_before_it_is_deleted(
    entered: Entered, office: Office
) -> None:
    alice, role = await entered("Alice"), await made()
    way = f"/administration/roles/{role.id}/suppression"
    opened = hidden_of((await alice.get(way)).text, way)
    wider = RoleDraft(
        name="Directrice", permissions=(*role.permissions, "organisation:place:update")
    )
    rights = await roles.rights_of(office.alice)
    await roles.update_role(role.id, wider, role.version, rights, SYSTEM)
    late = await alice.submit(way, opened)
    assert late.status_code == 409
    assert "Nom du rôle : Cheffe, maintenant Directrice" in words(late.text)
    assert "Gérer les lieux (Son organisation)" in late.text
    assert (await roles.role(role.id)).name == "Directrice"
    assert (await alice.submit(way, hidden_of(late.text, way))).status_code == 303
    with pytest.raises(NotFound):
        await roles.role(role.id)


async def test_a_role_that_somebody_was_given_meanwhile_names_who_holds_it(
    entered: Entered, office: Office
) -> None:
    alice, role = await entered("Alice"), await made()
    way = f"/administration/roles/{role.id}/suppression"
    opened = hidden_of((await alice.get(way)).text, way)
    service = (await motives.motive(office.motive)).service_id
    await new_agent("Chris", office.organisation, service, role.code)
    late = await alice.submit(way, opened)
    assert late.status_code == 409
    assert "Chris Martin, à Mairie principale" in late.text
    assert CHANGED not in late.text
    assert (await roles.role(role.id)).name == "Cheffe"
