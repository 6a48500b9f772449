"""The composition root: builds every part from settings, opens and closes them in order."""
