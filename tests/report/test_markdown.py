from __future__ import annotations

from explorer.model.story import Story
from explorer.report.markdown import fenced, markdown, plain, span
from tests.report import findings
from tests.report.html import stories


def test_a_lost_update_as_an_issue_would_have_it() -> None:
    lines = markdown(stories.lost_update()).splitlines()
    assert lines[0] == "### Lost update in `counter`"
    assert lines[2] == "Process-1 overwrote Process-2's write of Value\\#1."
    assert lines[4] == "```text"
    assert "race-explorer replay reports/counter-lost-update.json  # replay it" in lines
    assert any(line.startswith("- **What makes the difference:** Step 4 decides") for line in lines)


def test_the_ring_of_a_deadlock_is_in_the_picture() -> None:
    assert "╭─▶ Process-1  holds Lock#1" in markdown(stories.crossed_locks())


def test_nothing_of_the_program_is_taken_for_markdown() -> None:
    assert plain("<b>*x*</b> `y`") == "\\<b\\>\\*x\\*\\</b\\> \\`y\\`"
    assert span("a`b``c") == "```a`b``c```"
    assert span("`") == "`` ` ``"
    assert fenced("```\nx") == "````text\n```\nx\n````"


def test_a_fence_in_a_value_does_not_end_the_picture() -> None:
    story = stories.renamed(stories.lost_update(), "1", "```")
    text = markdown(story)
    assert "````text" in text


def test_a_finding_that_was_not_saved_has_no_commands() -> None:
    from dataclasses import replace

    text = markdown(Story(replace(findings.lost_update(), file=None)))
    assert "race-explorer" not in text
