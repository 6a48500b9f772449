"""Finds marks on a screenshot of a picture that is known. Runs in a sandbox process."""
