"""What goes over the HTTP API, for both its ends: what is asked for and what is answered.

Kept apart from the store's records, so that a table can change and the wire stays. Answers may grow
fields, which older clients ignore; what is asked for may hold nothing unknown.
"""
