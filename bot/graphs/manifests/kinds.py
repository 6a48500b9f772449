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

# A thing is of the kind of the strongest chain that leads to it: the strongest first.
KINDS_BY_WEAKNESS = (PRODUCTION, PEER, INDIRECT, BUILD, OPTIONAL, DEVELOPMENT, CONSTRAINT)
WEAKNESS = {kind: weakness for weakness, kind in enumerate(KINDS_BY_WEAKNESS)}
