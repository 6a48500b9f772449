"""Meter what requests cost, and limit what may be spent. Start at `budget_guard.py`."""
