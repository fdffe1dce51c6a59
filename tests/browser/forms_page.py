"""A page with nothing but forms, for the tests in a real browser."""

import json
from typing import Any

import streamlit as st

from assets.catalog import CATALOG
from ui import forms, schema_rows
from vid_pipeline.artifacts import Scene, Script

ANSWER: dict[str, Any] = {
    "fields": [
        {"name": "title", "type": "text", "max_length": 80},
        {"name": "mood", "type": "enum", "choices": ["calm", "tense"], "required": False},
        {
            "name": "shots",
            "type": "list",
            "items": {
                "type": "object",
                "fields": [
                    {"name": "text", "type": "text"},
                    {"name": "seconds", "type": "number", "minimum": 1, "required": False},
                ],
            },
        },
    ]
}
SCRIPT: dict[str, Any] = {
    "title": "Why boxes stack",
    "language": "en",
    "author": "extractive",
    "lines": [
        {"id": "l1", "text": "A box is a box.", "spoken": "A box is a box.", "role": "hook"},
        {"id": "l2", "text": "It stacks because it is square.", "spoken": "It stacks."},
    ],
}
SCENE: dict[str, Any] = {
    "id": "s1",
    "lines": SCRIPT["lines"],
    "card": {
        "layout": "bullets",
        "heading": "Boxes",
        "items": [{"text": "Big"}, {"text": "Square", "line": 1}],
    },
}

st.set_page_config(layout="wide")
what = st.query_params.get("show", "answer")
if what == "answer":
    st.title("Answer")
    drawn: Any = schema_rows.draw(ANSWER, key="page:answer")
elif what == "script":
    st.title("Script")
    drawn = forms.edited(Script, SCRIPT, key="page:script")
elif what == "scene":
    st.title("Scene")
    drawn = forms.edited(Scene, SCENE, key="page:scene")
else:
    st.title(what)
    params = {"output": ANSWER} if what == "agent" else {}
    drawn = forms.settings(CATALOG[what], params, key=f"page:{what}")
st.html(f'<pre id="drawn" hidden>{json.dumps(drawn).replace("<", "&lt;")}</pre>')
