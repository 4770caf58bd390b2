"""Listings that come in pages."""
from __future__ import annotations

from typing import Any, AsyncIterator, Awaitable, Callable, Generic, Iterator, TypeVar

Response = TypeVar("Response")
Item = TypeVar("Item")


def _first_page(request: Any) -> Any:
    page = type(request)()
    page.CopyFrom(request)
    return page


class Pages(Generic[Response, Item]):
    """What a listing names, over all its pages, each asked for when it is needed. Iterate for
    the items; `pages()` gives the answers, with their stamps. All pages are of one revision.
    Each iteration asks anew, from the request's own page_token on."""

    def __init__(self, fetch: Callable[[Any], Any], request: Any, items: str) -> None:
        """`fetch` asks for one page; `items` is the field of the answer that holds them."""
        self._fetch, self._request, self._items = fetch, request, items

    def pages(self) -> Iterator[Response]:
        request = _first_page(self._request)
        while True:
            answer = self._fetch(request)
            yield answer
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    def __iter__(self) -> Iterator[Item]:
        for answer in self.pages():
            yield from getattr(answer, self._items)


class AsyncPages(Generic[Response, Item]):
    """Pages for asyncio."""

    def __init__(self, fetch: Callable[[Any], Awaitable[Any]], request: Any, items: str) -> None:
        self._fetch, self._request, self._items = fetch, request, items

    async def pages(self) -> AsyncIterator[Response]:
        request = _first_page(self._request)
        while True:
            answer = await self._fetch(request)
            yield answer
            if not answer.next_page_token:
                return
            request.page_token = answer.next_page_token

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for answer in self.pages():
            for item in getattr(answer, self._items):
                yield item
