"""What Streamlit runs for each page; apart from `ui/pages`, which it would take for its own."""

from ui import app

app.main()
