"""Refusals beside their own form: dialogs and fragments run outside of `ui.app`'s one `except`."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from vid_pipeline.errors import VidPipelineError


def told(error: Exception) -> bool:
    """Draw an error that no `except` has met, where it was raised; whether it is one of ours.

    All others are told by Streamlit, without their words.
    """
    if not isinstance(error, VidPipelineError):
        return False
    st.error(str(error), icon=":material/error:")
    return True


@contextmanager
def shown() -> Iterator[None]:
    """Draw here what went wrong in the block; what follows the block is drawn all the same."""
    try:
        yield
    except VidPipelineError as error:
        told(error)
