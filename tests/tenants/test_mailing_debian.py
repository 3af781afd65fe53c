"""A Debian mail server of a tenant's own, with TLS and a password."""

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from creneau.context import SYSTEM, Tenant
from creneau_infra import clock, outgoing
from creneau_infra.mail import talking
from creneau_infra.mail.errors import ServerAwayError
from creneau_infra.settings import Settings
from creneau_tenants.mailing import jobs, service
from creneau_tenants.mailing.errors import ServerDoesNotWork
from creneau_tenants.mailing.schemas import ServerSettings

from tests.infra import exim
from tests.tenants.post import ADDRESS, MESSAGE, PLATFORM, Office, confirmed, seen


@pytest.fixture(scope="module")
def debian(data_dir: Path) -> Generator[exim.MailServer, None, None]:
    folder = data_dir / "exim-of-a-tenant"
    folder.mkdir(mode=0o755)
    with exim.running(folder) as server:
        yield server


async def test_a_debian_server_with_tls_and_a_password_carries_a_tenant_s_mails(
    tenant: Tenant,
    office: Office,
    debian: exim.MailServer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = (f"localhost:{debian.implicit}",)
    outgoing.configure(msgspec.structs.replace(settings, outgoing_private_hosts=opened))
    talking.certificates.cache_clear()
    talking.certificates().load_verify_locations(debian.authority)
    await confirmed(office, tenant)
    chosen = ServerSettings(
        host="localhost", port=debian.implicit, security="implicit", username=exim.USER
    )
    await service.set_server(chosen, "wrong", SYSTEM, seen=await seen())
    with pytest.raises(ServerDoesNotWork) as caught:
        await jobs.send_trial(await service.to_test(), "alice@example.org", PLATFORM)
    assert "refuse l’identifiant ou le mot de passe" in str(caught.value)
    await service.set_server(chosen, exim.PASSWORD, SYSTEM, seen=await seen())
    tested = await service.to_test()
    await jobs.send_trial(tested, "alice@example.org", PLATFORM)
    await service.mark_tested(tested, SYSTEM)
    await service.switch(SYSTEM, on=True)
    await office.post.deliver(MESSAGE)
    debian.run_queue()
    arrived = next(one for one in debian.delivered() if one["Subject"] == "Bonjour")
    assert arrived["From"] == f"{tenant.name} <{ADDRESS}>"
    # The password is changed on the server: the platform steps in, and the page says why.
    await service.set_server(chosen, "changed since", SYSTEM, seen=await seen())
    await _as_if_tested()
    start = clock.now()
    with pytest.raises(ServerAwayError):
        await office.post.deliver(msgspec.structs.replace(MESSAGE, message_id="2"))
    assert (await service.state()).trouble == "sign_in"
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=3))
    await office.box.clear()
    await office.post.deliver(msgspec.structs.replace(MESSAGE, message_id="2"))
    assert len(await office.box.letters()) == 1
    talking.certificates.cache_clear()
    outgoing.configure(settings)


async def _as_if_tested() -> None:
    """Note a test that was never made: the server changed its mind after one."""
    await service.mark_tested(await service.state(), SYSTEM)
    await service.switch(SYSTEM, on=True)
