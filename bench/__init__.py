"""The performance suite: `make bench SCALE=small|full`.

Each figure is a ratio: how fast our code does a job, against raw SQL that reads or writes
the same rows, both measured alternately in one run on one machine (quality.md §1).
"""
