import asyncio

from creneau_infra.postgres.errors import DatabaseUnavailableError
from creneau_infra.postgres.transactions import directory_transaction
from creneau_infra.redis import client

SECONDS_TO_ANSWER = 2.0


async def readiness() -> dict[str, bool]:
    """Tell for each server whether it answers: `postgres`, and `redis` where one is used.

    Without Redis everything goes on, more slowly; only `postgres` decides whether to serve.
    """
    answers = {"postgres": await _postgres_answers()}
    if client.url() is not None:
        answers["redis"] = await client.answers()
    return answers


async def _postgres_answers() -> bool:
    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER), directory_transaction():
            return True
    except (DatabaseUnavailableError, TimeoutError):
        return False
