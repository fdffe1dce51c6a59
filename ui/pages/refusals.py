"""Refusals beside their own form: dialogs and fragments run outside of `ui.app`'s one `except`."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from vid_pipeline.errors import VidPipelineError


@contextmanager
def shown() -> Iterator[None]:
    """Draw here what went wrong in the block; what follows the block is drawn all the same."""
    try:
        yield
    except VidPipelineError as error:
        st.error(str(error), icon=":material/error:")
