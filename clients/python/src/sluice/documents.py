"""Bringing files and reading their text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, cast

from ._http import Call, Flow, exchange
from .calls import delete_document_call, document_call, form_call, search_call
from .errors import SluiceError

if TYPE_CHECKING:
    from .client import AsyncSluice, Sluice

DIRECT_UPLOAD_BYTES = 4 * 1024 * 1024
"""What the upload route takes; larger files go straight to S3."""

# API Gateway takes a body of such a type for UTF-8, which a file need not be: it is sent as plain bytes instead.
_TAKEN_AS_TEXT = re.compile(r"^text/|\b(json|xml|javascript)\b", re.IGNORECASE)


def _upload(
    file: bytes | str | Path, file_name: str | None, content_type: str | None, options: Mapping[str, Any], retries: int
) -> Flow[dict[str, Any]]:
    content = file if isinstance(file, bytes) else Path(file).read_bytes()
    name = file_name or (None if isinstance(file, bytes) else Path(file).name)
    if name is None:
        raise ValueError("file_name: bytes have no name of their own.")
    if len(content) <= DIRECT_UPLOAD_BYTES:
        sent_as = "application/octet-stream" if not content_type or _TAKEN_AS_TEXT.search(content_type) else content_type
        query = {"file_name": name, **options}
        path = "/api/v1/documents/upload"
        # The same bytes are the same document.
        call = Call("POST", path, content=content, content_type=sent_as, query=query, safe=True)
        return cast("dict[str, Any]", (yield from exchange(call, retries)))
    body = {"file_name": name, "content_type": content_type, "size": len(content), **options}
    given = {key: value for key, value in body.items() if value is not None}
    accepted = yield from exchange(Call("POST", "/api/v1/documents", json=given), retries)
    form = accepted.pop("upload")
    yield from exchange(form_call(form, content), retries)
    return cast("dict[str, Any]", accepted)


def _text(document_id: str, retries: int) -> Flow[str]:
    document = yield from exchange(document_call(document_id), retries)
    if document["searchable_text_url"] is not None:
        return str((yield from exchange(Call("GET", document["searchable_text_url"], storage=True), retries)))
    if document["searchable_text"] is None:
        raise SluiceError(f"Document {document_id} is {document['status']}: there is no text.")
    return cast(str, document["searchable_text"])


class UploadOptions(TypedDict, total=False):
    """The options of an upload: see the route `POST /documents/upload`."""

    index: bool
    ocr: Literal["auto", "always", "never"]
    attachments: bool


class SearchOptions(TypedDict, total=False):
    """The options of a search: how many passages, and of which documents."""

    top_k: int
    filter: Mapping[str, Any]


class Documents:
    """The documents of a blocking client."""

    def __init__(self, client: Sluice) -> None:
        self._client = client

    def upload(
        self,
        file: bytes | str | Path,
        *,
        file_name: str | None = None,
        content_type: str | None = None,
        **options: Unpack[UploadOptions],
    ) -> dict[str, Any]:
        """Brings a file of up to 100 MB, given as a path or its bytes. Options: index, ocr,
        attachments.

        Returns the document's `id` and the `task_id` of the job that reads it. Raises SluiceError.
        """
        return self._client.run_flow(_upload(file, file_name, content_type, options, self._client.retries))

    def get(self, document_id: str) -> dict[str, Any]:
        """The document: `searchable_text`, or `searchable_text_url` for a large text, and `warnings`."""
        return cast("dict[str, Any]", self._client.call(document_call(document_id)))

    def text(self, document_id: str) -> str:
        """The whole text, however large. Raises SluiceError while there is none."""
        return self._client.run_flow(_text(document_id, self._client.retries))

    def delete(self, document_id: str) -> None:
        """Deletes file, text and record."""
        self._client.call(delete_document_call(document_id))

    def search(self, query: str, **options: Unpack[SearchOptions]) -> dict[str, Any]:
        """Passages of the documents that are indexed, nearest first."""
        return cast("dict[str, Any]", self._client.call(search_call(query, options)))


class AsyncDocuments:
    """The documents of an asyncio client."""

    def __init__(self, client: AsyncSluice) -> None:
        self._client = client

    async def upload(
        self,
        file: bytes | str | Path,
        *,
        file_name: str | None = None,
        content_type: str | None = None,
        **options: Unpack[UploadOptions],
    ) -> dict[str, Any]:
        """See `Documents.upload`."""
        return await self._client.run_flow(_upload(file, file_name, content_type, options, self._client.retries))

    async def get(self, document_id: str) -> dict[str, Any]:
        """See `Documents.get`."""
        return cast("dict[str, Any]", await self._client.call(document_call(document_id)))

    async def text(self, document_id: str) -> str:
        """See `Documents.text`."""
        return await self._client.run_flow(_text(document_id, self._client.retries))

    async def delete(self, document_id: str) -> None:
        """See `Documents.delete`."""
        await self._client.call(delete_document_call(document_id))

    async def search(self, query: str, **options: Unpack[SearchOptions]) -> dict[str, Any]:
        """See `Documents.search`."""
        return cast("dict[str, Any]", await self._client.call(search_call(query, options)))
