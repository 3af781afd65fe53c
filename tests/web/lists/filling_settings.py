"""How the lists of the administration are filled: two pages of rows, of which a filter finds one."""

from datetime import timedelta

from creneau.context import SYSTEM
from creneau.planning import service as planning
from creneau.planning.drafts import ClosureDraft
from creneau.sealing import seal

from tests.days import today
from tests.web.backoffice.cast import Office, at
from tests.web.lists.filling import MORE, Filled, appointments, names, run, value

ONE = Filled({"filtre": names()[5]})


async def agents(office: Office) -> Filled:
    await run(
        """
        WITH made AS (
            INSERT INTO resource (tenant_id, kind, label)
            SELECT $1, 'agent', name FROM unnest($2::text[]) AS name RETURNING id, label
        ), hired AS (
            INSERT INTO agent (tenant_id, id, email, first_name, last_name, state)
            SELECT $1, id, lower(label) || '@example.org', 'Zoé', label, 'active' FROM made
            RETURNING id
        )
        INSERT INTO membership (tenant_id, agent_id, organisation_id, role_id)
        SELECT $1, hired.id, m.organisation_id, m.role_id FROM hired
        JOIN membership m ON m.tenant_id = $1 AND m.agent_id = $3
        """,
        names(),
        office.bea,
    )
    return ONE


async def organisations(office: Office) -> Filled:
    await run(
        """
        WITH made AS (
            INSERT INTO organisation (tenant_id, name) SELECT $1, unnest($2::text[]) RETURNING id
        )
        INSERT INTO membership (tenant_id, agent_id, organisation_id, role_id)
        SELECT $1, m.agent_id, made.id, m.role_id FROM made
        JOIN membership m ON m.tenant_id = $1 AND m.agent_id = $3
        """,
        names(),
        office.alice,
    )
    return ONE


async def services(office: Office) -> Filled:
    del office
    await run("INSERT INTO service (tenant_id, name) SELECT $1, unnest($2::text[])", names())
    return ONE


async def places(office: Office) -> Filled:
    await run(
        "INSERT INTO place (tenant_id, organisation_id, name) SELECT $1, $3, unnest($2::text[])",
        names(),
        office.organisation,
    )
    return ONE


async def motives(office: Office) -> Filled:
    await run(
        """
        INSERT INTO motive (tenant_id, organisation_id, service_id, name, duration_minutes)
        SELECT $1, m.organisation_id, m.service_id, called, 30
        FROM motive m, unnest($2::text[]) AS called WHERE m.tenant_id = $1 AND m.id = $3
        """,
        names(),
        office.motive,
    )
    return ONE


async def closures(office: Office) -> Filled:
    for number, name in enumerate(names()):
        starts_at = at(today() + timedelta(days=300 + number), 9)
        draft = ClosureDraft(
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            label=name,
            organisation_id=office.organisation,
        )
        await planning.create_closure(draft, SYSTEM)
    return ONE


async def tokens(office: Office) -> Filled:
    del office
    await run(
        """
        INSERT INTO api_token (tenant_id, digest, label, scopes, expires_at)
        SELECT $1, sha256(name::bytea), name, '{bookings:read}', now() + interval '9 days'
        FROM unnest($2::text[]) AS name
        """,
        names(),
    )
    return ONE


ENDPOINTS = """
    INSERT INTO webhook_endpoint (tenant_id, address, description, events, secret)
    SELECT $1, 'https://' || name || '.example', name, '{booking.created}', $3
    FROM unnest($2::text[]) AS name
"""


async def webhooks(office: Office) -> Filled:
    del office
    await run(ENDPOINTS, names(), seal("secret"))
    return ONE


async def deliveries(office: Office) -> Filled:
    del office
    made = await value(f"{ENDPOINTS} RETURNING id", names()[:1], seal("secret"))
    await run(
        """
        INSERT INTO webhook_delivery (tenant_id, endpoint_id, event_id, event, body, state, due_at,
            deadline_at, attempts, last_at, last_status)
        SELECT $1, $2, uuidv7(), 'booking.created', '{}',
            CASE WHEN n = 5 THEN 'dead' ELSE 'delivered' END, now(), now(), n, now(), 200
        FROM generate_series(1, $3::integer) AS n
        """,
        made,
        MORE,
    )
    return Filled({"filtre-etat": "dead"}, f"/administration/webhooks/{made}")


