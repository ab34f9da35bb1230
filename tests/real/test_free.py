"""Free runs: sleeps force a finding, and what is seen of them is judged."""

import pytest

from explorer.confirming import sleeps_of
from explorer.model.case import Case
from explorer.model.verdict import Kind
from explorer.search.playback import Playback, decisions
from explorer.worlds.real.evidence import Evidence, wilson
from explorer.worlds.real.forcing import stretched
from explorer.worlds.real.host import Wardens
from explorer.worlds.real.plan import Plan
from tests.real import bodies
from tests.real.runs import Function, failing_trace, runner_of, task_for


def plan_for(body: Function, kind: Kind) -> Plan:
    runner, case = runner_of(body), Case(body.__name__)
    order = [event.actor for event in failing_trace(body).events if not event.eager]
    made = runner.run(case, Playback(order))
    assert decisions(made.log) == order
    return Plan(runner, case, made, lambda symptom: symptom.kind is kind)


def test_two_sleeps_force_a_lost_update_whatever_comes_first() -> None:
    forcing = plan_for(bodies.counter, Kind.LOST_UPDATE).forcing
    assert forcing is not None
    assert forcing.sure
    assert [(str(delay.at), delay.ticks) for delay in forcing.schedule.delays] == [
        ("Process-2 before read Value#1", 1),
        ("Process-1 before write Value#1", 2),
    ]


def test_longer_ticks_force_it_as_well() -> None:
    plan = plan_for(bodies.crossed_locks, Kind.DEADLOCK)
    assert plan.forcing is not None
    assert plan.lasts(plan.forcing.schedule, 200)
    assert [delay.ticks for delay in stretched(plan.forcing.schedule, 3).delays] == [3, 6]


@pytest.mark.real
@pytest.mark.parametrize(
    ("body", "kind"), [(bodies.counter, Kind.LOST_UPDATE), (bodies.crossed_locks, Kind.DEADLOCK)]
)
def test_real_processes_show_it_with_real_sleeps(body: Function, kind: Kind) -> None:
    plan = plan_for(body, kind)
    assert plan.forcing is not None
    trace = failing_trace(body)
    (symptom,) = runner_of(body).diagnose(Case(body.__name__), trace)
    evidence = Evidence(symptom, trace)
    task = task_for(body, None, 4, sleeps=sleeps_of(plan.forcing.schedule, 100))
    with Wardens(1, free=True) as wardens:
        shown = [
            evidence.shows(result.observed, result.output)
            for _, result in wardens.run([task])
            if result.observed is not None
        ]
    assert len(shown) == 4
    assert sum(shown) >= 2  # a busy machine may spoil an order, not every one


def test_the_interval_of_a_rate_is_wilsons() -> None:
    low, high = wilson(18, 20)
    assert (round(low, 3), round(high, 3)) == (0.699, 0.972)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(20, 20)[1] == pytest.approx(1.0)
