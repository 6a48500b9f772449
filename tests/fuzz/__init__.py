"""Files changed at random, fed to the decoders by the thousand: what may break is theirs alone."""
