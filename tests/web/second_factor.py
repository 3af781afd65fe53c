"""An agent's telephone, as tests have one: it makes the code of the moment."""

from itertools import count
from uuid import UUID

from creneau.agents import queries as agents
from creneau.agents.second_factor import service
from creneau.agents.second_factor.rules import code_at, new_secret, step_of
from creneau.database import tenant_transaction
from creneau_infra.clock import now

from tests.web.stage import Visitor


class Telephone:
    """Makes codes from a secret; each code is another, as long as no more than three are asked."""

    def __init__(self, secret: str) -> None:
        self.secret = secret.replace(" ", "")
        self._given = count(-1)

    def code(self, *, later: int = 0) -> str:
        """Give the code of this half minute, or of one `later`."""
        return code_at(self.secret, step_of(now()) + later)

    def next_code(self) -> str:
        """Give a code that was not given before: of the half minute before, this one, the next."""
        return self.code(later=next(self._given))


async def give_telephone(agent_id: UUID) -> Telephone:
    """Set a second factor up for an agent of the current tenant."""
    secret = new_secret()
    await service.set_known(agent_id, secret)
    return Telephone(secret)


async def sign_in_whole(visitor: Visitor, email: str, password: str, way: str = "") -> Visitor:
    """Sign an agent of the current tenant in: a password and, where it is due, a code."""
    fields = {"email": email, "password": password, "next": way}
    answer = await visitor.submit("/agents/connexion", fields)
    assert answer.status_code == 303, answer.text
    if answer.headers["location"] == "/agents/connexion/telephone":
        async with tenant_transaction() as tx:
            found = await agents.sign_in(tx, email)
        assert found is not None
        telephone = await give_telephone(found.agent.id)
        answer = await visitor.submit("/agents/connexion", fields)
        answer = await visitor.submit("/agents/connexion/code", {"code": telephone.code()})
        assert answer.status_code == 303, answer.text
    return visitor
