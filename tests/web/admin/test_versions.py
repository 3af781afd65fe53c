"""Every form that was made from a version: a refusal gives that very version back, never a newer one.

With a newer one the next press would overwrite, unseen, what somebody else has saved meanwhile.
"""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, Final

import creneau_digital_aid
import creneau_web
import msgspec
import pytest
from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import AgentChange
from creneau.appointments.schemas import SessionDraft
from creneau.appointments.sessions import service as sessions
from creneau.context import SYSTEM, Actor
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.people.files import service as files
from creneau.people.schemas import PersonDraft
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, ClosureDraft
from creneau.planning.holidays import version_of
from creneau.planning.schemas import EditHolidays
from creneau.questions import service as questions
from creneau.questions.schemas import QuestionDraft
from creneau.refusals import ChangedMeanwhile
from creneau.roles import service as roles
from creneau.roles.schemas import RoleDraft
from creneau.webhooks import service as webhooks
from creneau.webhooks.rules import CHOICES
from creneau.webhooks.schemas import EndpointDraft
from creneau_tenants.looks import service as looks
from creneau_tenants.looks.rules import look_version, statement_version
from creneau_tenants.looks.schemas import Statement
from creneau_tenants.mailing import service as mailing
from creneau_tenants.sign_on import service as sign_on
from creneau_tenants.sign_on.schemas import ProviderSettings

from tests.days import today
from tests.platform.cast import new_motive
from tests.web.admin.conftest import Entered
from tests.web.admin.filling import again, fields_of
from tests.web.backoffice.cast import Office, at, book
from tests.web.stage import Visitor

CARRIES: Final = re.compile(r'name="version"|\bhidden(?:_field)?\("(?:\w+_)?version"')
GIVEN: Final = re.compile(r'name="version" value="([^"]*)"')
OLDER: Final = "2026-01-01T00:00:00+00:00"
"""A version that nothing has; a moment, since some versions are moments."""

NOTHING_TO_CORRECT: Final = frozenset(
    {
        "admin/closure_delete.html",
        "admin/motive_archive.html",
        "admin/place_archive.html",
        "persons/merge.html",
        "planning/delete.html",
        "sessions/cancel.html",
        "fields.html",
    }
)
"""Forms in which nothing is typed that could be refused; each has a test of two who press at once."""


class Tried(msgspec.Struct, frozen=True):
    """A form with a version: where it stands, what is typed wrongly, where it goes."""

    template: str
    page: str
    wrong: Mapping[str, Any]
    action: str = ""


FORMS: Final = (
    Tried("admin/accessibility.html", "/administration/accessibilite", {"conformity": ""}),
    Tried("admin/agent.html", "/administration/agents/{bea}", {"first_name": ""}),
    Tried("admin/closure.html", "/administration/fermetures/{closure}", {"label": "x" * 900}),
    Tried(
        "admin/first_organisation.html",
        "/administration/premiers-pas/organisation",
        {"email": "non"},
    ),
    Tried(
        "admin/holidays.html",
        "/administration/organisations/{organisation}/jours-feries",
        {"new_day": "", "new_label": "Fête"},
    ),
    Tried("admin/invitations.html", "/administration/invitations", {"valid_days": "non"}),
    Tried("admin/look.html", "/administration/apparence", {"brand": "#FFE066"}),
    Tried(
        "admin/mailing.html",
        "/administration/expediteur",
        {"address": "non"},
        "/administration/expediteur/adresse",
    ),
    Tried(
        "admin/mailing.html",
        "/administration/expediteur",
        {"host": "", "port": "non", "security": "implicit"},
        "/administration/expediteur/serveur",
    ),
    Tried("admin/motive.html", "/administration/motifs/{motive}", {"name": ""}),
    Tried(
        "admin/motive_question.html",
        "/administration/motifs/{motive}/questions/{question}",
        {"label": ""},
    ),
    Tried(
        "admin/motive_line.html",
        "/administration/motifs/{motive}/file",
        {"up": "yes", "each_minute": "non"},
    ),
    Tried(
        "admin/motive_waiting.html",
        "/administration/motifs/{motive}/attente",
        {"offer_minutes": "non"},
    ),
    Tried("admin/organisation.html", "/administration/organisations/{organisation}", {"name": ""}),
    Tried("admin/place.html", "/administration/lieux/{place}", {"name": ""}),
    Tried("admin/retention.html", "/administration/conservation", {"months": "1"}),
    Tried("admin/role.html", "/administration/roles/{role}", {"name": ""}),
    Tried("admin/service.html", "/administration/services/{service}", {"name": ""}),
    Tried("admin/sign_on_form.html", "/administration/connexion/{provider}", {"label": ""}),
    Tried("admin/sms.html", "/administration/sms", {"price": "non"}),
    Tried(
        "admin/sms_gateway.html",
        "/administration/sms/passerelle?choix=core.http",
        {"gateway": "core.http", "url": "non"},
        "/administration/sms/passerelle",
    ),
    Tried(
        "admin/webhook_form.html",
        "/administration/webhooks/{webhook}/modification",
        {"address": ""},
    ),
    Tried("admin/wording.html", "/administration/textes/{message}/fr", {"sms": "{inconnu}"}),
    Tried("backoffice/edit.html", "/agents/rendez-vous/{booking}/modification", {"motive": "non"}),
    Tried("persons/form.html", "/personnes/{person}/modification", {"last_name": ""}),
    Tried("planning/absence.html", "/absences/{absence}", {"first_day": ""}),
    Tried(
        "planning/date.html", "/plages/{opening}/dates/{day}", {"what": "changer", "start_time": ""}
    ),
    Tried("planning/opening.html", "/plages/{opening}", {"first_day": ""}),
    Tried(
        "sessions/edit.html", "/rendez-vous-collectifs/{session}/modification", {"capacity": "0"}
    ),
)


