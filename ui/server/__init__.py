"""The studio's one process: sign-in, files, live events, HTTP API and Streamlit's pages."""
