"""Failure tests on one machine: parts are broken under load, and nothing may be lost.

`make failures` sets up PostgreSQL, several chat processes and nginx in front of them in a folder of
its own, holds conversations through nginx whose state lives in the client alone, breaks one part
after the other, and counts. Some fifteen minutes; nothing of it stays.
"""
