from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import pluggy
import pytest
from creneau.builtin import words as core_words
from creneau.context import Tenant, acting_for
from creneau.contributions import Fragment, NavItem, PageContext, PersonalData, Word
from creneau.hookspecs import hookimpl
from creneau.plugins import Plugins, active, installed

from tests.plugins.cast import made_up, presented, tenant_with

CORE = ["/agents"]
PLACED = {*CORE, "/a", "/b", "/first", "/late"}


def entries(*places: tuple[str, int]) -> Callable[[Tenant], Sequence[NavItem]]:
    def nav_items(tenant: Tenant) -> Sequence[NavItem]:
        del tenant
        return [
            NavItem(label="Essai", href=href, icon="list", permission="x:read", order=order)
            for href, order in places
        ]

    return nav_items


def calling(**said: str) -> Callable[[Tenant], Mapping[str, str]]:
    def words(tenant: Tenant) -> Mapping[str, str]:
        del tenant
        return said

    return words


def hrefs(plugins: Plugins, tenant: Tenant) -> list[str]:
    found = [item.href for item in plugins.for_tenant(tenant).nav_items()]
    return [href for href in found if href in PLACED]


def test_the_core_answers_first_and_the_plugins_by_name() -> None:
    plugins = Plugins(
        {
            "b": made_up("b", presented("b"), entries(("/b", 10))),
            "a": made_up("a", presented("a"), entries(("/a", 10))),
        }
    )
    assert hrefs(plugins, tenant_with("a", "b")) == [*CORE, "/a", "/b"]
    assert list(plugins.infos()) == ["a", "b"]


def test_an_order_of_its_own_places_an_entry() -> None:
    plugins = Plugins({"a": made_up("a", entries(("/late", 90), ("/first", 1)))})
    assert hrefs(plugins, tenant_with("a")) == ["/first", *CORE, "/late"]


def test_a_plugin_that_is_off_is_not_asked() -> None:
    asked: list[str] = []

    def nav_items(tenant: Tenant) -> Sequence[NavItem]:
        asked.append(tenant.slug)
        return ()

    plugins = Plugins({"a": made_up("a", nav_items)})
    assert hrefs(plugins, tenant_with()) == CORE
    assert asked == []
    hrefs(plugins, tenant_with("a"))
    assert asked == ["essai"]


def test_a_tenant_may_have_a_plugin_that_is_no_longer_installed() -> None:
    assert hrefs(Plugins({}), tenant_with("gone")) == CORE


def test_personal_data_are_asked_of_a_plugin_that_is_off_too() -> None:
    kept = PersonalData()

    def personal_data(tenant: Tenant) -> Sequence[PersonalData]:
        del tenant
        return (kept,)

    plugins = Plugins({"a": made_up("a", personal_data)})
    assert plugins.for_tenant(tenant_with()).personal_data()[-1] is kept


def test_fragments_of_a_page_come_in_their_order() -> None:
    def page_fragments(context: PageContext) -> Sequence[Fragment]:
        return (
            Fragment(template=f"a/{context.page}.html", order=2),
            Fragment(template="a/first.html", order=1),
        )

    tenant = tenant_with("a")
    context = PageContext(page="public.manage", tenant=tenant, booking_id=UUID(int=1))
    plugins = Plugins({"a": made_up("a", page_fragments)})
    found = plugins.for_tenant(tenant).page_fragments(context)
    assert [fragment.template for fragment in found] == ["a/first.html", "a/public.manage.html"]


def test_where_two_plugins_replace_a_word_the_first_by_name_wins() -> None:
    plugins = Plugins(
        {
            "b": made_up("b", calling(person="élève", persons="élèves")),
            "a": made_up("a", calling(person="patient")),
        }
    )
    found = plugins.for_tenant(tenant_with("a", "b")).words()
    assert found["person"] == "patient"
    assert found["persons"] == "élèves"
    assert found["place"] == "lieu"


def test_without_plugins_the_words_are_the_core_s_own() -> None:
    tenant = tenant_with()
    plugins = Plugins({"a": made_up("a", calling(person="patient"))})
    assert plugins.for_tenant(tenant).words() == core_words(tenant)


def test_a_misspelt_hook_stops_the_start() -> None:
    def booking_rule(tenant: Tenant) -> Sequence[object]:
        del tenant
        return ()

    with pytest.raises(pluggy.PluginValidationError, match="booking_rule"):
        Plugins({"a": made_up("a", booking_rule)})


def test_an_argument_that_the_hook_lacks_stops_the_start() -> None:
    def nav_items(tenant: Tenant, agent: object) -> Sequence[NavItem]:
        del tenant, agent
        return ()

    with pytest.raises(pluggy.PluginValidationError, match="agent"):
        Plugins({"a": made_up("a", nav_items)})


def test_a_hook_that_pushes_in_stops_the_start() -> None:
    module = made_up("a")

    @hookimpl(tryfirst=True)
    def words(tenant: Tenant) -> Mapping[Word, str]:
        del tenant
        return {}

    vars(module)["words"] = words
    with pytest.raises(pluggy.PluginValidationError, match="order"):
        Plugins({"a": module})


def test_the_four_verticals_are_installed_distributions() -> None:
    assert installed().names == ("counter", "digital_aid", "lms", "social")
    assert set(installed().infos()) == set(installed().names)


@pytest.mark.parametrize(
    ("vertical", "person"),
    [
        ("lms", "étudiant"),
        ("counter", "partenaire"),
        ("social", "usager"),
        ("digital_aid", "apprenant"),
    ],
)
def test_each_vertical_has_its_word_for_a_person(vertical: str, person: str) -> None:
    with acting_for(tenant_with(vertical)):
        assert active().words()["person"] == person


@pytest.mark.feature("D-10")
def test_digital_aid_speaks_of_learners_advisers_and_structures() -> None:
    with acting_for(tenant_with("digital_aid")):
        said = active().words()
    assert (said["person"], said["persons"]) == ("apprenant", "apprenants")
    assert (said["agent"], said["organisation"]) == ("conseiller numérique", "structure")
    assert said["place"] == "lieu"
