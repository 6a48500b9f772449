"""Storms of several replicas on one PostgreSQL, which fails as well."""
