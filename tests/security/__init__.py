"""Attacks on the whole service or a part of it, each as its attacker would do it."""
