"""Merkle trees of RFC 9162 section 2.1."""
from wire import H


def node(left, right):
    return H(b'\1' + left + right)


def included(leaf, index, size, proof, root):
    fn, sn = index, size - 1
    for each in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            leaf = node(each, leaf)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            leaf = node(leaf, each)
        fn, sn = fn >> 1, sn >> 1
    return index < size and sn == 0 and leaf == root


def consistent(first, first_root, second, root, proof):
    if first in (0, second):
        return not proof and (first == 0 or first_root == root)
    if first > second or not proof:
        return False
    path = ([first_root] if first & (first - 1) == 0 else []) + proof
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for each in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node(each, old), node(each, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node(new, each)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first_root and new == root


class Tree:
    """The root of a growing tree, from the roots of its perfect subtrees."""

    def __init__(self):
        self.size, self.stack = 0, []

    def add(self, leaf):
        size, self.size = self.size, self.size + 1
        while size & 1:
            leaf, size = node(self.stack.pop(), leaf), size >> 1
        self.stack.append(leaf)

    def root(self):
        root = self.stack[-1] if self.stack else H(b'')
        for left in self.stack[-2::-1]:
            root = node(left, root)
        return root
