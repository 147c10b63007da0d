"""The operations that are under way on one websocket."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from engine.answer import refusal
from engine.errors import UNAUTHENTICATED, RequestError
from engine.limits import LimitExceeded
from engine.messages import ID_IN_USE, Closing, answered, completed

if TYPE_CHECKING:
    import asyncio

    from engine.context import Context
    from engine.conversation import Conversation
    from engine.messages import Message
    from engine.request import Request


class Operations:
    """Each runs as a task of `tasks`, under the id that the client gave it, until one of the two completes it."""

    def __init__(self, conversation: Conversation, tasks: asyncio.TaskGroup) -> None:
        self._conversation = conversation
        self._endpoint = conversation.endpoint
        self._tasks = tasks
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def begin(self, subscribe: Message) -> None:
        """Begin what is subscribed to; Closing where its id is another's."""
        if subscribe.id in self._under_way:
            raise Closing(ID_IN_USE, f"Subscriber for {subscribe.id} already exists")
        try:
            request = subscribe.request
            self._require_room()
        except RequestError as refused:
            await self._conversation.send(answered(subscribe.id, refusal(refused)))
            return
        self._under_way[subscribe.id] = self._tasks.create_task(self._run(subscribe.id, request))

    def end(self, name: str) -> None:
        """End what the client has completed: nothing more is sent of it. It may have ended already."""
        if task := self._under_way.pop(name, None):
            task.cancel()

    def _require_room(self) -> None:
        limit = self._endpoint.schema.limits.subscriptions
        if len(self._under_way) >= limit:
            message = f"{limit} operations are under way on this websocket: complete one first."
            raise LimitExceeded(message, limit, limit + 1)

    async def _run(self, name: str, request: Request) -> None:
        began, context = time.perf_counter(), self._conversation.context()
        try:
            with self._endpoint.streams.subscription():
                await self._tell(name, request, context)
        finally:
            self._endpoint.observe(context.record, time.perf_counter() - began, context.request_id)

    async def _tell(self, name: str, request: Request, context: Context) -> None:
        last = completed(name)
        answering = self._endpoint.schema.stream(request, context, self._conversation.context)
        async with aclosing(answering) as answers:
            async for answer in answers:
                if answer.errors:
                    context.record.codes = answer.codes
                if answer.refused:
                    last = answered(name, answer)
                    break
                await self._conversation.send(answered(name, answer))
        self._under_way.pop(name, None)  # before the client knows that it may use the id again
        await self._conversation.send(last)
        if UNAUTHENTICATED in context.record.codes:
            await self._conversation.require_session()
