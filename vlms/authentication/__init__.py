"""Getting in: proofs of who somebody is, the sessions that they open, and how those end.

A session is opened by a first proof, opens nothing until its last step is done, and ends by
itself when it is idle or old.
"""
