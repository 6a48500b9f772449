"""Bytes in: recognise, refuse, shrink, convert. Runs in a decoder's process; fetches nothing."""
