"""Fetches files, reads them in the sandbox, keeps working copies, prepares them for the model."""
