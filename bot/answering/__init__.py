"""The way of one question: prepared, afforded, asked, settled, shown. See `answerer.py`."""
