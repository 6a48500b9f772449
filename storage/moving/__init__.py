"""Copies an installation's database from SQLite to PostgreSQL, and checks that all is there."""
