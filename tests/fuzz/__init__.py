"""Randomly damaged files, fed to the sandbox by the thousand: only its processes may break."""
