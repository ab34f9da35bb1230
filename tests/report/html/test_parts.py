"""The parts of a page: source, spans alongside events, arrows, the graph of waiting."""

from __future__ import annotations

import re

from explorer.model.story import Sight, Story
from explorer.report.chart import chart
from explorer.report.html.arrows import arrows, causes
from explorer.report.html.graph import graph
from explorer.report.html.spans import Span, holdings, lives, waits
from explorer.report.html.text import code, esc, in_code, raw_json
from tests.report import findings
from tests.report.html import stories


def test_source_is_marked_by_kind_of_word() -> None:
    assert code('if x == "a<b":  # yes') == (
        '<span class="k">if</span> x == <span class="s">&quot;a&lt;b&quot;</span>:  '
        '<span class="c"># yes</span>'
    )


def test_source_that_is_no_python_is_shown_all_the_same() -> None:
    for text in ('"open', "'''", "\\", "ünïcode = 0x1f", "\t\x1b"):
        shown = re.sub(r"</?span[^>]*>", "", code(text))
        assert shown == esc(text)


def test_words_between_backticks_are_code() -> None:
    assert in_code("by `with <a>` or not") == "by <code>with &lt;a&gt;</code> or not"


def test_json_cannot_end_its_script_element() -> None:
    text = raw_json({"a": "</script><!--", "b": "\u2028&"})
    assert "<" not in text
    assert "&" not in text
    assert text.isascii()


def test_a_lock_is_held_from_its_acquire_to_its_release() -> None:
    finding = findings.lost_update()
    sights = (
        Sight(-1, "Lock#1", "lock", (("", "free"),)),
        Sight(2, "Lock#1", "lock", (("", "held"),), ("Process-1",)),
        Sight(6, "Lock#1", "lock", (("", "free"),)),
    )
    drawn = chart(finding, whole=True)
    [span] = holdings(drawn, sights)
    assert (drawn.lanes[span.lane], span.object, span.level) == ("Process-1", "Lock#1", 0)
    inside = [
        row.event.step for row in drawn.rows[span.first : span.last + 1] if hasattr(row, "event")
    ]
    assert inside == [2, 3, 4, 5, 6]


def test_locks_inside_locks_are_nested() -> None:
    story = stories.crossed_locks()
    sights = (
        Sight(2, "Lock#1", "lock", (), ("Process-1",)),
        Sight(3, "Lock#2", "lock", (), ("Process-1",)),
    )
    spans = holdings(chart(story.finding, whole=True), sights)
    assert [(span.object, span.level) for span in spans] == [("Lock#1", 0), ("Lock#2", 1)]


def test_who_waits_for_ever_is_hatched_to_the_end() -> None:
    drawn = chart(stories.crossed_locks().finding, whole=True)
    last = len(drawn.rows) - 1
    assert {span.lane for span in waits(drawn) if span.last == last} == {0, 1, 2}


def test_a_process_is_there_from_its_start_on() -> None:
    drawn = chart(stories.lost_update().finding, whole=True)
    assert lives(drawn)[:3] == [Span(0, 0, 11), Span(1, 1, 8), Span(2, 2, 6)]


def test_arrows_leave_out_what_follows_from_others() -> None:
    finding = stories.lost_update().finding
    found = causes(finding.trace)
    assert (2, 4) in found  # the read came before the other's write
    assert (0, 4) not in found  # so did the start of the reader, which says nothing new


def test_every_arrow_points_forward_and_joins_two_processes() -> None:
    for story in (stories.lost_update(), stories.bounded_queue(), stories.philosophers()):
        events = story.finding.trace.events
        for arrow in arrows(story.finding):
            assert arrow.start < arrow.end
            if arrow.kind in ("before", "life"):
                assert events[arrow.start].actor != events[arrow.end].actor


def test_the_ring_of_a_deadlock_has_an_arrow_for_each_process() -> None:
    for number in (1, 2, 5):
        finding = findings.self_deadlock() if number == 1 else findings.philosophers(number)
        drawn = graph(finding, chart(finding, whole=True).lanes)
        assert drawn.count('class="wants"') == number
        assert drawn.count('class="box') == number


def test_a_wait_that_nobody_can_end_points_at_nobody() -> None:
    finding = findings.starved_queue()
    drawn = graph(finding, chart(finding, whole=True).lanes)
    assert ">nobody</text>" in drawn


def test_without_a_wait_there_is_no_graph() -> None:
    finding = findings.lost_update()
    assert graph(finding, ("Process-1",)) == ""


def test_a_story_may_have_a_trace_without_events() -> None:
    from dataclasses import replace

    from explorer.model.trace import Trace
    from explorer.report.html.page import page

    finding = findings.lost_update()
    symptom = replace(finding.symptom, steps=())
    empty = replace(finding, trace=Trace((), "finished"), symptom=symptom)
    assert "<h1>" in page(Story(empty))
