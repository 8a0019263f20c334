"""The demonstration: invented firms with the whole way behind or before them."""
