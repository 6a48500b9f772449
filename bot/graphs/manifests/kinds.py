"""The words for how a thing is needed: kinds of nodes and edges in graphs of manifests."""

from __future__ import annotations

PROJECT = "project"
PRODUCTION = "production"
DEVELOPMENT = "development"
OPTIONAL = "optional"
PEER = "peer"
BUILD = "build"
# Needed by what is needed, and named in the file for its version alone.
INDIRECT = "indirect"
# A language, an extension or a system that has to be there already.
PLATFORM = "platform"
# A version that is prescribed for whoever else needs it.
CONSTRAINT = "constraint"
REPLACEMENT = "replacement"

# How weak a need is: a thing is of the kind of the strongest chain that leads to it.
WEAKNESS = {PEER: 1, INDIRECT: 1, BUILD: 2, OPTIONAL: 3, DEVELOPMENT: 4, CONSTRAINT: 5}
KINDS_BY_WEAKNESS = (PRODUCTION, PEER, BUILD, OPTIONAL, DEVELOPMENT, CONSTRAINT)
