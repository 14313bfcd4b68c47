"""Tasks with the words of Celery: `delay`, `apply_async`, signatures and groups."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, Unpack

from .batches import BatchPlace
from .groups import GroupResult
from .result import AsyncResult, AwaitableResult
from .submission import SubmitOptions

if TYPE_CHECKING:
    from .client import AsyncSluice, Sluice

P = ParamSpec("P")
R = TypeVar("R")

DEFAULT_PRIORITY = 5
"""What the API gives to a job that is submitted without one."""


class Task(Generic[P, R]):
    """A task of the service. Its function's parameters are the input's fields; its body is never run here."""

    def __init__(self, name: str, declaration: Callable[P, R], client: Sluice | None = None) -> None:
        self.name = name
        self.__doc__ = declaration.__doc__
        self._declaration = declaration
        self._signature = inspect.signature(declaration)
        self._client = client

    @property
    def client(self) -> Sluice:
        if self._client is None:
            from .client import default_client

            return default_client()
        return self._client

    def using(self, client: Sluice) -> Task[P, R]:
        """The same task, sent by another client."""
        return Task(self.name, self._declaration, client)

    def input(self, *args: P.args, **kwargs: P.kwargs) -> dict[str, Any]:
        """The input that these arguments make: positional ones take the schema's fields in order.

        Raises TypeError for an argument too many or one that is missing.
        """
        bound = self._signature.bind(*args, **kwargs).arguments
        return {_field(name): value for name, value in bound.items() if not self._is_left_out(name, value)}

    def _is_left_out(self, name: str, value: object) -> bool:
        return value is None and self._signature.parameters[name].default is None

    def delay(self, *args: P.args, **kwargs: P.kwargs) -> AsyncResult[R]:
        """Queues the task and returns at once. Raises SluiceError, with `errors` when the input does not fit."""
        return AsyncResult(self.client.submit(self.name, self.input(*args, **kwargs)).id, client=self.client)

    def apply_async(
        self,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        **options: Unpack[SubmitOptions],
    ) -> AsyncResult[R]:
        """Queues the task with options: countdown, eta, expires, priority, task_id, callback_url, trace_id.

        See `submission` for their meaning. `queue` and `routing_key` do not exist: a task has one queue.
        """
        given = self.input(*args, **(kwargs or {}))
        return AsyncResult(self.client.submit(self.name, given, **options).id, client=self.client)

    async def adelay(self, client: AsyncSluice, *args: P.args, **kwargs: P.kwargs) -> AwaitableResult[R]:
        """`delay` for asyncio."""
        sent = await client.submit(self.name, self.input(*args, **kwargs))
        return AwaitableResult(sent.id, client)

    def s(self, *args: P.args, **kwargs: P.kwargs) -> Signature[R]:
        """A call to be made later, as a part of a group."""
        return Signature(self, self.input(*args, **kwargs))

    def AsyncResult(self, id: str) -> AsyncResult[R]:
        """A job of this task by its id."""
        return AsyncResult(id, client=self._client)

    def __repr__(self) -> str:
        return f"<Task: {self.name}>"


def task(name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Declares a task of the service by a function whose parameters are the input's fields.

    A parameter whose default is None is left out of the input when it is None. One that ends with an underscore stands
    for a field whose name Python keeps for itself (`from_`).
    """
    return lambda declaration: Task(name, declaration)


def send_task(
    name: str,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    **options: Unpack[SubmitOptions],
) -> AsyncResult[Any]:
    """Queues a task by its name, as `app.send_task` of Celery; a dotted name ends in the task's own name or alias.

    Positional arguments are for the tasks of `sluice.tasks`, whose order of fields is known; for others, give kwargs.
    The options are those of `Task.apply_async`. Raises TypeError for other positional arguments, and SluiceError with
    status 404 when there is no such task.
    """
    from . import tasks
    from .client import default_client

    declared = getattr(tasks, name.rpartition(".")[2], None)
    if isinstance(declared, Task):
        given = declared.input(*args, **(kwargs or {}))
    elif args:
        raise TypeError(f"The order of the fields of {name} is not known: give them as kwargs.")
    else:
        given = dict(kwargs or {})
    return default_client().submit(name, given, **options)


def _field(parameter: str) -> str:
    bare = parameter.removesuffix("_")
    return bare if bare != parameter and keyword.iskeyword(bare) else parameter


class Signature(Generic[R]):
    """A task with its input, not yet queued."""

    def __init__(self, task: Task[Any, R], input: Mapping[str, Any]) -> None:
        self.task = task
        self.input = input

    def delay(self) -> AsyncResult[R]:
        """Queues it."""
        return self.apply_async()

    def apply_async(self, **options: Unpack[SubmitOptions]) -> AsyncResult[R]:
        """Queues it with options, see `Task.apply_async`."""
        sent = self.task.client.submit(self.task.name, self.input, **options)
        return AsyncResult(sent.id, client=self.task.client)


class group(Generic[R]):  # noqa: N801 - Celery's name
    """Jobs that run side by side: `group(task.s(1), task.s(2)).apply_async().get()`.

    Jobs of one task are queued in one call, as a batch of up to 10,000; of several tasks, by a call for each job.
    """

    def __init__(self, *signatures: Signature[R] | Iterable[Signature[R]]) -> None:
        self.signatures: list[Signature[R]] = []
        for each in signatures:
            self.signatures.extend([each] if isinstance(each, Signature) else each)

    def apply_async(self, **options: Unpack[SubmitOptions]) -> GroupResult[R]:
        """Queues all of them. The options hold for each job; `task_id` for the group."""
        names = {each.task.name for each in self.signatures}
        if not self.signatures:
            return GroupResult([])
        client = self.signatures[0].task.client
        if len(names) == 1 and len(self.signatures) > 1:
            name = names.pop()
            if options.get("priority") is None:
                # That of a single submit: a batch without one is background work.
                options["priority"] = DEFAULT_PRIORITY
            batch = client.batch(name, [each.input for each in self.signatures], **options)
            places = [BatchPlace(batch["batch_id"], index, name) for index in range(len(self.signatures))]
            return GroupResult(
                [AsyncResult(id, client=client, place=place) for id, place in zip(batch["task_ids"], places, strict=True)]
            )
        group_id = options.get("task_id")
        results: list[AsyncResult[R]] = []
        for index, each in enumerate(self.signatures):
            own: SubmitOptions = {**options, "task_id": None if group_id is None else f"{group_id}-{index}"}
            results.append(each.apply_async(**own))
        return GroupResult(results)

    def delay(self) -> GroupResult[R]:
        """Queues all of them."""
        return self.apply_async()

    __call__ = delay
