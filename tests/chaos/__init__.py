"""Storms of failures and restarts around the real service, checked against its promises."""
