"""Adds the images of containers to graphs of files that name them."""

from __future__ import annotations

from bot.graphs.graph import Node
from bot.graphs.manifests.collector import Collector
from bot.graphs.manifests.infrastructure.values import split_image
from bot.graphs.manifests.reasons import NOT_SET


def join_image(graph: Collector, source: str, image: str, kind: str = "image") -> None:
    """Say that `source` runs `image`. With a variable in its name it is dashed."""
    name, version = split_image(image)
    is_open = "$" in image
    node = Node(f"image {image}", name, version, "image", is_unresolved=is_open)
    (graph.join_dashed if is_open else graph.join)(source, graph.add(node), kind)
    if is_open:
        graph.leave_open(image, NOT_SET)
