"""How long files and appointments without activity are kept: listed beforehand, then erased (T-11, S-14)."""
