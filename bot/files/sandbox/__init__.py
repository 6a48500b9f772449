"""Runs the readers in processes with limits of time and memory."""