async def addresses(office: Office) -> Mapping[str, object]:
    """Set up one of each thing that a form changes, and name them."""
    actor, day = Actor("agent", office.alice), today() + timedelta(days=1)
    service = (await motives.motive(office.motive)).service_id
    group = await new_motive(office.organisation, service, name="Réunion", capacity=5)
    await roles.create_role(RoleDraft(name="Cheffe", permissions=("tenant:tenant:update",)), SYSTEM)
    receiver = EndpointDraft(address="https://exemple.fr/", events=CHOICES)
    return {
        "bea": office.bea,
        "organisation": office.organisation,
        "place": office.place,
        "motive": office.motive,
        "service": service,
        "question": await questions.ask(office.motive, QuestionDraft(label="Pourquoi ?"), SYSTEM),
        "closure": await planning.create_closure(
            ClosureDraft(starts_at=at(day, 8), ends_at=at(day, 9)), SYSTEM
        ),
        "role": next(one.id for one in await roles.roles() if one.name == "Cheffe"),
        "provider": await sign_on.add(
            ProviderSettings(
                label="Annuaire", issuer="https://sso.exemple.fr", client_id="creneau"
            ),
            "un-secret-assez-long",
            SYSTEM,
        ),
        "webhook": (await webhooks.create(receiver, SYSTEM, in_public))[0],
        "message": "confirmed",
        "booking": (await book(office, at(day, 11))).id,
        "person": await files.create(
            PersonDraft(first_name="Ada", last_name="Roy"), [office.organisation], actor
        ),
        "absence": await planning.create_absence(absence_of(office, day), SYSTEM),
        "opening": (await planning.openings_of([office.bea]))[0].id,
        "day": day,
        "session": await sessions.create(
            SessionDraft(
                motive_id=group,
                place_id=office.place,
                resource_ids=[office.bea],
                starts_at=at(day, 14),
                ends_at=at(day, 15),
                capacity=5,
            ),
            actor,
        ),
    }


async def in_public(_host: str, _port: int) -> list[str]:
    return ["93.184.216.34"]


def absence_of(office: Office, day: date) -> AbsenceDraft:
    return AbsenceDraft(
        resource_id=office.bea,
        first_day=day,
        start_time=time(17),
        last_day=day,
        end_time=time(18),
        time_zone="Europe/Paris",
    )


async def refused(visitor: Visitor, form: Tried, named: Mapping[str, object]) -> str | None:
    """Send a form wrongly from an older version; gives the version that comes back, None: told."""
    opened = await visitor.get(form.page.format_map(named))
    assert opened.status_code == 200, form.page
    assert GIVEN.search(opened.text), form.template
    sent = {**fields_of(opened.text), **form.wrong, "version": OLDER}
    action = form.action or form.page.format_map(named)
    answer = await visitor.submit(action.partition("?")[0], sent)
    if answer.status_code == 409:
        assert "pendant votre saisie" in answer.text.replace("\u00a0", " "), form.template
        return None
    assert answer.status_code == 422, f"{form.template}: {answer.status_code}"
    return versions_of(answer.text, action)


