"""Reads tables of any size: cells, what columns hold, several files as one."""
