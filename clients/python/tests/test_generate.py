"""The module that is written from a description, checked by running it."""

from __future__ import annotations

from typing import Any

import pytest

from sluice import Task
from sluice.generate import generate


def operation(fields: dict[str, Any], required: list[str], output: dict[str, Any] | None = None) -> dict[str, Any]:
    given = {"type": "object", "properties": fields, "required": required}
    body = {"type": "object", "properties": {"input": given}}
    return {
        "description": 'Says "so".',
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "x-output": output or {"type": "object"},
    }


def module(name: str, **given: Any) -> dict[str, Any]:
    text = generate({"paths": {f"/api/v1/tasks/{name}": {"post": operation(**given)}}})
    names: dict[str, Any] = {}
    exec(compile(text, "tasks.py", "exec"), names)
    return names


def test_a_field_that_python_keeps_for_itself_gets_an_underscore() -> None:
    translate = module("translate", fields={"text": {"type": "string"}, "from": {"type": "string"}}, required=["text", "from"])["translate"]
    assert isinstance(translate, Task)
    assert translate.input("hello", "en") == {"text": "hello", "from": "en"}
    assert translate.input(text="hello", from_="en") == {"text": "hello", "from": "en"}


def test_a_required_field_behind_an_optional_one_is_given_by_name() -> None:
    given = module("one", fields={"a": {"type": "integer"}, "b": {"type": "string"}}, required=["b"])["one"]
    assert given.input(b="x") == {"b": "x"}
    assert given.input(1, b="x") == {"a": 1, "b": "x"}


def test_any_text_makes_a_valid_module() -> None:
    output = {
        "type": "object",
        "properties": {
            "class": {"enum": ["a", 1, None]},
            "weird name": {"type": ["string", "null"], "description": 'ends with a "'},
            "nested": {"type": "array", "items": {"type": "object", "properties": {"x": {"description": "\\ \"\"\""}}}},
        },
    }
    assert module("odd", fields={"bad-name": {}}, required=[], output=output)["odd"].input() == {}


def test_a_recursive_type_ends() -> None:
    tree = {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}
    text = generate(
        {
            "paths": {"/api/v1/tasks/walk": {"post": operation({}, [], {"$ref": "#/components/schemas/Tree"})}},
            "components": {"schemas": {"Tree": tree}},
        }
    )
    assert "list[Tree]" in text


def test_a_description_without_tasks_is_refused() -> None:
    with pytest.raises(ValueError, match="no tasks"):
        generate({"openapi": "3.1.0", "paths": {}})
