"""What the inbox keeps in the address and in the session; keys begin with the page's name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from vid_pipeline.acts import verdicts
from vid_pipeline.records import Request

_REQUEST = "request"


def chosen() -> str:
    """The request that the address names; empty if none."""
    return st.query_params.get(_REQUEST, "")


def choose(request: object) -> None:
    """Name a request in the address; none if it is empty."""
    if request:
        st.query_params[_REQUEST] = str(request)
    else:
        st.query_params.pop(_REQUEST, None)


def kept(name: str, request: object, value: Any = None) -> Any:
    """Something of one request that outlives this run of the page."""
    return st.session_state.get(f"inbox:{name}:{request}", value)


def keep(name: str, request: object, value: Any) -> None:
    """Let it outlive this run."""
    st.session_state[f"inbox:{name}:{request}"] = value


@contextmanager
def looking_at(request: Request) -> Iterator[None]:
    """While a request is drawn, `seen` is what was drawn the last time: that was pressed upon."""
    is_open = request.state == "open"
    if is_open and kept("seen", request.id) is None:
        keep("seen", request.id, verdicts.digest_of(request))
    yield
    if is_open:
        keep("seen", request.id, verdicts.digest_of(request))


def forget(request: object) -> None:
    """Drop all that was kept of a request."""
    for key in [str(key) for key in st.session_state]:
        if key.startswith("inbox") and str(request) in key:
            del st.session_state[key]
