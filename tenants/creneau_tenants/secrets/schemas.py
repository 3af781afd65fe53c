"""Where secrets at rest stand."""

import msgspec


class SealedColumn(msgspec.Struct, frozen=True):
    """A `bytea` column that holds what `creneau_infra.sealing.seal` made; the key is `key`."""

    table: str
    column: str
    key: str = "id"


# Every one of the house; plugins name theirs by hook. `creneau secrets rotate` seals their values
# anew under the newest key.
SEALED_COLUMNS: tuple[SealedColumn, ...] = (
    SealedColumn("identity_provider", "secret"),
    SealedColumn("sign_on_flow", "kept"),
    SealedColumn("sign_on_flow", "answer"),
    SealedColumn("sign_on_session", "id_token", key="session_id"),
    SealedColumn("busy_source", "address"),
    SealedColumn("second_factor", "secret", key="agent_id"),
    SealedColumn("mail_setting", "password", key="tenant_id"),
    SealedColumn("sms_setting", "secrets", key="tenant_id"),
    SealedColumn("webhook_endpoint", "secret"),
    SealedColumn("webhook_endpoint", "previous_secret"),
)
