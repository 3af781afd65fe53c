"""The page with a motive's form: what it offers to choose from, and the preview beside it (C-05)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from creneau.i18n import gettext
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive, MotiveDraft
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation, Service
from creneau.plugins import active
from creneau.questions import service as questions
from creneau.sms import service as sms
from litestar.response import Template

from creneau_web.admin import impacts, line_words, motive_reminders, reach, saving
from creneau_web.admin.colours import SUGGESTED, colour_advice
from creneau_web.admin.motive_preview import preview_page
from creneau_web.admin.motive_values import Values
from creneau_web.admin.motive_words import audiences, channels, labels, locations, worded
from creneau_web.admin.sharing import Sharing, sharing_of
from creneau_web.admin.spans import units
from creneau_web.admin.waiting_words import has_line, in_short
from creneau_web.rendering import page

NameGroup = tuple[str, list[tuple[str, str]]]
UPDATE: Final = "motive:update"
LIST: Final = "/administration/motifs"


def draft_of(motive: Motive) -> MotiveDraft:
    """Give what a motive is, to be changed."""
    return MotiveDraft(**{name: getattr(motive, name) for name in MotiveDraft.__struct_fields__})


async def new_form(
    values: Values,
    start: MotiveDraft,
    *,
    like: Motive | None = None,
    errors: Mapping[str, str] | None = None,
) -> Template:
    """Show the form of a motive that does not exist yet, perhaps made after another."""
    return await _form(
        values,
        start,
        asking=like.id if like else None,
        heading=_("Dupliquer « %(name)s »", name=like.name) if like else _("Créer un motif"),
        lead=_("La copie pose les mêmes questions. Rien n’est créé avant l’enregistrement.")
        if like
        else "",
        save_label=_("Créer le motif"),
        organisations=_choices(await reach.organisations_for(UPDATE)),
        errors=errors or {},
    )


async def edit_form(
    motive: Motive,
    values: Values,
    *,
    shown: MotiveDraft | None = None,
    errors: Mapping[str, str] | None = None,
    **more: Any,
) -> Template:
    """Show the form of a motive; in `more`, the impact of a change or the conflict with another.

    `shown` is what was typed and can be used; None: the preview shows what is saved.
    """
    organisation = await organisations.organisation(motive.organisation_id)
    return await _form(
        values,
        shown or draft_of(motive),
        asking=motive.id,
        heading=motive.name,
        lead=organisation.name,
        save_label=_("Enregistrer le motif"),
        motive=motive,
        version=motive.version,
        sharing=_sharing(motive),
        waiting_rule=await in_short(motive) if has_line(motive) else "",
        line_rule=await line_words.in_short(motive) if has_line(motive) else "",
        errors={**(errors or {}), **impacts.undecided_error(more.get("impact"))},
        last=await saving.last_change("motive", motive.id),
        **more,
    )


async def differences(typed: MotiveDraft, saved: Motive) -> list[saving.Difference]:
    """List in words what somebody else saved otherwise than it was typed."""
    services = await _service_names()
    return saving.differences(worded(typed, services), worded(saved, services), _labels())


async def facts(motive: Motive) -> dict[str, str]:
    """Say all that is set of a motive, to be compared with what a page showed (`admin.stale`)."""
    return saving.in_words(worded(motive, await _service_names()), _labels())


async def _service_names() -> dict[UUID, str]:
    return {one.id: one.name for one in await organisations.services()}


def _labels() -> dict[str, str]:
    return {name: label for name, label in labels().items() if name != "extra"}


async def _form(
    values: Values,
    shown: MotiveDraft,
    *,
    asking: UUID | None,
    errors: Mapping[str, str],
    **more: Any,
) -> Template:
    services = await organisations.services()
    context: dict[str, Any] = {
        "organisations": None,
        "motive": None,
        "version": "",
        "impact": None,
        "conflict": None,
        "last": None,
        "sharing": None,
        "waiting_rule": "",
        "line_rule": "",
        **more,
    }
    return page(
        "admin/motive.html",
        status=_status(errors, context),
        values=values,
        errors=errors,
        preview_of=str(asking or ""),
        services=[(str(one.id), one.name) for one in services],
        names=await _names(services, context["motive"]),
        missing_name=_missing_name(),
        categories=await motives.categories(),
        colours=SUGGESTED,
        advice=colour_advice(str(values["colour"])),
        locations=_locations(),
        channels=list(channels().items()),
        sms_ready=await sms.ready(),
        audiences=_audiences(),
        seats=_seats(),
        units=units(),
        reminder_lines=motive_reminders.lines(values),
        kinds=[(kind.code, gettext(kind.label)) for kind in active().resource_kinds()],
        plugin_groups=active().motive_fields(),
        groups=_groups(),
        questions=await questions.asked(asking) if asking else [],
        kinds_of_questions=question_kinds(),
        framed=await preview_page(shown, asking=asking, framed=True),
        **context,
    )


async def _names(services: Sequence[Service], motive: Motive | None) -> list[NameGroup] | None:
    """List the names of the referential by service, and the one that a motive has; None: free."""
    found = await motives.names()
    if found is None:
        return None
    groups = [_group(one.name, found[one.id]) for one in services if found.get(one.id)]
    if motive and motive.name not in found.get(motive.service_id, ()):
        groups.insert(0, _group(_("Nom actuel, hors du référentiel"), [motive.name]))
    return groups


def _group(label: str, names: Sequence[str]) -> NameGroup:
    return label, [(name, name) for name in names]


def _missing_name() -> tuple[str, str] | None:
    """Lead to where one asks for a name that is not in the list."""
    for source in active().motive_names():
        if source.missing_href:
            return gettext(source.missing_label), source.missing_href
    return None


def _sharing(motive: Motive) -> Sharing | None:
    if motive.audience != "everyone" or motive.archived_at is not None:
        return None
    return sharing_of("motive", motive.id, f"{LIST}/{motive.id}")


def _status(errors: Mapping[str, str], context: Mapping[str, Any]) -> int:
    if context["impact"] is not None or context["conflict"] is not None:
        return 409
    return 422 if errors else 200


def _choices(found: Sequence[Organisation]) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in found]


def _groups() -> list[tuple[str, str]]:
    return [
        ("group-name", _("Le motif")),
        ("group-where", _("Où il se passe")),
        ("group-time", _("Combien de temps")),
        ("group-who", _("Qui réserve, et quand")),
        ("group-seats", _("Combien de personnes, et avec quoi")),
        ("group-texts", _("Ce que la personne lit")),
        ("group-change", _("Changer d’avis")),
        ("group-messages", _("Messages")),
        *(
            (f"group-{group.plugin}-{number}", gettext(group.legend))
            for number, group in enumerate(active().motive_fields(), start=1)
        ),
    ]


def _locations() -> list[tuple[str, str, str]]:
    hints = {
        "on_site": _("La personne vient au lieu choisi."),
        "phone": _("L’agent l’appelle : son numéro lui est demandé."),
        "home": _("L’agent va chez elle."),
        "video": _("À distance, à l’heure du rendez-vous."),
    }
    return [(code, label, hints[code]) for code, label in locations().items()]


def _audiences() -> list[tuple[str, str, str]]:
    hints = {
        "agents": _("Personne ne le voit en ligne."),
        "prescribers": _("Et les logiciels reliés de vos partenaires."),
        "invited": _("Rien n’apparaît en ligne sans invitation."),
        "everyone": _("Il apparaît sur votre page dès qu’une plage d’ouverture le porte."),
    }
    return [(code, label, hints[code]) for code, label in audiences().items()]


def _seats() -> list[tuple[str, str, str]]:
    return [
        ("one", _("Une seule personne"), _("Dans le temps libre des agents.")),
        ("several", _("Plusieurs personnes"), _("En séances que vous créez, avec leurs places.")),
        ("unlimited", _("Autant qu’il en vient"), _("En séances, sans limite de places.")),
    ]


def question_kinds() -> dict[str, str]:
    """Name the ways to answer a question."""
    return {
        "text": _("Texte libre"),
        "choice": _("Un choix dans une liste"),
        "yes_no": _("Oui ou non"),
    }
