"""A module with a mutable global and a plain one, imported by module_global.py."""

options = {"colour": "red"}
level = 1


def raise_level():
    global level
    level += 1
    return level
