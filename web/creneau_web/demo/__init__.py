"""The demo: four tenants to look at, with accounts to sign in with."""

from creneau_web.demo.accounts import PASSWORD, DemoAccount
from creneau_web.demo.filling import accounts, fill, progress

__all__ = ["PASSWORD", "DemoAccount", "accounts", "fill", "progress"]
