"""Storms in which people steer: they press, edit, delete and stop while everything fails."""
