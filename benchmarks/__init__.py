"""How fast the shop is, against code written by hand over the same rows. See `docs/benchmarks.md`."""
