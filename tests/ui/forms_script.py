"""The forms that a test asks for in the session's state; what they say is `out`."""

import streamlit as st

from assets.catalog import CATALOG
from ui import forms, schema_rows

asked = st.session_state
if "params" in asked:
    asked["out"] = {
        name: forms.settings(CATALOG[name], params, key=f"t:{name}")
        for name, params in asked["params"].items()
    }
elif "artifact" in asked:
    model, body = asked["artifact"]
    asked["out"] = forms.edited(model, body, key="t")
else:
    asked["out"] = schema_rows.draw(asked["schema"], key="t")
