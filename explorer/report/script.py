"""A standalone script that shows a finding on plain multiprocessing, and needs nothing of ours.

It is the program itself with a few `time.sleep` calls, each said to be there for what, a check at
the end and, where processes wait for ever, a time limit. It ends with exit code 1 if the race
showed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import Final

from explorer.report.ending import Ending, check_edit
from explorer.report.insertion import Sleep, Source, quoted

_PAUSE: Final = '''
def pause(seconds, process=None):
    """Sleep; if a process is named, only in that one."""
    if process is None or {module}.current_process().name == process:
        time.sleep(seconds)

'''
_TWO_STEPS: Final = '''
def send_in_two_steps(connection, data, seconds, process=None):
    """What `connection.send_bytes(data)` does with a long message, with time in between."""
    connection._send(struct.pack("!i", len(data)))
    pause(seconds, process)
    connection._send(data)

'''
_SLOW: Final = '''
class Slow:
    """An item that takes its time to be pickled, in the background, as a big one does."""

    def __init__(self, item, seconds):
        self.item = item
        self.seconds = seconds

    def __reduce__(self):
        time.sleep(self.seconds)
        return itself, (self.item,)


def itself(item):
    """What a slow item is unpickled as."""
    return item


def slow(item, seconds, process=None):
    """The item; in the process that is named, if one is, a slow one."""
    if process is None or {module}.current_process().name == process:
        return Slow(item, seconds)
    return item

'''
_PASSING: Final = '''
passed = {}


def passing(place):
    """How often this process has come by here, this time included."""
    passed[place] = passed.get(place, 0) + 1
    return passed[place]

'''
_LIMIT: Final = '''
def time_is_up(number, frame):
    """Nobody can go on any more: say who waits for whom, and end."""
{told}
    for child in {module}.active_children():
        child.kill()
    os._exit(1)


def give_up():
    """A process that was forked ends by itself, soon after the main process has given up."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm({later})


if {module}.current_process().name == "MainProcess":
    signal.signal(signal.SIGALRM, time_is_up)
    signal.alarm({limit})
    os.register_at_fork(after_in_child=give_up)
else:
    give_up()

'''
_AGAIN: Final = '''
def again():
    """The race did not show: begin anew, {tries} times in all."""
    tries = int(os.environ.get("TRIES", "1"))
    if os.getpid() != main:
        return
    for child in {module}.active_children():
        child.join()
    print(f"It did not show in try {{tries}} of {tries}.", flush=True)
    if tries < {tries}:
        os.environ["TRIES"] = str(tries + 1)
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


main = os.getpid()
atexit.register(again)

