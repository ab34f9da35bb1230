"""What can be typed, and which function each command is."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from explorer.cli import confirm, fix, hunt, listing, replay, report, script, verify
from explorer.cli.pages import FORMS
from explorer.fixing.trial import DEFAULT_EXECUTIONS
from explorer.hunting import DEFAULT_EXAMPLES

_TARGETS = """\
TARGET is the name of a built-in scenario (`race-explorer list`), path/to/script.py (run as
__main__), path/to/script.py::function or package.module:function. Options come before it;
everything after a script is the script's own sys.argv[1:]."""

_CODES = """\
exit codes: 0 nothing found, 1 a finding, 2 wrong usage or bad input, 3 inconclusive,
130 interrupted (what was found so far is saved)"""


class _Command(argparse.ArgumentParser):
    """The parser of one command; a wrong option brings up the usage of that command."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What argparse calls for a command; it would leave the rest to the parser of all."""
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return found, rest


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The options of one call; exits with code 2 and a message if they are wrong."""
    return _parser().parse_args(list(words))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="race-explorer",
        description="Finds lost updates and deadlocks in programs that use multiprocessing, "
        "and shrinks each to its smallest case.",
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"race-explorer {_version()}")
    command: type[argparse.ArgumentParser] = _Command
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, parser_class=command
    )
    _add_list(commands)
    _add_hunt(commands)
    _add_verify(commands)
    _add_replay(commands)
    _add_confirm(commands)
    _add_script(commands)
    _add_fix(commands)
    _add_report(commands)
    return parser


def _version() -> str:
    try:
        return version("race-explorer")
    except PackageNotFoundError:
        return "(not installed)"


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    help: str,
    epilog: str = _TARGETS,
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=help,
        description=help[0].upper() + help[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_list(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "list", "show the built-in scenarios", epilog="")
    parser.set_defaults(command=listing.run)


def _add_hunt(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "hunt", "generate cases, find races and deadlocks, shrink them")
    parser.add_argument(
        "--examples",
        type=_positive,
        default=DEFAULT_EXAMPLES,
        metavar="N",
        help="cases that Hypothesis draws for each target (default: %(default)s)",
    )
    parser.add_argument(
        "--seconds", type=_seconds, metavar="S", help="stop searching after S seconds in all"
    )
    parser.add_argument(
        "--seed",
        type=_natural,
        default=0,
        metavar="N",
        help="the same seed gives the same hunt (default: %(default)s)",
    )
    _add_reports(parser)
    parser.add_argument("--html", metavar="FILE", help="write a report of the hunt, with plots")
    _add_json(parser)
    parser.add_argument(
        "words",
        nargs=argparse.REMAINDER,
        metavar="TARGET",
        help="what to hunt in; none: every scenario that is meant to fail",
    )
    parser.set_defaults(command=hunt.run)


def _add_replay(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(
        commands, "replay", "run a saved case once, draw it, say whether it still fails", epilog=""
    )
    _add_json(parser)
    parser.add_argument(
        "--twice",
        action="store_true",
        help="run it twice and show the first difference, if there is one",
    )
    parser.add_argument("--html", metavar="FILE", help="write a page to step through the run")
    parser.add_argument(
        "-o",
        dest="output",
        type=_picture,
        action="append",
        default=[],
        metavar="FILE",
        help="write the picture as .html, .svg, .md or .txt; may be given several times",
    )
    parser.add_argument("case", metavar="CASE.json", help="a case file that hunt saved")
    parser.set_defaults(command=replay.run)


def _add_confirm(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "confirm", "run a saved case on real processes", epilog="")
    parser.add_argument(
        "--times",
        type=_positive,
        default=20,
        metavar="N",
        help="runs of each (default: %(default)s)",
    )
    parser.add_argument(
        "--gated", action="store_true", help="only with each operation granted in its order"
    )
    parser.add_argument(
        "--jitter", action="store_true", help="only free-running, with a few real sleeps"
    )
    _add_json(parser)
    parser.add_argument("case", metavar="CASE.json", help="a case file that hunt saved")
    parser.set_defaults(command=confirm.run)


def _add_script(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(
        commands, "script", "write a standalone reproduction that needs nothing of ours", epilog=""
    )
    parser.add_argument(
        "-o", dest="output", metavar="FILE", help="where to write it (default: stdout)"
    )
    _add_json(parser)
    parser.add_argument("case", metavar="CASE.json", help="a case file that hunt saved")
    parser.set_defaults(command=script.run)


def _add_fix(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(
        commands, "fix", "try lock placements: safe or not, how concurrent, the smallest as a diff"
    )
    parser.add_argument(
        "--max-executions",
        type=_positive,
        default=DEFAULT_EXECUTIONS,
        metavar="N",
        help="executions for each placement, at most (default: %(default)s)",
    )
    parser.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        help="write the changed program to FILE, or the diff if it ends in .diff or .patch",
    )
    _add_reports(parser)
    _add_json(parser)
    _add_target(parser, "what to make safe")
    parser.set_defaults(command=fix.run)


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(
        commands, "report", "write pages of saved cases, with an index over them", epilog=""
    )
    parser.add_argument(
        "-o",
        "--output",
        default=report.DEFAULT_FOLDER,
        metavar="DIR",
        help="where the pages go (default: %(default)s/)",
    )
    _add_json(parser)
    parser.add_argument(
        "cases",
        nargs="*",
        metavar="CASE.json",
        help=f"case files, or folders of them (default: {report.DEFAULT_FOLDER}/)",
    )
    parser.set_defaults(command=report.run)


def _add_verify(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "verify", "run every trace once; stop at the first finding")
    parser.add_argument("--all", action="store_true", help="go on after the first finding")
    parser.add_argument(
        "--max-executions", type=_positive, metavar="N", help="give up after N executions"
    )
    parser.add_argument("--seconds", type=_seconds, metavar="S", help="give up after S seconds")
    parser.add_argument(
        "--preemptions",
        type=_natural,
        metavar="N",
        help="run only the schedules with up to N preemptions; a pass is then within this bound",
    )
    parser.add_argument(
        "--workers",
        type=_positive,
        default=1,
        metavar="N",
        help="processes that share the search; what comes of it is the same (default: %(default)s)",
    )
    _add_reports(parser)
    _add_json(parser)
    _add_target(parser, "what to verify")
    parser.set_defaults(command=verify.run)


def _add_target(parser: argparse.ArgumentParser, help: str) -> None:
    parser.add_argument("target", metavar="TARGET", help=help)
    arguments = parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="ARG", help="the script's own arguments"
    )
    arguments.required = False  # argparse would name it beside the target that is missing


def _add_reports(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reports",
        default="reports",
        metavar="DIR",
        help="where minimal cases are saved (default: %(default)s/)",
    )


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", metavar="FILE", help="write the result as one JSON object (- is stdout)"
    )


def _picture(text: str) -> str:
    if not text.lower().endswith(tuple(FORMS)):
        raise argparse.ArgumentTypeError(f"{text!r} must end in one of {', '.join(FORMS)}")
    return text


def _positive(text: str) -> int:
    number = _natural(text)
    if number == 0:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _natural(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}") from None
    if number < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number of seconds, not {text!r}") from None
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return number
