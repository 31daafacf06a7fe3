"""A template that fails as it is rendered, with a message that would tell too much."""

from typing import Any

from flask import Flask


def break_template(app: Flask, name: str) -> None:
    loader: Any = app.jinja_env.loader
    get_source = loader.get_source

    def get_other_source(environment: Any, template: str) -> Any:
        if template == name:
            return "{{ nothing['arn:aws:dynamodb cAnArY'].at_all }}", None, lambda: True
        return get_source(environment, template)

    loader.get_source = get_other_source