def versions_of(page: str, action: str) -> str:
    """Read the version of the form that goes to an address; of the only one, where none says so."""
    start = max(page.find(f'action="{action}"'), 0)
    found = GIVEN.search(page, start)
    assert found, action
    return found[1]


async def test_a_refused_form_carries_the_version_that_it_was_opened_with(
    entered: Entered, office: Office
) -> None:
    alice, named = await entered("Alice"), await addresses(office)
    newer = [
        form.template for form in FORMS if await refused(alice, form, named) not in {None, OLDER}
    ]
    assert newer == []


def test_every_form_with_a_version_is_tried_here() -> None:
    assert found_in(Path(creneau_web.__file__).parent) == {
        *(form.template for form in FORMS),
        *(NOTHING_TO_CORRECT - {"fields.html"}),
    }


def test_the_forms_of_the_plugins_are_tried_with_them() -> None:
    plugins = Path(creneau_digital_aid.__file__).parents[2]
    assert {name for home in plugins.glob("*/creneau_*") for name in found_in(home)} == {
        "sheet.html",
        "fields.html",
    }


def found_in(package: Path) -> set[str]:
    home = package / "templates"
    return {
        str(one.relative_to(home))
        for one in home.rglob("*.html")
        if CARRIES.search(one.read_text(encoding="utf-8"))
    }


def test_a_version_is_found_however_a_template_writes_it() -> None:
    written = (
        '<input type="hidden" name="version" value="{{ version }}">',
        '{{ hidden("version", version) }}',
        '{{ hidden_field("version", version) }}',
        '{{ hidden("kept_version", versions[0]) }}',
    )
    assert all(CARRIES.search(one) for one in written)
    assert not CARRIES.search('{{ hidden("conversion", version) }}')


async def test_who_saves_an_agent_second_is_shown_what_the_first_one_changed(
    entered: Entered, office: Office
) -> None:
    alice, way = await entered("Alice"), f"/administration/agents/{office.bea}"
    opened = (await alice.get(way)).text
    found = await managing.colleague(office.alice, office.bea)
    change = AgentChange(
        first_name="Béa<b>",
        last_name=found.agent.last_name,
        locale="en",
        service_ids=tuple(service_id for service_id, _name in found.services),
        memberships=((office.organisation, "secretary"),),
    )
    await managing.change(office.bea, change, SYSTEM)
    late = await again(alice, way, opened, {"last_name": "Roux"})
    assert late.status_code == 409
    said = late.text.replace("\u00a0", " ")
    for sentence in (
        "Prénom : Béa&lt;b&gt;",
        "Langue : Anglais",
        "Secrétariat (Mairie principale)",
    ):
        assert sentence in said, said
    stands = await managing.colleague(office.alice, office.bea)
    assert (stands.agent.first_name, stands.agent.last_name) == ("Béa<b>", found.agent.last_name)
    assert (await again(alice, way, late.text, {"last_name": "Roux"})).status_code == 303


async def test_settings_are_compared_in_the_transaction_that_saves_them(office: Office) -> None:
    look = await looks.published()
    seen = look_version(look)
    await looks.save_draft(msgspec.structs.replace(look, name="Ville"), seen=seen)
    with pytest.raises(ChangedMeanwhile):
        await looks.save_draft(look, seen=seen)
    stated = await looks.statement()
    await looks.save_statement(Statement(contact="Ici"), SYSTEM, seen=statement_version(stated))
    with pytest.raises(ChangedMeanwhile):
        await looks.save_statement(Statement(), SYSTEM, seen=statement_version(stated))
    await mailing.choose_address("rdv@exemple.fr", SYSTEM, seen=None)
    with pytest.raises(ChangedMeanwhile):
        await mailing.choose_address("autre@exemple.fr", SYSTEM, seen=None)
    found = await organisations.organisation(office.organisation)
    opened = version_of(found.territory, None)
    await planning.save(EditHolidays(found.id, {}, opened), SYSTEM)
    with pytest.raises(ChangedMeanwhile):
        await planning.save(EditHolidays(found.id, {today(): None}, opened), SYSTEM)