async def history(office: Office) -> Filled:
    await run(
        """
        INSERT INTO history (tenant_id, actor_kind, actor_id, subject_kind, subject_id, action, at)
        SELECT $1, 'agent', CASE WHEN n = 5 THEN $2::uuid ELSE $3::uuid END, 'webhook', uuidv7(),
            'webhook.paused', now() - make_interval(hours => 99 - n)
        FROM generate_series(1, $4::integer) AS n
        """,
        office.bea,
        office.alice,
        MORE,
    )
    return Filled({"qui": str(office.bea)})


async def imports(office: Office) -> Filled:
    await run(
        """
        INSERT INTO data_import (tenant_id, kind, file_name, locale, state, lines, agent_id, ended_at)
        SELECT $1, 'places', name, 'fr', 'done', 9, $3, now() FROM unnest($2::text[]) AS name
        """,
        names(),
        office.alice,
    )
    return ONE


async def providers(office: Office) -> Filled:
    del office
    await run(
        """
        INSERT INTO identity_provider (tenant_id, label, profile, for_agents, for_public, issuer,
            client_id, secret, client_sent, scopes, claim_map, algorithms, pkce, userinfo)
        SELECT $1, name, 'generic', true, false, 'https://id.example', 'us', $3, 'header',
            '{openid}', '{}', '{RS256}', true, 'plain'
        FROM unnest($2::text[]) AS name
        """,
        names(),
        seal("secret"),
    )
    return ONE


async def leaving_files(office: Office) -> Filled:
    del office
    await run(
        """
        INSERT INTO person (tenant_id, first_name, last_name, created_at)
        SELECT $1, 'Zoé', name, now() - interval '900 days' FROM unnest($2::text[]) AS name
        """,
        names(),
    )
    return ONE


async def leaving_appointments(office: Office) -> Filled:
    await appointments(office)
    long_ago = "interval '900 days'"
    await run(
        f"""
        UPDATE appointment SET starts_at = starts_at - {long_ago}, ends_at = ends_at - {long_ago}
        WHERE tenant_id = $1
        """
    )
    await run(f"UPDATE booking SET created_at = created_at - {long_ago} WHERE tenant_id = $1")
    return ONE


async def sectors(office: Office) -> Filled:
    del office
    await run("INSERT INTO social.sector (tenant_id, name) SELECT $1, unnest($2::text[])", names())
    return ONE


async def zones(office: Office) -> Filled:
    del office
    sector = await value(
        "INSERT INTO social.sector (tenant_id, name) VALUES ($1, 'Centre') RETURNING id"
    )
    await run(
        """
        INSERT INTO social.sector_zone
            (tenant_id, sector_id, town_code, town_name, street, street_plain)
        SELECT $1, $3, '26000', 'Clairval', name, lower(name) FROM unnest($2::text[]) AS name
        """,
        names(),
        sector,
    )
    return Filled({"filtre": names()[5]}, f"/administration/social/secteurs/{sector}")


async def motive_names(office: Office) -> Filled:
    await run(
        """
        INSERT INTO social.motive_name (tenant_id, service_id, name)
        SELECT $1, m.service_id, called FROM motive m, unnest($2::text[]) AS called
        WHERE m.tenant_id = $1 AND m.id = $3
        """,
        names(),
        office.motive,
    )
    return ONE


async def name_requests(office: Office) -> Filled:
    await run(
        """
        INSERT INTO social.name_request (tenant_id, organisation_id, service_id, name, asked_by)
        SELECT $1, m.organisation_id, m.service_id, called, $4
        FROM motive m, unnest($2::text[]) AS called
        WHERE m.tenant_id = $1 AND m.id = $3
        """,
        names(),
        office.motive,
        office.bea,
    )
    return ONE
