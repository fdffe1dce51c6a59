"""A production's own files: one folder, named from inside it, that nothing leads out of.

`names` says what may be a name, `beneath` opens them without following a link, `types` says what
a file may hold, `folder` joins these with a quota, `sweep` clears what nobody needs any more.
"""
