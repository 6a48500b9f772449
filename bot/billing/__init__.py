"""What requests cost, and what may be spent. See `budget_guard.py` and `usage_meter.py`."""
