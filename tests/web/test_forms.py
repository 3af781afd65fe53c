"""Forms as typed, and the addresses that proxies hand on."""

from ipaddress import ip_network
from typing import Annotated

import msgspec
import pytest
from creneau.refusals import InvalidInput
from creneau_infra.settings import Network
from creneau_web.auth.rules import local_path
from creneau_web.forms import Form
from creneau_web.proxies import Arrival, arrival, neighbourhood

OURS: tuple[Network, ...] = (ip_network("10.0.0.0/8"),)


class Asked(msgspec.Struct):
    name: Annotated[str, msgspec.Meta(max_length=5)]
    seats: int = 1
    note: str | None = None
    agreed: bool = False
    days: list[int] = []


def test_values_are_trimmed_and_freed_of_what_nobody_types() -> None:
    form = Form({"name": ["  Ze\u0301\x00o\r\nb\x1b "]})
    assert form.text("name") == "Zéo\nb"
    assert form.text("absent") == ""


def test_a_form_becomes_a_structure() -> None:
    form = Form({"name": ["Zoé"], "seats": [""], "agreed": ["on"], "days": ["1", "3", ""]})
    assert form.decode(Asked) == Asked(name="Zoé", agreed=True, days=[1, 3])


def test_every_wrong_field_has_its_sentence() -> None:
    with pytest.raises(InvalidInput) as refused:
        Form({"name": ["Zoé-Marie"], "seats": ["two"]}).decode(Asked, {"seats": "Combien ?"})
    assert set(refused.value.fields) == {"name", "seats"}
    assert refused.value.fields["seats"] == "Combien ?"


def test_an_empty_required_field_is_said_to_be_needed() -> None:
    with pytest.raises(InvalidInput) as refused:
        Form({"name": [" "]}).decode(Asked)
    assert "nécessaire" in refused.value.fields["name"]


def test_without_a_proxy_the_connection_says_it_all() -> None:
    assert arrival("192.0.2.7", {"host": "ville.fr"}, OURS) == Arrival("192.0.2.7", "ville.fr")


def test_our_proxy_is_believed_up_to_the_first_address_that_is_not_ours() -> None:
    headers = {
        "host": "inner",
        "x-forwarded-host": "ville.fr",
        "x-forwarded-for": "203.0.113.9, 192.0.2.7, 10.1.1.1",
    }
    assert arrival("10.0.0.2", headers, OURS) == Arrival("192.0.2.7", "ville.fr")


@pytest.mark.parametrize("name", ["x-forwarded-for", "x-forwarded-host", "forwarded"])
def test_nobody_else_is(name: str) -> None:
    assert arrival("192.0.2.7", {"host": "ville.fr", name: "10.0.0.1"}, OURS) is None


def test_neighbours_share_their_limits() -> None:
    assert neighbourhood("2001:db8:1:2::7") == neighbourhood("2001:db8:1:2:ffff::1")
    assert neighbourhood("192.0.2.7") != neighbourhood("192.0.2.8")


def test_only_paths_of_this_site_are_gone_on_to() -> None:
    assert local_path("/agents?jour=2026-11-24", "/") == "/agents?jour=2026-11-24"
    for elsewhere in ("//evil", "https://evil", "/\\evil", "\\\\evil", "/a\nb", "javascript:x"):
        assert local_path(elsewhere, "/") == "/"
