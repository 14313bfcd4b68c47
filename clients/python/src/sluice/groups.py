"""The jobs of a group, with the words of Celery's GroupResult: read a hundred at a time, not one by one."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar, cast

from ._http import FIRST_POLL_SECONDS, LONGEST_POLL_SECONDS, POLL_GROWTH, outcome
from .calls import statuses_call
from .errors import WaitTimeoutError
from .result import AsyncResult

R = TypeVar("R")

STATUSES_AT_ONCE = 100
"""Jobs that one request tells of; their results are in it up to 1 KB each."""
RESULTS_AT_ONCE = 8
"""Larger results, which are read one by one, side by side."""


class GroupResult(Generic[R]):
    """The jobs of a group, in the order of its signatures."""

    def __init__(self, results: Iterable[AsyncResult[R]]) -> None:
        self.results = list(results)

    def __iter__(self) -> Iterator[AsyncResult[R]]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def get(self, timeout: float | None = None, propagate: bool = True, interval: float | None = None) -> list[R]:
        """The outputs in order; `timeout` holds for all of them together. See `AsyncResult.get`.

        A hundred jobs are asked for at once, from the first on; only results over 1 KB are read one by one.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        outputs: list[R] = []
        for part in self._parts():
            pause = FIRST_POLL_SECONDS
            while (unfinished := _read_outcomes(part, propagate)) is not None:
                seconds = interval if interval is not None else pause
                if deadline is not None:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        id, state = unfinished
                        raise WaitTimeoutError(f"Job {id} is still {state} after {timeout} s.")
                    seconds = min(seconds, left)
                time.sleep(seconds)
                pause = min(pause * POLL_GROWTH, LONGEST_POLL_SECONDS)
            outputs.extend(cast(R, outcome(each.job, propagate)) for each in part)
        return outputs

    join = get

    def ready(self) -> bool:
        """Whether every job has an outcome."""
        return all(state in ("SUCCESS", "FAILURE", "REVOKED") for state in self._states())

    def successful(self) -> bool:
        """Whether every job's outcome is SUCCESS."""
        return all(state == "SUCCESS" for state in self._states())

    def failed(self) -> bool:
        """Whether a job has failed."""
        return any(state == "FAILURE" for state in self._states())

    def completed_count(self) -> int:
        """How many jobs ended in SUCCESS."""
        return sum(state == "SUCCESS" for state in self._states())

    def revoke(self, terminate: bool = False) -> None:
        """Revokes each of the jobs that has no outcome, running ones only with `terminate`. See `AsyncResult.revoke`.

        Jobs that do not exist are passed over. Those of a large group that are not made yet are never made with
        `terminate`; without, each is waited for.
        """
        cancelled: set[str] = set()
        for each in self.results:
            if each._place is None or each._place.batch_id not in cancelled:
                cancelled |= each._revoke_in_group(terminate)

    def _parts(self) -> Iterator[list[AsyncResult[R]]]:
        for start in range(0, len(self.results), STATUSES_AT_ONCE):
            yield self.results[start : start + STATUSES_AT_ONCE]

    def _states(self) -> Iterator[str]:
        """The jobs' states, part by part: whoever has seen enough asks for no more."""
        for part in self._parts():
            states = _read_states(part)
            yield from (states[each.id] for each in part)


def _read_outcomes(part: Sequence[AsyncResult[Any]], propagate: bool) -> tuple[str, str] | None:
    """Reads what has ended, with the results. Returns id and state of the first that has not; None when all have.

    Raises for a job that failed if `propagate`, once all before it have ended, as Celery's join does.
    """
    states = _read_states(part)
    left_out = [each for each in part if each._finished is None and states[each.id] == "SUCCESS"]
    if left_out:
        with ThreadPoolExecutor(RESULTS_AT_ONCE) as pool:
            list(pool.map(lambda each: each.job, left_out))
    for each in part:
        if each._finished is None:
            return each.id, states[each.id]
        outcome(each._finished, propagate)
    return None


def _read_states(part: Sequence[AsyncResult[Any]]) -> dict[str, str]:
    """The states of up to a hundred jobs by their ids; the records of those that have ended are kept with them.

    Raises SluiceError with status 404 when there is no such job.
    """
    states = {each.id: cast(str, each._finished["status"]) for each in part if each._finished is not None}
    asked = [each for each in part if each._finished is None]
    jobs: dict[str, dict[str, Any]] = {}
    for client in {id(each.client): each.client for each in asked}.values():
        ids = [each.id for each in asked if each.client is client]
        jobs.update((job["task_id"], job) for job in client.call(statuses_call(ids))["jobs"])
    unmade: set[str] = set()
    for each in asked:
        job = jobs.get(each.id)
        if job is not None:
            # A result over 1 KB is left out: null, like none.
            if job["status"] in ("FAILURE", "REVOKED") or job["result"] is not None:
                each._keep(job)
        elif each._place is not None and each._place.batch_id in unmade:
            # Where one is to be made yet, so are those behind it.
            states[each.id] = "PENDING"
            continue
        else:
            job = each.job
            if each._place is not None and not job["ready"]:
                unmade.add(each._place.batch_id)
        states[each.id] = cast(str, job["status"])
    return states
