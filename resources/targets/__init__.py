"""The real forms of destinations: what brings a package to a folder, a bucket, a feed, a program.

A target is a small class with one method, `deliver`, that may be called again after any failure:
nothing half-written is ever visible, and what has arrived is not sent again.
"""
