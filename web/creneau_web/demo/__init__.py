"""The demo: four tenants to look at, with accounts to sign in with."""
