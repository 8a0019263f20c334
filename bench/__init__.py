"""The performance suite: `make bench SCALE=small|full`.

Each figure is a ratio: how fast our code does a job, against raw SQL that reads or writes
the same rows, both measured alternately in one run on one machine (docs/quality.md, Speed).

`pages` renders the main pages, `throughput` asks a running server for them; `ARGS=pages`,
`ARGS=throughput` and `ARGS=jobs` measure only these.
`volume` fills the database, `jobs` names what is measured, `twins` writes again in plain SQL
what an act has written, `raw` reads and sweeps in plain SQL, `report` prints.
"""
