"""The notation of programs: `name argument… {block}…; name …`. A program is such a list itself."""

import re

TOKEN = re.compile(r"[{};]|[^\s{};]+")


class Node:
    """A statement: its number in the order of the text (from 1), its name, its arguments and its blocks."""

    __slots__ = ("number", "name", "args", "blocks")

    def __init__(self, number, name):
        self.number, self.name, self.args, self.blocks = number, name, [], []


def parse(text):
    """The statements of a program."""
    tokens = TOKEN.findall(text)
    nodes, at = block(tokens, 0, [0])
    if at != len(tokens):
        raise ValueError(f"unbalanced }} in {text}")
    return nodes


def block(tokens, at, count):
    nodes, node = [], None
    while at < len(tokens) and tokens[at] != "}":
        token = tokens[at]
        at += 1
        if token == ";":
            node = None
        elif token == "{":
            inner, at = block(tokens, at, count)
            node.blocks.append(inner)
            at += 1
        elif node is None:
            count[0] += 1
            node = Node(count[0], token)
            nodes.append(node)
        else:
            node.args.append(token)
    return nodes, at
