"""Which theorem rests on which, as layers: what every drawing of the graph starts from."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from theory.statements.theorem import Theorem

Edge = tuple[str, str]  # ids: the used theorem, then the one that uses it


def layers(theorems: Sequence[Theorem], elsewhere: Collection[str] = ()) -> tuple[list[list[str]], list[Edge]]:
    """Ids by depth, used ones first and in the given order within a layer; and every edge between theorems given.

    A theorem stands one layer after the deepest theorem that it uses. Of those in `elsewhere` it is not said what they
    use: they stand in the first layer.
    """
    import networkx as nx  # here, as it takes a tenth of a second and only drawings need it

    order = {theorem.id: place for place, theorem in enumerate(theorems)}
    graph = nx.DiGraph()
    graph.add_nodes_from(order)
    graph.add_edges_from(
        (used.id, t.id) for t in theorems if t.id not in elsewhere for used in t.uses if used.id in order
    )
    return [sorted(layer, key=order.__getitem__) for layer in nx.topological_generations(graph)], list(graph.edges)
