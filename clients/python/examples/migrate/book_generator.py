"""A book generator with its validation and export: its producers' lines, sent to Sluice.

Needs a stack with a language model (LLM_BACKEND): without one, generate_chapter fails with ModelRequiredError.
The tasks have the names and fields they had, so that the calls are unchanged. Files are fetched by links.

    SLUICE_URL=http://127.0.0.1:4600 SLUICE_API_KEY=slc_... python book_generator.py
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import httpx

import sluice
from sluice.tasks import (  # was: from app.tasks.content_generation import ..., and so on
    batch_generate_chapters,
    export_all_formats,
    generate_chapter,
    generate_introduction,
    regenerate_chapter,
    validate_chapter_length,
    validate_complete_biography,
    validate_content_quality,
    validate_sources,
)

if TYPE_CHECKING:  # names of the fields' types, for mypy alone
    from sluice.tasks import (
        ExportAllFormatsChaptersItem,
        GenerateChapterSourcesItem,
        RegenerateChapterChapter,
        ValidateSourcesSourcesItem,
    )

SOURCES: list[GenerateChapterSourcesItem] = [
    {
        "title": "Sketch of the Analytical Engine, with Notes by the Translator",
        "author": "Ada Lovelace",
        "year": 1843,
        "type": "article",
        "text": "Ada Lovelace translated a paper on the Analytical Engine and added seven notes, marked A to G.",
    }
]

# 1. Generation. Three retries after 60, 120 and 240 s, as before; a retry continues at the section that failed.
chapter = generate_chapter.delay(
    character_name="Ada Lovelace",
    chapter_number=1,
    chapter_title="The Notes",
    target_words=120,
    sources=SOURCES,
    language="en",
).get(timeout=900)
print("generate_chapter", chapter["chapter_number"], chapter["title"], chapter["word_count"])

changed = regenerate_chapter.delay(
    chapter=cast("RegenerateChapterChapter", chapter), feedback="Begin with the winter.", language="en"
).get(timeout=900)
print("regenerate_chapter", len(changed["changes"]) > 0)

book = batch_generate_chapters.delay(
    character_name="Ada Lovelace",
    chapter_specs=[
        {"number": 1, "title": "The Notes", "target_words": 120},
        {"number": 2, "title": "The Engine", "target_words": 120},
    ],
    batch_size=5,
    sources=SOURCES,
    language="en",
).get(timeout=900)
print("batch_generate_chapters", book["status"], book["succeeded"], "of", book["total"])

introduction = generate_introduction.delay(
    character_name="Ada Lovelace",
    chapters=[{"number": 1, "title": "The Notes", "summary": "She translates a paper and adds seven notes."}],
    target_words=60,
    language="en",
).get(timeout=900)
print("generate_introduction", introduction["word_count"])

# 2. Validation, by rules: no model is asked.
chapters: list[ExportAllFormatsChaptersItem] = [
    {"number": each["number"], "title": each["title"], "content": each["chapter"]["content"]}
    for each in book["chapters"]
    if each["chapter"]
]
first = chapters[0]["content"]
length = validate_chapter_length.delay(content=first, target_words=120, tolerance=0.5).get(timeout=300)
print("validate_chapter_length", length["verdict"], length["word_count"])
quality = validate_content_quality.delay(content=first, language="en").get(timeout=300)
print("validate_content_quality", quality["score"], [each["code"] for each in quality["findings"]])
cited: list[ValidateSourcesSourcesItem] = [
    {"title": each["title"], "author": each.get("author"), "year": each.get("year"), "type": each.get("type")}
    for each in SOURCES
]
print("validate_sources", validate_sources.delay(sources=cited).get(timeout=300)["valid_count"], "of", len(cited))
whole = validate_complete_biography.delay("The Notes", chapters, cited, "en").get(timeout=300)
print("validate_complete_biography", whole["score"], [each["code"] for each in whole["consistency"]])

# 3. Export. Was: paths of files. Now: files of the job, behind links that expire with it.
job = export_all_formats.delay(title="The Notes", author="A. Author", chapters=chapters, sources=cited, language="en")
api = sluice.default_client()
for file in job.get(timeout=300)["files"]:
    link = api.request("GET", f"/api/v1/jobs/{job.id}/files/{file['name']}")
    content = httpx.get(link["url"], timeout=60).content
    print("file", json.dumps({"name": file["name"], "bytes": len(content), "begins": content[:4].decode("latin-1")}))
