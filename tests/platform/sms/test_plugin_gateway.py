"""A gateway of a plugin's own, as docs/messages.md shows it."""

import re
from types import ModuleType

import msgspec
import pytest
from creneau import plugins
from creneau.context import SYSTEM, acting_for
from creneau.refusals import InvalidInput
from creneau.sms import service
from creneau.sms.errors import SmsOff, SmsRefused
from creneau.sms.schemas import Connection, Sms, SmsSettings
from creneau.testing.declarations import field_faults

from tests.architecture.tree import ROOT
from tests.platform.cast import new_tenant
from tests.plugins.cast import tenant_with

PAGE = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
VALUES = {"choir_account": "alto", "choir_password": "do-re-mi"}


def choir() -> ModuleType:
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    module = ModuleType("creneau_choir.plugin")
    exec(code, vars(module))  # noqa: S102 - our own page, read as its reader would
    return module


@pytest.mark.usefixtures("database")
async def test_the_page_s_gateway_works_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    found = plugins.Plugins({"choir": choir()})
    monkeypatch.setattr(plugins, "installed", lambda: found)
    made = await new_tenant()
    with acting_for(msgspec.structs.replace(made, plugins=frozenset({"choir"}))):
        with pytest.raises(InvalidInput):
            await service.connect(Connection(gateway="choir.smpp"), SYSTEM, seen=None)
        await service.connect(Connection(gateway="choir.smpp", values=VALUES), SYSTEM, seen=None)
        assert (await service.try_out("0612345678", SYSTEM)).startswith("smpp-")
        await service.switch(SYSTEM, on=True)
        await service.send(Sms(to="+33612345678", text="Do", reference="1"))
        before = await service.state()
        assert before is not None
        await service.choose(SmsSettings(abroad=True), SYSTEM, seen=before.updated_at)
        with pytest.raises(SmsRefused):
            await service.send(Sms(to="+12015550123", text="Do", reference="2"))
        assert (await service.usage()).sent == 2
        off = plugins.Plugins({})
        monkeypatch.setattr(plugins, "installed", lambda: off)
        assert not await service.ready()
        with pytest.raises(SmsOff):
            await service.send(Sms(to="+33612345678", text="Do", reference="3"))


def test_the_contract_asks_for_a_gateway_s_own_names() -> None:
    tenant = tenant_with("choir")
    assert list(field_faults("choir", choir(), tenant)) == []
    assert list(field_faults("opera", choir(), tenant)) == [
        "choir.smpp: a gateway's code starts with opera.",
        "choir_account: a field's name starts with opera_",
        "choir_password: a field's name starts with opera_",
    ]