'''
_TRIES: Final = 4
_OUTPUT: Final = """
if {module}.current_process().name == "MainProcess":
    terminal = os.dup(1)
    printed = tempfile.TemporaryFile("w+")
    os.dup2(printed.fileno(), 1)  # what all processes print, to be looked at in the end

"""
_OUTPUT_CHECK: Final = """
    sys.stdout.flush()
    printed.seek(0)
    output = printed.read()
    os.write(terminal, output.encode())
    os.dup2(terminal, 1)
    try:
        check(output)
    except AssertionError as error:
        print("ASSERTION:", error)
        sys.exit(1)
"""


@dataclass(frozen=True, slots=True)
class Script:
    """The script, and the program that it was made of (`before`).

    `sure`: its sleeps force the race in every order of what happens at the same moment.
    `seconds`: how long it sleeps until the race has shown.
    """

    text: str
    before: str
    sleeps: int
    sure: bool
    seconds: float = 0.0

    def diff(self, name: str) -> str:
        """What was changed, as a unified diff."""
        return "".join(
            unified_diff(
                self.before.splitlines(keepends=True),
                self.text.splitlines(keepends=True),
                f"a/{name}",
                f"b/{name}",
            )
        )


def called(text: str, function: str) -> str:
    """A module's text, with a call of one of its functions at the end."""
    found = next(
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.name == function
    )
    wanted = len(found.args.args) - len(found.args.defaults)
    given = "multiprocessing" if wanted > 0 else ""
    return f'{text.rstrip()}\n\n\nif __name__ == "__main__":\n    {function}({given})\n'


def write_script(
    source: Source,
    sleeps: Sequence[Sleep],
    ending: Ending,
    head: Sequence[str],
    *,
    absent: Sequence[tuple[int, Sequence[str]]] = (),
    checks_output: bool = False,
    sure: bool = True,
) -> str:
    """The text of the script.

    Args:
        head: lines of the comment at the top.
        absent: lines of functions whose processes are left out, and the names of those.
        checks_output: the program has a function `check(output)` to be called in the end.
        sure: whether the race shows in every run. Where it does not, and showing means to wait for
            ever, the script tries several times.
    """
    edits = list(source.sleep_edits(sleeps))
    found = check_edit(ending, source)
    if found is not None:
        edits.append(found)
    edits += [_leave_out(source, line, names) for line, names in absent]
    text = source.edited(edits)
    if checks_output:
        text = text.rstrip("\n") + _OUTPUT_CHECK
    text = _with_helpers(text, _helpers(text, ending, checks_output=checks_output, sure=sure))
    return _with_head(text, head)


def _helpers(text: str, ending: Ending, *, checks_output: bool, sure: bool) -> str:
    parts = []
    module = Source(text).module
    in_steps = "send_in_two_steps(" in text
    if in_steps:
        parts.append(_TWO_STEPS)
    if "(pause(" in text or in_steps:
        parts.append(_PAUSE.format(module=module))
    if "slow(" in text:
        parts.append(_SLOW.format(module=module))
    if "passing(" in text:
        parts.append(_PASSING)
    if ending.limit is not None:
        told = [f"Not finished after {ending.limit} seconds.", *ending.told]
        lines = "\n".join(f"    print({quoted(line)}, flush=True)" for line in told)
        parts.append(
            _LIMIT.format(told=lines, limit=ending.limit, later=ending.limit + 1, module=module)
        )
        if not sure and not ending.checks and not checks_output:
            parts.append(_AGAIN.format(tries=_TRIES, module=module))
    if checks_output:
        parts.append(_OUTPUT.format(module=module))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _with_helpers(text: str, helpers: str) -> str:
    """The text with what is needed behind its imports."""
    source = Source(text)
    imports = _imports_needed(source, text + helpers)
    last = None
    for statement in source.tree.body:
        is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, ast.Import | ast.ImportFrom) or is_docstring:
            last = statement
        else:
            break
    place = 0 if last is None else source.after(last)
    gap = "\n" if isinstance(last, ast.Expr) else ""
    new = gap + "".join(f"{line}\n" for line in imports)
    if helpers:
        follows = source.text[place:]
        new += "\n" + helpers + ("" if follows.startswith("\n") else "\n\n")
    return source.edited([(place, place, new)]) if new.strip() else text


def _imports_needed(source: Source, whole: str) -> Iterator[str]:
    bound = {
        alias.asname or alias.name
        for statement in source.tree.body
        if isinstance(statement, ast.Import)
        for alias in statement.names
    }
    tree = ast.parse(whole)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for name in ("atexit", "multiprocessing", "os", "signal", "struct", "sys", "tempfile", "time"):
        if name in used and name not in bound:
            yield f"import {name}"
    if "ForkingPickler" in used:
        yield "from multiprocessing.reduction import ForkingPickler"


def _leave_out(source: Source, line: int, names: Sequence[str]) -> tuple[int, int, str]:
    """Let these processes return from their function at once."""
    function = next(
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef)
        and line in (node.lineno, *(each.lineno for each in node.decorator_list))
    )
    body = function.body
    has_docstring = ast.get_docstring(function) is not None and len(body) > 1
    first = body[1] if has_docstring else body[0]
    place = source.offset(first.lineno, 0)
    indent = source.indent_of(first)
    listed = ", ".join(map(quoted, names)) + ("," if len(names) == 1 else "")
    return (
        place,
        place,
        f"{indent}if {source.module}.current_process().name in ({listed}):\n"
        f"{indent}    return  # not needed to show it\n",
    )


def _with_head(text: str, head: Sequence[str]) -> str:
    """The text with a comment on top, behind what must stay in the first line."""
    lines = text.splitlines(keepends=True)
    kept = 0
    while (
        kept < min(2, len(lines))
        and lines[kept].startswith("#")
        and (lines[kept].startswith("#!") or "coding" in lines[kept])
    ):
        kept += 1
    comment = [f"# {line}".rstrip() + "\n" for line in head]
    return "".join([*lines[:kept], *comment, "\n", *lines[kept:]])
