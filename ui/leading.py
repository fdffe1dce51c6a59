"""Leading a browser that shows the studio to another of its addresses."""

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx


def away(path: str) -> bytes:
    """What makes Streamlit's page in the browser go to a path: a message of its socket."""
    return bytes(_message(path).SerializeToString())


def lead(path: str) -> None:
    """Have the browser go to a path, and end this run of the page. Does nothing without one."""
    running = get_script_run_ctx()
    if running is not None:
        running.enqueue(_message(path))
    st.stop()


def _message(path: str) -> ForwardMsg:
    message = ForwardMsg()
    message.auth_redirect.url = path
    return message
