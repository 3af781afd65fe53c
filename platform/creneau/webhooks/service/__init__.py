"""The use cases of webhooks (T-13): what is set, what is sent, what is sent again."""

from creneau.webhooks.service.replaying import (
    deliveries,
    delivery,
    replay,
    replay_all,
    send_test,
)
from creneau.webhooks.service.sending import deliver_next, due, forget_old, note_booking
from creneau.webhooks.service.setting import (
    counts,
    create,
    endpoint,
    endpoints,
    pause,
    remove,
    resume,
    rotate,
    update,
)

__all__ = [
    "counts",
    "create",
    "deliver_next",
    "deliveries",
    "delivery",
    "due",
    "endpoint",
    "endpoints",
    "forget_old",
    "note_booking",
    "pause",
    "remove",
    "replay",
    "replay_all",
    "resume",
    "rotate",
    "send_test",
    "update",
]
