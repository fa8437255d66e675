"""`make bench`: how fast it is, what a request costs, and what it is paid for. Figures: docs/performance.md."""
