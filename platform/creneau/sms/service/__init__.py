"""SMS: whether they can be sent, sending them, and how they are set up (C-80)."""

from creneau.sms.service.sending import estimate, forget_old, ready, send, why_not
from creneau.sms.service.setting import (
    choose,
    connect,
    quiet_hours,
    set_up,
    state,
    switch,
    try_out,
    usage,
)

__all__ = [
    "choose",
    "connect",
    "estimate",
    "forget_old",
    "quiet_hours",
    "ready",
    "send",
    "set_up",
    "state",
    "switch",
    "try_out",
    "usage",
    "why_not",
]
