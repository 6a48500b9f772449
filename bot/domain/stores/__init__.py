"""Protocols of what Easel remembers. Their methods raise `StoreError` if the database fails."""
