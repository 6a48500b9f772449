"""Connections to PostgreSQL, transactions on them, and how a database there is opened."""
