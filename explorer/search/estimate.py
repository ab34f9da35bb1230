"""How many runs will there be? A guess, from the branches seen so far.

Knuth's estimate of the size of a tree (Math. Comp. 29, 1975), in the weighted form that fits a
depth-first search (Kilby, Slaney, Thiébaux, Walsh: AAAI 2006): each of the branches known at a
node is taken to hold an equal share of what lies below it. The search comes to know more branches
as it goes, so the guess grows first; it is exact when the search is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.search.node import Node


def fraction_done(nodes: Sequence[Node]) -> float:
    """The share of the tree that lies behind, given the path to the next run."""
    done = 0.0
    share = 1.0
    for node in nodes:
        if node.tried or node.todo:
            share /= node.tried + 1 + len(node.todo)
            done += share * node.tried
    return done


def share_of_branch(nodes: Sequence[Node]) -> float:
    """The share of the tree that one branch has at the first node where some are left."""
    share = 1.0
    for node in nodes:
        share /= node.tried + 1 + len(node.todo)
        if node.todo:
            break
    return share
