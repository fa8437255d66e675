"""Files of other software turned into rows to look at: bytes in, verdicts out. Nothing here saves or sends."""
