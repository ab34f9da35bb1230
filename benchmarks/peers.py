"""The same programs on frontrun, on interleave-test (as threads) and here (as processes).

Each cell of the tables is measured in an interpreter of its own, which is stopped when its time is
up; for speed the tools take turns, round after round, and the best is taken. Read the ratios.

    python3.12 -m venv /tmp/peers && /tmp/peers/bin/pip install -e '.[peers]'
    /tmp/peers/bin/python benchmarks/peers.py [--rounds 3] [--seconds 1] [--limit 20]

interleave-test needs Python 3.12 or later. What is not installed is left out, and that is said.

    speed    executions a second, nothing looked for
    first    executions, and milliseconds, until the first finding (five seeds, the median)
    verify   executions, and milliseconds, until all is verified
    size     of the counterexample that is reported: scheduling steps, and switches of worker
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.peer_programs import SUBJECTS, Subject
from benchmarks.peer_tools import TOOLS, Answer
from explorer.native import form

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ("speed", "first", "verify", "size")


def ask(tool: str, subject: str, question: str, seconds: float) -> Answer | None:
    """One cell, in this interpreter."""
    (asked,) = [one for one in SUBJECTS if one.name == subject]
    answer: Answer | None = getattr(TOOLS[tool][0], question)(asked, seconds)
    return answer


def ask_apart(tool: str, subject: str, question: str, options: argparse.Namespace) -> Answer:
    """One cell, in an interpreter of its own; `{"over": …}` if its time was up."""
    words = [sys.executable, __file__, "--seconds", str(options.seconds)]
    words += ["--cell", tool, subject, question]
    if TOOLS[tool][1] == "frontrun":  # it has to be started by its own command
        words.insert(0, str(Path(sys.executable).parent / "frontrun"))
    running = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        printed, said = running.communicate(timeout=options.limit)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)  # frontrun's command has a child
        running.communicate()
        return {"over": options.limit}
    if running.returncode:
        return {"failed": (said.strip().splitlines() or ["?"])[-1]}
    return json.loads(printed.splitlines()[-1]) or {}


def merged(answers: Sequence[Answer]) -> Answer:
    """The best round of one cell: what others on the machine take can only make it slower."""
    if any("rate" not in answer for answer in answers):
        return answers[-1]
    return {"rate": max(answer["rate"] for answer in answers)}


def rounds_of(
    question: str, tools: Sequence[str], options: argparse.Namespace
) -> Iterator[tuple[Subject, dict[str, Answer]]]:
    """The row of each program that makes sense for a question; tools take turns."""
    for subject in SUBJECTS:
        if question not in subject.asked:
            continue
        answers: dict[str, list[Answer]] = {tool: [] for tool in tools}
        for _ in range(options.rounds if question == "speed" else 1):
            for tool in tools:
                answers[tool].append(ask_apart(tool, subject.name, question, options))
        yield subject, {tool: merged(found) for tool, found in answers.items()}


def shown(answer: Answer) -> str:
    """A cell as text."""
    if "over" in answer:
        return f"> {answer['over']:g} s"
    if "failed" in answer:
        return answer["failed"][:24]
    if "rate" in answer:
        return f"{answer['rate']:,.0f}"
    if "steps" in answer:
        more = f", {answer['bound']}" if "bound" in answer else ""
        return f"{answer['steps']}, {answer['switches']}{more}"
    if "executions" in answer:
        doubt = "" if answer["sure"] else "?"
        bound = f", {answer['bound']}" if "bound" in answer else ""
        return f"{answer['executions']}{doubt}, {answer['ms']:.0f} ms{bound}"
    return "-"


def ratio(answers: dict[str, Answer]) -> str:
    """How many times the executions a second of the fastest peer."""
    peers = [
        answer["rate"]
        for tool, answer in answers.items()
        if "rate" in answer and not tool.startswith("ours")
    ]
    ours = answers["ours random"].get("rate")
    return f"{ours / max(peers):.0f} ×" if peers and ours else ""


def print_table(question: str, tools: Sequence[str], options: argparse.Namespace) -> None:
    """Ask one question of every tool, and print what they say."""
    (head,) = [line for line in (__doc__ or "").splitlines() if line.startswith(f"    {question} ")]
    print(f"\n{head.strip()}\n")
    heads = ["program", *tools, *(["ours / fastest peer"] if question == "speed" else [])]
    print("| " + " | ".join(heads) + " |")
    print("|---" * len(heads) + "|")
    for subject, answers in rounds_of(question, tools, options):
        cells = [subject.name, *map(shown, answers.values())]
        if question == "speed":
            cells.append(ratio(answers))
        print("| " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    """Answer one cell, or print all the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0, help="of one measurement of speed")
    parser.add_argument("--limit", type=float, default=20.0, help="seconds of one cell")
    parser.add_argument("--only", choices=QUESTIONS, nargs="*", default=QUESTIONS)
    parser.add_argument("--cell", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.cell:
        print(json.dumps(ask(*options.cell, options.seconds)))
        return
    for module in dict.fromkeys(module for _, module in TOOLS.values()):
        if importlib.util.find_spec(module) is None:
            print(f"{module}: not installed here, left out (see the head of this file)")
    tools = [tool for tool, (_, module) in TOOLS.items() if importlib.util.find_spec(module)]
    print(f"Python {sys.version.split()[0]}, engine {form()}")
    for question in options.only:
        print_table(question, tools, options)


if __name__ == "__main__":
    main()
