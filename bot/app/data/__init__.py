"""The data of an installation: who may read them, and the database they are in."""
