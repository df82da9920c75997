def faults(c): return []
def count(): return 0
