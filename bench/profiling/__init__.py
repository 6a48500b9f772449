"""Where the CPU time of a burst goes: the sampler runs Easel, the report reads its samples."""
