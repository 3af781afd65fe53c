"""The telephones of the demo's administrators: whoever tries the demo has none of them at hand."""

from creneau.agents.second_factor.rules import code_at, step_of
from creneau_infra import clock

from creneau_web.demo.accounts import DemoAccount
from creneau_web.demo.fill import accounts, is_filled


def code_of(account: DemoAccount) -> str:
    """Give an account's code of this moment; empty where none is asked for."""
    return code_at(account.telephone, step_of(clock.now())) if account.telephone else ""


async def codes() -> list[tuple[str, str]]:
    """List whose code is what at this moment, once the demo is filled."""
    known = await accounts() if await is_filled() else []
    return [(one.email, code_of(one)) for one in known if one.telephone]
