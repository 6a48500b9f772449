"""Measures one process on SQLite next to one and several replicas on PostgreSQL."""
