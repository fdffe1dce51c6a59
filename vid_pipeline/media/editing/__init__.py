"""Editing what people and agents hand in: cut, join, fit, mix, caption. No Dagster in here.

`orders` says what can be asked, `job` opens strangers' files and runs ffmpeg under limits;
`cutting`, `picture` and `sound` build the graphs. Numbers and names of ours are all that goes into
a filter.
"""
